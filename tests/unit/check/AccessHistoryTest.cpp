#include "hw/check/AccessHistory.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr uint64_t kNobodyKnows = 0;

TEST(RowHistory, RemembersTheLatestAccessOfEachRow) {
  RowHistory history;
  history.record({0, 9, 1, 101}, kNobodyKnows);
  history.record({4, 5, 2, 102}, kNobodyKnows);
  history.record({20, 29, 3, 103}, kNobodyKnows);
  EXPECT_EQ(history.find(0, 3, 0)->index, 101u);
  EXPECT_EQ(history.find(4, 4, 0)->index, 102u);
  EXPECT_EQ(history.find(6, 9, 0)->index, 101u);
  EXPECT_EQ(history.find(6, 9, 1), nullptr); // known
  EXPECT_EQ(history.find(10, 19, 0), nullptr);
  EXPECT_EQ(history.find(0, 40, 2)->index, 103u);
  EXPECT_EQ(history.latest(), 3u);
}

TEST(RowHistory, ReplacesWhatALaterAccessCovers) {
  RowHistory history;
  for (int64_t row = 0; row < 10; ++row)
    history.record({row, row, static_cast<uint64_t>(row) + 1, 0}, kNobodyKnows);
  history.record({2, 7, 11, 0}, kNobodyKnows);
  EXPECT_EQ(history.find(2, 7, 10)->number, 11u);
  EXPECT_EQ(history.find(0, 1, 0)->number, 1u);
  EXPECT_EQ(history.find(8, 9, 9)->number, 10u);
}

ByteAccess bytes(int64_t low, int64_t high, uint64_t number) {
  ByteAccess access;
  access.access.space = Space::External;
  access.access.low = low, access.access.high = high;
  access.access.row_address = static_cast<uint64_t>(low);
  access.access.row_bytes = static_cast<uint64_t>(high - low + 1);
  access.number = access.index = number;
  return access;
}

Access place(int64_t low, int64_t high) { return bytes(low, high, 0).access; }

/// One entry for each of `count` intervals of 10 bytes, 20 apart, numbered from `first` on.
void recordMany(ByteHistory &history, uint64_t count, uint64_t first) {
  for (uint64_t i = 0; i < count; ++i)
    history.record(bytes(static_cast<int64_t>(20 * i), static_cast<int64_t>(20 * i + 9), first + i),
                   kNobodyKnows);
}

TEST(ByteHistory, IsExactAsLongAsItHasRoom) {
  ByteHistory history;
  recordMany(history, ByteHistory::kMaxEntries, 1);
  EXPECT_EQ(history.find(place(10, 19), 0), nullptr);
  EXPECT_EQ(history.find(place(9, 19), 0)->number, 1u);
}

TEST(ByteHistory, OfEqualFootprintsTheLatestCounts) {
  ByteHistory history;
  for (uint64_t round = 0; round < 20; ++round)
    recordMany(history, 1000, 1 + 1000 * round);
  EXPECT_EQ(history.find(place(10, 19), 0), nullptr); // still exact: 1000 footprints fit
  EXPECT_EQ(history.find(place(0, 9), 19000)->number, 19001u);
  EXPECT_EQ(history.find(place(0, 9), 19001), nullptr);
}

TEST(ByteHistory, JoinsNeighboursWhenItIsFullAndForgetsNothing) {
  ByteHistory history;
  const uint64_t count = 3 * ByteHistory::kMaxEntries;
  recordMany(history, count, 1);
  for (uint64_t i = 0; i < count; ++i) {
    const auto low = static_cast<int64_t>(20 * i);
    ASSERT_NE(history.find(place(low + 9, low + 9), i), nullptr)
        << i; // later than i: number i + 1 or a joined one
    ASSERT_NE(history.find(place(low, low), i), nullptr) << i;
  }
  EXPECT_EQ(history.find(place(-20, -1), 0), nullptr);
}

TEST(ByteHistory, JoinedNeighboursAreNotToldApartByResidues) {
  ByteHistory history;
  for (uint64_t i = 0; i < 2 * ByteHistory::kMaxEntries;
       ++i) { // rows of 8 bytes in steps of 64, side by side
    ByteAccess access = bytes(static_cast<int64_t>(8 * i), static_cast<int64_t>(8 * i + 64 + 7), i + 1);
    access.access.row_bytes = 8, access.access.row_step = 64;
    history.record(access, kNobodyKnows);
  }
  Access other = place(8, 8 + 64 + 7); // exactly the rows of number 2
  other.row_bytes = 8, other.row_step = 64;
  ASSERT_NE(history.find(other, 1), nullptr);
}

TEST(ByteHistory, ForgetsWhatEverybodyKnows) {
  ByteHistory history;
  recordMany(history, 10, 1);
  history.record(bytes(1000, 1009, 11), 10);
  EXPECT_EQ(history.find(place(0, 9), 0), nullptr);
  EXPECT_EQ(history.find(place(1000, 1000), 0)->number, 11u);
}

TEST(ByteHistory, StaysExactWhileTheOtherUnitFollows) {
  ByteHistory history;
  const uint64_t count = ByteHistory::kMaxEntries + 1; // the last one finds it full
  for (uint64_t i = 0; i < count; ++i)                 // all but the last hundred are known
    history.record(bytes(static_cast<int64_t>(20 * i), static_cast<int64_t>(20 * i + 9), i + 1),
                   i < 100 ? 0 : i - 100);
  for (uint64_t i = count - 99; i + 1 < count; ++i) {
    const auto low = static_cast<int64_t>(20 * i);
    ASSERT_EQ(history.find(place(low + 10, low + 19), count - 100), nullptr) << i; // between two intervals
    ASSERT_NE(history.find(place(low + 9, low + 19), count - 100), nullptr) << i;
  }
}

} // namespace
} // namespace lockstep
