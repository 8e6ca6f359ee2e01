// Programs that go through the vector unit's instructions systematically: every operation on every pair of
// operand types of either memory to every type of result, strides of either sign.
#pragma once

#include "hw/numbers/Numbers.h"
#include "hw/program/Program.h"

#include <vector>

namespace lockstep {

/// Type and memory of an operand or a result.
struct LanePlace {
  LaneType type;
  bool in_accumulator;
};

/// int8, uint8, int32, int16, pair of the scratchpad; int32, pair, wide of the accumulator.
const std::vector<LanePlace> &operandPlaces();
/// The five types in the scratchpad, int32 in the accumulator.
const std::vector<LanePlace> &resultPlaces();

/// `operation` with a from `a`: on every second operand, the immediate too, to every place and type of
/// result, with and without functions. Results of one program never overwrite each other.
std::vector<Program> elementwisePrograms(const Parameters &parameters, LaneOperation operation, LanePlace a);

/// Sums and maxima of every operand type, ragged and not; tables of both types from odd places.
std::vector<Program> reducePrograms(const Parameters &parameters);

/// int16 results: with and without bias, scales of the instruction, of each column, of each row.
std::vector<Program> int16Programs(const Parameters &parameters);

} // namespace lockstep
