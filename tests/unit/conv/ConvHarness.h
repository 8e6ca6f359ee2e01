// Plain loops and random cases, to judge what emitted convolutions compute on the golden executor.
#pragma once

#include "compiler/conv/ConvSchedule.h"
#include "compiler/conv/ConvScheduler.h"
#include "hw/program/ExternalMemory.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lockstep::test {

using Random = std::mt19937_64;

/// A value of [low, high].
int64_t pick(Random &random, int64_t low, int64_t high);

/// Shapes, strides, dilations, pads, groups, types and rescale at random; channels up to `channels`.
ConvProblem randomConv(Random &random, int64_t channels);

/// Depthwise, wide enough for several blocks of pixels side by side.
ConvProblem randomDepthwise(Random &random, int64_t channels);
/// Few input channels, many outputs, a wide image.
ConvProblem randomFirstLayer(Random &random);

/// Arrays that are not square, loaders of several words, few banks, small memories.
std::vector<Parameters> oddMachines();

struct ConvInputs {
  std::vector<int8_t> input;   // [batch, height, width, pixel stride]
  std::vector<int8_t> weights; // [groups, r, s, c, k]
  std::vector<int32_t> bias, multiplier, shift;
};
ConvInputs randomInputs(Random &random, const ConvProblem &problem);

/// The definition in ConvProblem.h, as loops; the output tensor's bytes, `untouched` where it writes nothing.
std::vector<uint8_t> expectedConv(const ConvProblem &problem, const ConvInputs &inputs, uint8_t untouched);

/// Puts inputs into the program's memory; a sentence if it has not what it should have.
std::string fillMemory(const ConvProblem &problem, const ConvSchedule &schedule, const ConvInputs &inputs,
                       const Program &program, ExternalMemory &memory);
uint8_t *symbolBytes(const Program &program, ExternalMemory &memory, const std::string &name, size_t size);

/// Legal and free of races, runs on the golden executor, and its bytes are those of plain loops; else a
/// sentence that says what is wrong.
std::string judge(Random &random, const ConvProblem &problem, const ConvSchedule &schedule,
                  const Parameters &machine);

std::string describe(const ConvProblem &problem);

} // namespace lockstep::test
