// The convolution scheduler: from shapes and a machine to mappings with costs, schedules and instructions.
// A plain library, without MLIR.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

struct ConvSchedule; // ConvSchedule.h: all decisions of one way to compute a convolution

/// A way to express the convolution by the matrix unit.
struct ConvAlternative {
  std::string mapping;     // "matrix product", "channels on rows", "row windows on rows", "diagonal", ...
  std::string index_map;   // what lies along rows, columns, streams, and what is looped: "rows c, columns k, ..."
  uint64_t predicted_cycles = 0;
  double array_share = 0;  // useful multiply-accumulates of those that the array can do in the vectors' cycles
  std::string refusal;     // not empty: why this machine or shape cannot
  std::shared_ptr<const ConvSchedule> schedule; // null if refused
};

/// Cycles below which no schedule can go: max(multiply-accumulates (taps on padding included) / (rows columns),
/// bytes in (input pixels that are read, weights) / read bytes per cycle, output bytes / write bytes per cycle).
uint64_t boundCycles(const ConvProblem &problem, const Parameters &parameters);

/// All mappings, best first, refused ones last. Deterministic. Errors (Usage): an impossible problem.
Result<std::vector<ConvAlternative>> convAlternatives(const ConvProblem &problem, const Parameters &parameters);

struct ConvAddresses { // in external memory, multiples of 64
  uint64_t input = 0, weights = 0, output = 0, parameters = 0; // parameters: bias, multiplier, shift arrays as with GemmAddresses
  int64_t parameter_array_bytes = 0;
};

/// The layer's instructions, without halt: they leave all semaphores at zero and all bytes stored once the last store
/// has finished, so that layers stand one behind the other with a barrier between. Errors (Usage).
Result<std::vector<Instruction>> emitConv(const ConvProblem &problem, const ConvSchedule &schedule,
                                          const ConvAddresses &addresses, const Parameters &parameters);

/// Weights [groups, r, s, c, k] in the order in which the schedule wants them in memory; same size unless padded.
std::vector<int8_t> packConvWeights(const ConvProblem &problem, const ConvSchedule &schedule,
                                    const std::vector<int8_t> &weights);

/// The whole program of one convolution, constants for the caller to fill: symbols input, weights (packed order), output,
/// bias, multiplier, shift.
Result<Program> emitConvProgram(const ConvProblem &problem, const ConvSchedule &schedule, const Parameters &parameters);

std::string explain(const ConvSchedule &schedule);

} // namespace lockstep
