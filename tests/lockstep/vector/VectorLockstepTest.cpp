// The vector unit's instructions, systematically: SystemC, RTL and golden agree in every event, cycle,
// counter and byte.
#include "hw/check/ProgramCheck.h"
#include "tests/lockstep/common/EnginePair.h"
#include "tests/lockstep/common/OddMachines.h"
#include "tests/lockstep/vector/VectorPrograms.h"
#include "tests/support/TablePrograms.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

Parameters machineOf(const std::string &name) {
  if (name == "odd3x5")
    return oddMachine(3, 5); // words of an odd number of bytes
  if (name == "odd4x16")
    return oddMachine(4, 16);
  if (name == "odd32x8")
    return oddMachine(32, 8); // a row of int32 in one word
  auto parameters = loadParameters(name);
  EXPECT_TRUE(bool(parameters));
  return *parameters;
}

class VectorLockstep : public ::testing::TestWithParam<const char *> {
protected:
  void SetUp() override {
    auto made = EnginePair::make(parameters);
    ASSERT_TRUE(bool(made)) << made.error().message;
    engines = std::make_unique<EnginePair>(std::move(*made));
  }

  /// Empty, or the first difference.
  std::string differenceIn(const Program &program) {
    if (auto checked = checkProgram(program); !checked)
      return checked.error().message;
    return differenceOf(engines->compare(program));
  }
  void compareAll(const std::vector<Program> &programs, const std::string &what) {
    for (const Program &program : programs)
      ASSERT_EQ(differenceIn(program), "") << what;
  }

  const Parameters parameters = machineOf(GetParam());
  std::unique_ptr<EnginePair> engines;
};

std::string text(LanePlace place) {
  return "a of type " + std::to_string(int(place.type)) + (place.in_accumulator ? " in the accumulator" : "");
}

TEST_P(VectorLockstep, HoldsForEveryOperationAndTypeOfElementwise) {
  for (const LanePlace &a : operandPlaces())
    for (auto operation : {LaneOperation::Add, LaneOperation::Subtract, LaneOperation::Multiply,
                           LaneOperation::Minimum, LaneOperation::Maximum})
      compareAll(elementwisePrograms(parameters, operation, a),
                 text(a) + ", operation " + std::to_string(int(operation)));
}

TEST_P(VectorLockstep, HoldsForReductionsAndTables) { compareAll(reducePrograms(parameters), "reduce"); }

TEST_P(VectorLockstep, HoldsForRequantizeToInt16) { compareAll(int16Programs(parameters), "requantize"); }

INSTANTIATE_TEST_SUITE_P(Machines, VectorLockstep,
                         ::testing::Values("tiny", "small", "odd3x5", "odd4x16", "odd32x8"),
                         [](const auto &info) { return std::string(info.param); });

using TableLockstep = VectorLockstep;

TEST_P(TableLockstep, HoldsForEveryInt16ThroughFunctions) {
  for (const NamedTable16 &table : sampleTables16())
    ASSERT_EQ(differenceIn(table16Program(parameters, table.entries, 1)), "") << table.name;
}

TEST_P(TableLockstep, HoldsForEveryInt8ThroughFunctions) {
  for (const NamedTable8 &table : sampleTables8())
    ASSERT_EQ(differenceIn(table8Program(parameters, table.entries)), "") << table.name;
}

INSTANTIATE_TEST_SUITE_P(Machines, TableLockstep, ::testing::Values("tiny", "small", "odd3x5"),
                         [](const auto &info) { return std::string(info.param); });

} // namespace
