// A golden executor with an input, an output and a chip that tests fill and read by words.
#pragma once

#include "hw/golden/Golden.h"
#include "tests/support/ProgramBuilder.h"
#include "tests/support/TestMachine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace lockstep {

constexpr uint64_t kInput = 0x1000, kOutput = 0x8000, kRegionBytes = 4096;

struct GoldenFixture {
  Parameters parameters;
  Golden golden;
  ExternalMemory memory;

  GoldenFixture(int64_t rows, int64_t columns) : parameters(testMachine(rows, columns)), golden(parameters) {
    EXPECT_TRUE(checkParameters(parameters));
    EXPECT_TRUE(memory.addRegion({"in", kInput, kRegionBytes, RegionKind::Input}));
    EXPECT_TRUE(memory.addRegion({"out", kOutput, kRegionBytes, RegionKind::Output}));
    for (uint64_t i = 0; i < kRegionBytes; ++i)
      input()[i] = static_cast<uint8_t>(i * 7 + i / 256 * 3 + 1);
  }

  uint8_t *input() { return memory.find(kInput, kRegionBytes); }
  uint8_t *output() { return memory.find(kOutput, kRegionBytes); }

  void step(const Instruction &instruction) {
    const Status status = golden.step(instruction, memory);
    EXPECT_TRUE(status) << status.error().message;
  }

  uint8_t *word(uint64_t index) {
    return golden.onChip().scratchpad.data() + index * static_cast<uint64_t>(parameters.vectorBytes());
  }
  std::vector<int> lanes(uint64_t index) {
    return std::vector<int>(word(index), word(index) + parameters.vectorBytes());
  }
  int32_t accumulator(uint64_t index, uint64_t c) {
    int32_t value;
    std::memcpy(&value, accumulatorByte(index, c), 4);
    return value;
  }
  void setAccumulator(uint64_t index, uint64_t c, int32_t value) {
    std::memcpy(accumulatorByte(index, c), &value, 4);
  }

private:
  uint8_t *accumulatorByte(uint64_t index, uint64_t c) {
    return golden.onChip().accumulator.data() +
           index * static_cast<uint64_t>(parameters.accumulatorWordBytes()) + 4 * c;
  }
};

} // namespace lockstep
