// What freedom from races is for: every schedule that queues and semaphores allow gives the bytes of program
// order.
#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"
#include "tests/unit/races/Weakened.h"

#include <gtest/gtest.h>

#include <deque>

namespace lockstep {
namespace {

struct Bytes {
  OnChipState chip;
  std::vector<uint8_t> external;
};

bool operator==(const Bytes &a, const Bytes &b) {
  return a.chip.scratchpad == b.chip.scratchpad && a.chip.accumulator == b.chip.accumulator &&
         a.chip.tables == b.chip.tables && a.external == b.external;
}

Bytes collect(Golden &golden, const ExternalMemory &memory) {
  Bytes bytes{golden.onChip(), {}};
  for (const Region &region : memory.regions()) {
    const uint8_t *data = memory.find(region.address, region.size_bytes);
    bytes.external.insert(bytes.external.end(), data, data + region.size_bytes);
  }
  return bytes;
}

Bytes inProgramOrder(const Program &program) {
  ExternalMemory memory = std::move(*buildMemory(program));
  Golden golden(program.parameters);
  EXPECT_TRUE(golden.run(program, memory));
  return collect(golden, memory);
}

/// Units take turns at random; each runs its instructions in order, whole, once its waits are there.
class RandomSchedule {
public:
  RandomSchedule(const Program &program, uint64_t seed)
      : random(seed), memory(std::move(*buildMemory(program))), golden(program.parameters) {
    const auto decoded = decodeProgram(program);
    Walker walker(*decoded, program.arguments);
    for (auto item = walker.next(); *item; item = walker.next())
      queues[static_cast<size_t>((*item)->unit)].push_back(*(*item)->instruction);
  }

  Bytes run() {
    for (int idle = 0; idle < 1000; ++idle)
      if (turn(queues[random.below(kNumQueuedUnits)]))
        idle = 0;
    for (const auto &queue : queues)
      EXPECT_TRUE(queue.empty()) << "deadlock";
    return collect(golden, memory);
  }

private:
  bool turn(std::deque<Instruction> &queue) {
    if (queue.empty())
      return false;
    const SemaphoreList waits = waitsOf(queue.front()), posts = postsOf(queue.front());
    for (unsigned i = 0; i < waits.count; ++i)
      if (counts[waits.ids[i]] == 0)
        return false;
    for (unsigned i = 0; i < waits.count; ++i)
      --counts[waits.ids[i]];
    EXPECT_TRUE(golden.step(queue.front(), memory));
    for (unsigned i = 0; i < posts.count; ++i)
      ++counts[posts.ids[i]];
    queue.pop_front();
    return true;
  }

  Random random;
  ExternalMemory memory;
  Golden golden;
  std::array<std::deque<Instruction>, kNumQueuedUnits> queues;
  std::array<int, kNumSemaphores> counts{};
};

TEST(FreedomFromRaces, MakesTheBytesIndependentOfTheSchedule) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const Program program = randomProgram(randomParameters(seed), seed);
    const Bytes expected = inProgramOrder(program);
    for (uint64_t schedule = 0; schedule < 4; ++schedule)
      ASSERT_TRUE(RandomSchedule(program, schedule).run() == expected) << "seed " << seed;
  }
}

TEST(FreedomFromRaces, MakesTheBytesIndependentAlsoWhereASemaphoreTurnedOutNotToBeNeeded) {
  int checked = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const Program program = weakenedProgram(seed, 2);
    if (!checkProgram(program))
      continue;
    ++checked;
    const Bytes expected = inProgramOrder(program);
    for (uint64_t schedule = 0; schedule < 4; ++schedule)
      ASSERT_TRUE(RandomSchedule(program, schedule).run() == expected) << "seed " << seed;
  }
  EXPECT_GT(checked, 30);
}

TEST(FreedomFromRaces, IsWhatMakesTheDifference) {
  int racy = 0, differ = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const Program program = weakenedProgram(seed, 6);
    const auto report = checkProgram(program);
    if (report || report.error().kind != ErrorKind::Race)
      continue;
    ++racy;
    const Bytes expected = inProgramOrder(program);
    for (uint64_t schedule = 0; schedule < 4; ++schedule)
      if (!(RandomSchedule(program, schedule).run() == expected)) {
        ++differ;
        break;
      }
  }
  EXPECT_GT(differ, racy / 4) << "of " << racy << " programs with races";
}

} // namespace
} // namespace lockstep
