// The slots of bursts in flight, as runs of cycles that are evenly spaced.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

namespace lockstep {

/// For each slot the first cycle in which it is seen free, in the order in which slots are taken: a queue of
/// constant length whose values do not decrease. Bursts alike give slots back at even distances, so runs are
/// few.
class SlotRuns {
public:
  struct Run {
    uint64_t first, step, count;
  };

  /// All free from cycle 0 on; `slots` at least 1.
  void reset(uint64_t slots) {
    size_t places = 2;
    while (places < slots + 2)
      places *= 2;
    runs.assign(places, {});
    head = tail = 0;
    runs[tail++] = {0, 0, slots};
  }

  /// The run of the next slot to be taken.
  const Run &front() const { return runs[head & (runs.size() - 1)]; }

  /// Takes `count` slots of the front run and queues as many, seen free from first, first + step, ... on.
  void exchange(uint64_t count, uint64_t first, uint64_t step) {
    Run &taken = runs[head & (runs.size() - 1)];
    assert(count <= taken.count);
    taken.first += count * taken.step;
    taken.count -= count;
    give({first, step, count});
    if (runs[head & (runs.size() - 1)].count == 0)
      ++head;
  }

private:
  void give(const Run &run) {
    Run &last = runs[(tail - 1) & (runs.size() - 1)];
    const bool continues = last.count > 0 &&
                           (last.count == 1 || last.first + last.count * last.step == run.first) &&
                           (run.count == 1 || last.count == 1 || last.step == run.step);
    if (!continues)
      runs[tail++ & (runs.size() - 1)] = run;
    else if (last.count > 1)
      last.count += run.count;
    else
      extendSingle(last, run);
  }

  /// A run of one has any step.
  void extendSingle(Run &last, const Run &run) {
    const uint64_t step = run.first - last.first;
    if (run.count == 1 || run.step == step)
      last = {last.first, step, run.count + 1};
    else
      runs[tail++ & (runs.size() - 1)] = run;
  }

  std::vector<Run> runs;
  size_t head = 0, tail = 0;
};

} // namespace lockstep
