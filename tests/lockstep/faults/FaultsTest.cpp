// The tests of the tests: every deliberate fault, in the RTL and in the SystemC model, is caught by the
// random programs that the lockstep suite runs. Numbers: 1 and up are the RTL's (`fault_i`), 101 and up the
// model's (sim/systemc/Faults.h).
#include "sim/systemc/Faults.h"
#include "sim/rtl_engine/ModelKey.h"
#include "tests/lockstep/common/EnginePair.h"
#include "tests/support/RandomPrograms.h"

#include <fstream>
#include <gtest/gtest.h>

using namespace lockstep;

namespace {

constexpr unsigned kRtlFaults = 19;
constexpr uint64_t kMostPrograms = 60;

Parameters tiny() {
  auto parameters = loadParameters("tiny");
  EXPECT_TRUE(bool(parameters));
  return *parameters;
}

/// Faults compiled in; no assertions, so that the comparison alone has to notice.
RtlVariant faultyVariant() {
  RtlVariant variant;
  variant.faults = true;
  variant.quick_build = true;
  return variant;
}

/// What the first program that notices says; empty if none does.
std::string caughtBy(EnginePair &engines, const Parameters &parameters, const LockstepOptions &options) {
  for (uint64_t seed = 1000; seed < 1000 + kMostPrograms; ++seed) {
    const std::string difference = differenceOf(engines.compare(randomProgram(parameters, seed), options));
    if (!difference.empty())
      return "program seed " + std::to_string(seed) + ": " + difference;
  }
  return "";
}

LockstepOptions withFault(unsigned fault) {
  LockstepOptions options;
  options.max_cycles = 1000000;
  (fault > 100 ? options.first_fault : options.second_fault) = fault;
  return options;
}

class DeliberateFault : public ::testing::TestWithParam<unsigned> {};

TEST_P(DeliberateFault, IsCaught) {
  const Parameters parameters = tiny();
  auto engines = EnginePair::make(parameters, faultyVariant());
  ASSERT_TRUE(bool(engines)) << engines.error().message;
  const std::string caught = caughtBy(*engines, parameters, withFault(GetParam()));
  EXPECT_NE(caught, "");
  std::cout << "fault " << GetParam() << " caught by " << caught << "\n";
}

std::string nameOf(const ::testing::TestParamInfo<unsigned> &info) {
  return "Number" + std::to_string(info.param);
}

INSTANTIATE_TEST_SUITE_P(Rtl, DeliberateFault, ::testing::Range(1u, kRtlFaults + 1), nameOf);
INSTANTIATE_TEST_SUITE_P(SystemC, DeliberateFault,
                         ::testing::Range<unsigned>(kFaultPostLost, kFaultPairOffset + 1), nameOf);

TEST(DeliberateFaults, AreAllTestedThatTheRtlLists) {
  std::ifstream list(rtlFolder() / "faults.md");
  unsigned highest = 0;
  for (std::string line; std::getline(list, line);)
    if (line.rfind("| ", 0) == 0)
      highest = std::max(highest, unsigned(atoi(line.c_str() + 2)));
  EXPECT_EQ(highest, kRtlFaults);
}

TEST(WithoutAFault, TheFaultyBuildIsEqual) {
  const Parameters parameters = tiny();
  auto engines = EnginePair::make(parameters, faultyVariant());
  ASSERT_TRUE(bool(engines)) << engines.error().message;
  EXPECT_EQ(caughtBy(*engines, parameters, withFault(0)), "");
}

} // namespace
