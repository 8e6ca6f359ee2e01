#include "sim/lockstep/RunDifference.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

const SideNames kNames{"systemc", "rtl"};

RunResult someResult() {
  RunResult result;
  result.total_cycles = 100;
  result.units = {{"load", {{"busy", 40}, {"idle", 60}}},
                  {"matrix", {{"busy", 1}, {"stall_drain", 9}, {"idle", 90}}}};
  result.macs = 7;
  return result;
}

TEST(RunDifference, IsNoneForEqualResultsOfDifferentHostTime) {
  RunResult other = someResult();
  other.seconds = 5;
  EXPECT_FALSE(compareResults(someResult(), other, kNames));
}

TEST(RunDifference, TellsTotalCyclesFirst) {
  RunResult other = someResult();
  other.total_cycles = 101;
  other.units[0].cycles[0].second = 41;
  EXPECT_EQ(compareResults(someResult(), other, kNames)->sentence,
            "total_cycles is 100 in systemc, 101 in rtl; all events are equal");
}

TEST(RunDifference, NamesTheCounterThatDiffers) {
  RunResult other = someResult();
  other.units[1].cycles[1].second = 8;
  other.units[1].cycles[2].second = 91;
  EXPECT_EQ(compareResults(someResult(), other, kNames)->sentence,
            "counter stall_drain of matrix is 9 in systemc, 8 in rtl; all events are equal");
}

TEST(RunDifference, ComparesWhatWasDone) {
  RunResult other = someResult();
  other.macs = 8;
  EXPECT_EQ(compareResults(someResult(), other, kNames)->sentence,
            "macs is 7 in systemc, 8 in rtl; all events are equal");
}

TEST(RunDifference, FindsCountersThatDoNotAddUp) {
  EXPECT_FALSE(checkAccounting(someResult(), "rtl"));
  RunResult broken = someResult();
  broken.units[1].cycles[0].second = 2;
  EXPECT_EQ(checkAccounting(broken, "rtl")->sentence,
            "the counters of matrix in rtl add up to 101 and not to total_cycles = 100");
}

} // namespace
