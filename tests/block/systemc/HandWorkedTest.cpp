// Cycles worked out by hand from the manual's formulas.
#include "SmallGemm.h"

#include <gmock/gmock.h>

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::Pair;

struct Times {
  uint64_t dispatched, started, finished;
  bool operator==(const Times &o) const {
    return dispatched == o.dispatched && started == o.started && finished == o.finished;
  }
};
void PrintTo(const Times &t, std::ostream *out) {
  *out << t.dispatched << " " << t.started << " " << t.finished;
}

std::vector<Times> timesOf(const reference::EventLog &log, Track track) {
  std::vector<Times> times;
  for (const InstructionEvent &e : log.instructions[static_cast<size_t>(track)])
    times.push_back({e.dispatched, e.started, e.finished});
  return times;
}

struct SmallGemmOnBase : testing::Test {
  Parameters base;
  reference::EventLog log;
  RunResult result;

  void SetUp() override {
    const Result<RunResult> run = runTimed(*makeSystemCEngine(base), smallGemm(base), &log);
    ASSERT_TRUE(run) << run.error().message;
    result = *run;
  }
};

// Fetch i is requested in 1 + i and has its four beats in 21 + 4i .. 24 + 4i; so instruction i is read in 25
// + 4i and executed in the cycle after.
TEST_F(SmallGemmOnBase, FetchesOneInstructionInFourCycles) {
  const auto &fetches = log.bursts[static_cast<size_t>(Track::FetchBurst)];
  ASSERT_EQ(6u, fetches.size());
  for (uint64_t i = 0; i < 6; ++i) {
    EXPECT_EQ(1 + i, fetches[i].requested);
    EXPECT_EQ(21 + 4 * i, fetches[i].first_beat);
    EXPECT_EQ(24 + 4 * i, fetches[i].last_beat);
  }
}

// Load 0 requests in 28 .. 31, its beats come in 48 .. 63, each is popped and forms a word in the cycle
// after: done 64. Load 1 starts when the front is free, 32; its beats follow without a gap: done 80.
TEST_F(SmallGemmOnBase, LoadsWithoutGaps) {
  EXPECT_THAT(timesOf(log, Track::Load), ElementsAre(Times{26, 27, 65}, Times{30, 32, 81}));
}

// The post of 81 is seen in 82. T = 83, L = 16, s = 99, e = 114, finish = 114 + 4 + 4 + 2.
TEST_F(SmallGemmOnBase, LoadsTheTileAndStreamsSixteenVectors) {
  EXPECT_THAT(timesOf(log, Track::Matrix), ElementsAre(Times{34, 82, 124}));
}

// Rows are issued in 126 .. 141; the last word is written 6 cycles later.
TEST_F(SmallGemmOnBase, RequantizesOneRowInACycle) {
  EXPECT_THAT(timesOf(log, Track::Vector), ElementsAre(Times{38, 125, 147}));
}

// Words are read in 149 .. 164. The first burst's last word is read in 152, enters the write buffer in 153:
// sent in 154 .. 157; the last one is sent in 166 .. 169, its response comes in 189.
TEST_F(SmallGemmOnBase, StoresFourBursts) {
  EXPECT_THAT(timesOf(log, Track::Store), ElementsAre(Times{42, 148, 190}));
  const auto &bursts = log.bursts[static_cast<size_t>(Track::StoreBurst)];
  ASSERT_EQ(4u, bursts.size());
  EXPECT_EQ(154u, bursts[0].first_beat);
  EXPECT_EQ(166u, bursts[3].first_beat);
  EXPECT_EQ(189u, bursts[3].response);
}

TEST_F(SmallGemmOnBase, EndsTheCycleAfterTheLastFinish) { EXPECT_EQ(191u, result.total_cycles); }

TEST_F(SmallGemmOnBase, ChargesEveryCycleOnce) {
  ASSERT_EQ(5u, result.units.size());
  EXPECT_THAT(result.units[0].cycles, ElementsAre(Pair("busy", 32), Pair("stall_memory", 23),
                                                  Pair("stall_semaphore", 0), Pair("idle", 136)));
  EXPECT_THAT(result.units[1].cycles,
              ElementsAre(Pair("busy", 16), Pair("stall_weights", 17), Pair("stall_drain", 10),
                          Pair("stall_semaphore", 47), Pair("idle", 101)));
  EXPECT_THAT(result.units[2].cycles,
              ElementsAre(Pair("busy", 23), Pair("stall_semaphore", 86), Pair("idle", 82)));
  EXPECT_THAT(result.units[3].cycles, ElementsAre(Pair("busy", 16), Pair("stall_memory", 27),
                                                  Pair("stall_semaphore", 105), Pair("idle", 43)));
  EXPECT_THAT(result.units[4].cycles, ElementsAre(Pair("busy", 12), Pair("stall_fetch", 34),
                                                  Pair("stall_queue", 0), Pair("idle", 145)));
}

TEST_F(SmallGemmOnBase, CountsWhatInstructionsAskedFor) {
  EXPECT_EQ(5u, result.instructions);
  EXPECT_EQ(8u, result.read_bursts);
  EXPECT_EQ(4u, result.write_bursts);
  EXPECT_EQ(512u, result.read_bytes);
  EXPECT_EQ(256u, result.written_bytes);
  EXPECT_EQ(6u, result.fetched_instructions);
  EXPECT_EQ(16u * 16 * 16, result.macs);
}

// Two slots: burst k is requested in the cycle after the pop of burst k - 2's last beat. Bursts of 4 beats,
// latency 20, from cycle 28 on: 28, 29 | popped 49..52 and 53..56: 53, 57 | beats 73..76
// popped 74..77, 77..80 popped 78..81: 78, 82.
TEST(SystemCLoad, StarvesOnTwoSlots) {
  Parameters starved;
  starved.memory_read_bursts_in_flight = 2;
  reference::EventLog log;
  ASSERT_TRUE(runTimed(*makeSystemCEngine(starved), smallGemm(starved), &log));
  std::vector<uint64_t> requested;
  for (const BurstEvent &e : log.bursts[static_cast<size_t>(Track::LoadBurst)])
    requested.push_back(e.requested);
  EXPECT_THAT(requested, ElementsAre(28, 29, 53, 57, 78, 82, 103, 107));
}

} // namespace
} // namespace lockstep
