#include "sim/lockstep/EventComparator.h"

#include <gtest/gtest.h>
#include <thread>

using namespace lockstep;

namespace {

const SideNames kNames{"systemc", "rtl"};

InstructionEvent store(uint64_t index, uint64_t finished) {
  return {Track::Store, index, 42, finished - 20, finished - 10, finished};
}

BurstEvent loadBurst(uint64_t index, uint64_t requested) {
  return {Track::LoadBurst, index,          0x1000 + 64 * index, 4,
          requested,        requested + 20, requested + 23,      requested + 23};
}

void finishBoth(EventComparator &comparator) {
  comparator.finish(0);
  comparator.finish(1);
}

TEST(EventComparator, FindsEqualStreamsEqualWhateverTheInterleaving) {
  EventComparator comparator(kNames);
  comparator.side(0).instruction(store(0, 100));
  comparator.side(0).burst(loadBurst(0, 5));
  comparator.side(1).burst(loadBurst(0, 5));
  comparator.side(1).burst(loadBurst(1, 6));
  comparator.side(1).instruction(store(0, 100));
  comparator.side(0).burst(loadBurst(1, 6));
  finishBoth(comparator);
  EXPECT_FALSE(comparator.firstDifference());
  EXPECT_EQ(comparator.equalEvents(), 3u);
}

TEST(EventComparator, NamesTheFieldAndTheCyclesThatDiffer) {
  EventComparator comparator(kNames);
  InstructionEvent other = store(17, 1893);
  comparator.side(0).instruction(other);
  other.finished = 1894;
  comparator.side(1).instruction(other);
  finishBoth(comparator);
  ASSERT_TRUE(comparator.firstDifference());
  EXPECT_EQ(
      comparator.firstDifference()->sentence,
      "store 17 (instruction 42) finished in cycle 1893 in systemc, 1894 in rtl; everything before is equal");
  EXPECT_EQ(comparator.firstDifference()->cycle, 1893u);
}

TEST(EventComparator, KeepsTheSidesApartWhicheverComesFirst) {
  EventComparator comparator(kNames);
  comparator.side(1).burst(loadBurst(3, 51));
  comparator.side(0).burst(loadBurst(3, 50));
  finishBoth(comparator);
  EXPECT_EQ(comparator.firstDifference()->sentence,
            "load burst 3 (address 0x10c0) was requested in cycle 50 in systemc, "
            "51 in rtl; everything before is equal");
}

TEST(EventComparator, TellsAnAddressBeforeATime) {
  EventComparator comparator(kNames);
  BurstEvent other = loadBurst(0, 8);
  other.address = 0x2000;
  comparator.side(0).burst(loadBurst(0, 7));
  comparator.side(1).burst(other);
  finishBoth(comparator);
  EXPECT_EQ(comparator.firstDifference()->sentence,
            "load burst 0 asks for address 0x1000 in systemc, 0x2000 in rtl; everything before is equal");
}

TEST(EventComparator, ReportsTheEarliestOfSeveralTracks) {
  EventComparator comparator(kNames);
  comparator.side(0).instruction(store(0, 500));
  comparator.side(1).instruction(store(0, 501));
  comparator.side(0).burst(loadBurst(0, 30));
  comparator.side(1).burst(loadBurst(0, 31));
  finishBoth(comparator);
  EXPECT_EQ(comparator.firstDifference()->cycle, 30u);
}

TEST(EventComparator, ReportsOnlyTheFirstOfATrack) {
  EventComparator comparator(kNames);
  for (uint64_t i = 0; i < 3; ++i) {
    comparator.side(0).burst(loadBurst(i, 30 - i));
    comparator.side(1).burst(loadBurst(i, 40 - i));
  }
  finishBoth(comparator);
  EXPECT_EQ(comparator.firstDifference()->cycle, 30u);
}

TEST(EventComparator, ReportsAnEventThatOneSideLacks) {
  for (unsigned owner : {0u, 1u}) {
    EventComparator comparator(kNames);
    comparator.side(owner).burst(loadBurst(0, 9));
    finishBoth(comparator);
    EXPECT_EQ(comparator.firstDifference()->sentence,
              "load burst 0 (address 0x1000), requested in cycle 9, is in " + kNames.of(owner) +
                  " only; everything before is equal");
  }
}

TEST(EventComparator, ReportsAnEventAfterTheOtherSideHasFinished) {
  EventComparator comparator(kNames);
  comparator.finish(0);
  comparator.side(1).instruction(store(0, 77));
  comparator.finish(1);
  EXPECT_EQ(comparator.firstDifference()->cycle, 57u);
}

TEST(EventComparator, DoesNotBlameASideThatWasCutOff) {
  EventComparator comparator(kNames);
  comparator.side(0).burst(loadBurst(0, 9));
  comparator.finish(1, false);
  comparator.side(0).burst(loadBurst(1, 10));
  comparator.finish(0);
  EXPECT_FALSE(comparator.firstDifference());
}

TEST(EventComparator, AsksBothSidesToStopOnceTheyArePastADifference) {
  EventComparator comparator(kNames);
  comparator.side(0).burst(loadBurst(0, 30));
  comparator.side(1).burst(loadBurst(0, 31));
  EXPECT_FALSE(comparator.stopFlag());
  comparator.side(0).instruction(store(0, 10000000));
  EXPECT_FALSE(comparator.stopFlag());
  comparator.side(1).instruction(store(0, 10000001));
  EXPECT_TRUE(comparator.stopFlag());
}

TEST(EventComparator, ComparesTwoThreadsInBoundedQueuesToTheLastEvent) {
  constexpr uint64_t kCount = 100000;
  EventComparator comparator(kNames, 16);
  const auto tell = [&](unsigned side) {
    for (uint64_t i = 0; i < kCount; ++i) {
      comparator.side(side).burst(loadBurst(i, 10 * i));
      if (i % 8 == 0)
        comparator.side(side).instruction(store(i / 8, 20 + 10 * i));
    }
    comparator.finish(side);
  };
  std::thread other([&] { tell(1); });
  tell(0);
  other.join();
  EXPECT_FALSE(comparator.firstDifference());
  EXPECT_EQ(comparator.equalEvents(), kCount + kCount / 8);
}

TEST(EventComparator, DoesNotDeadlockWhenTheSidesTellTheirTracksInOppositeOrder) {
  constexpr uint64_t kCount = 500;
  EventComparator comparator(kNames, 16);
  const auto bursts = [&](unsigned side) {
    for (uint64_t i = 0; i < kCount; ++i)
      comparator.side(side).burst(loadBurst(i, i));
  };
  const auto stores = [&](unsigned side) {
    for (uint64_t i = 0; i < kCount; ++i)
      comparator.side(side).instruction(store(i, 100 + i));
  };
  std::thread other([&] {
    bursts(1);
    stores(1);
    comparator.finish(1);
  });
  stores(0);
  bursts(0);
  comparator.finish(0);
  other.join();
  EXPECT_FALSE(comparator.firstDifference());
  EXPECT_EQ(comparator.equalEvents(), 2 * kCount);
}

} // namespace
