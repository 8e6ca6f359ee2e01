// The slots of bursts in flight, as runs of cycles that are evenly spaced.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

namespace lockstep {

/// For each slot not taken the first cycle in which it is seen free, in the order in which slots are taken: a
/// queue whose values do not decrease. Bursts alike give slots back at even distances, so runs are few.
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
  const Run &front() const { return at(head); }

  /// First cycle in which the next `count` slots (1 or more, all there) are free.
  uint64_t freeFrom(uint64_t count) const {
    size_t place = head;
    for (; count > at(place).count; ++place)
      count -= at(place).count;
    return at(place).first + (count - 1) * at(place).step;
  }

  void take(uint64_t count) {
    while (count > 0) {
      assert(head != tail);
      Run &run = at(head);
      const uint64_t part = count < run.count ? count : run.count;
      run.first += part * run.step;
      run.count -= part;
      count -= part;
      head += run.count == 0 ? 1 : 0;
    }
  }

  /// Slots that are seen free from first, first + step, ... on.
  void give(const Run &run) {
    if (head == tail || !extend(at(tail - 1), run))
      at(tail++) = run;
  }

private:
  const Run &at(size_t place) const { return runs[place & (runs.size() - 1)]; }
  Run &at(size_t place) { return runs[place & (runs.size() - 1)]; }

  /// A run of one has any step.
  static bool extend(Run &last, const Run &run) {
    const uint64_t step = last.count > 1 ? last.step : run.first - last.first;
    if (last.first + last.count * step != run.first || (run.count > 1 && run.step != step))
      return false;
    last = {last.first, step, last.count + run.count};
    return true;
  }

  std::vector<Run> runs;
  size_t head = 0, tail = 0;
};

} // namespace lockstep
