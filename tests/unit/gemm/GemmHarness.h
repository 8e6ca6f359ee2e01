// Plain products and random cases, to judge what emitted programs compute on the golden executor.
#pragma once

#include "compiler/gemm/GemmScheduler.h"
#include "hw/program/ExternalMemory.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lockstep::test {

using Random = std::mt19937_64;

/// A value of [low, high].
int64_t pick(Random &random, int64_t low, int64_t high);

/// Named configurations and odd arrays, small memories among them.
std::vector<Parameters> machines();

/// Types, zero points, transposes, bias and rescale at random; dimensions up to `largest`.
GemmProblem randomProblem(Random &random, int64_t largest);

/// Some schedule that fits: block sizes, order, residency, slots and pieces at random.
Result<GemmSchedule> randomSchedule(Random &random, const GemmProblem &problem, const Parameters &machine);

/// Legal and free of races, runs on the golden executor, and its bytes are those of plain code; else a
/// sentence that says what is wrong. Inputs are random, extremes among them.
std::string judge(Random &random, const GemmProblem &problem, const GemmSchedule &schedule,
                  const Parameters &machine);

std::string describe(const GemmProblem &problem);

} // namespace lockstep::test
