// Constants and inputs of recurrent layers: the same values for the same seed, everywhere.
#pragma once

#include "compiler/recurrent/RecurrentProblem.h"
#include "workloads/reference/RecurrentReference.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Table of a function in the manual's chapter "Recurrent cells": entry i is function((128 i - 32768) / 4096)
/// with so many fraction bits, rounded and saturated.
FunctionTable sigmoidTable(int fractionBits);
FunctionTable tanhTable(int fractionBits);

/// The shift with which the multipliers of usual weights (below) just fit 31 bits, at least 31.
uint32_t usualShift(const RecurrentProblem &problem);

/// Extreme: weights, states and inputs of -128, 127, -32768, 32767 and 0 alone, multipliers of 0 and 2^31 -
/// 1, biases at the ends of int32, tables of random entries.
enum class RecurrentValueKind { Usual, Extreme };

/// Usual: weights uniform over -127 to 127 (a few rows of -128, of 127, of 0), with scales of +-2 /
/// sqrt(hidden) so that gates spread over the whole of their range; biases within +-1 plus half the sum of
/// the weights. `problem.shift` is read.
RecurrentConstants recurrentConstants(const RecurrentProblem &problem, uint64_t seed,
                                      RecurrentValueKind kind = RecurrentValueKind::Usual);

struct RecurrentValues {
  std::vector<int16_t> x;                    // [steps, batch, G hidden]
  std::vector<int16_t> initial_h, initial_c; // [batch, hidden], empty if the problem has none
  std::vector<int64_t> lengths; // [batch], 0 to steps, one of them steps; empty if the problem has none
  RecurrentInputs inputs() const;
};

/// Usual: x uniform over +-4 (Q3.12), one of 64 elements extreme. `withX` false: without x, the rest the
/// same.
RecurrentValues recurrentValues(const RecurrentProblem &problem, uint64_t seed,
                                RecurrentValueKind kind = RecurrentValueKind::Usual, bool withX = true);
/// The x of recurrentValues().
std::vector<int16_t> recurrentProjections(const RecurrentProblem &problem, uint64_t seed,
                                          RecurrentValueKind kind);

} // namespace lockstep
