// Sequence lengths become masks in the program's memory.
#include "compiler/runtime/LengthMasks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace lockstep {
namespace {

Program withMask(const std::string &name) {
  Program program;
  program.regions = {{"mask", 65536, 3 * 2 * 4, RegionKind::Input}};
  program.symbols = {{name, 65536, "int8", {3, 2, 4}}};
  return program;
}

ExternalMemory memoryOf(const Program &program) {
  ExternalMemory memory;
  EXPECT_TRUE(memory.addRegion(program.regions[0]));
  return memory;
}

Tensor lengths(const std::vector<int32_t> &values) {
  Tensor tensor = zeroTensor("int32", {values.size()});
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

TEST(LengthMasks, AreOnesInAllLanesOfTheStepsThatCount) {
  const Program program = withMask("mask_1");
  ExternalMemory memory = memoryOf(program);
  const Tensor other = zeroTensor("int8", {5}), rows = lengths({1, 3});
  ASSERT_TRUE(fillLengthMasks(program, {&other, &rows}, memory));
  const uint8_t *mask = memory.find(65536, 24);
  EXPECT_THAT(std::vector<int>(mask, mask + 24),
              testing::ElementsAre(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1));
}

TEST(LengthMasks, CountNoStepOfANegativeLengthAndAllStepsOfALongOne) {
  const Program program = withMask("mask_0");
  ExternalMemory memory = memoryOf(program);
  const Tensor rows = lengths({INT32_MIN, INT32_MAX});
  ASSERT_TRUE(fillLengthMasks(program, {&rows}, memory));
  const uint8_t *mask = memory.find(65536, 24);
  for (int i = 0; i < 24; ++i)
    EXPECT_EQ(mask[i], i / 4 % 2) << i;
}

TEST(LengthMasks, RefuseAnInputThatIsAbsentOrOfAnotherSize) {
  const Tensor three = lengths({1, 2, 3}), two = lengths({1, 2});
  for (const auto &[name, tensor] : {std::pair("mask_0", &three), {"mask_1", &two}, {"mask_", &two}}) {
    const Program program = withMask(name);
    ExternalMemory memory = memoryOf(program);
    const Status status = fillLengthMasks(program, {tensor}, memory);
    ASSERT_FALSE(status) << name;
    EXPECT_THAT(status.error().message, testing::HasSubstr("must be int8 [steps, batch, lanes]"));
  }
}

} // namespace
} // namespace lockstep
