// The scheduler of recurrent layers: from a cell, sizes and a machine to a schedule, packed constants and
// instructions. A plain library, without MLIR.
#pragma once

#include "compiler/recurrent/RecurrentProblem.h"
#include "hw/isa/Instruction.h"
#include "hw/program/Program.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

struct RecurrentSchedule; // RecurrentSchedule.h: all decisions

/// Cycles below which no schedule of the recurrent part can go: the larger of
/// - array: steps ceil(G H / C) ceil(H / R) max(tile load cycles, passes batch);
/// - memory: bytes that must cross the read port (projected inputs, initial states, masks, the weights once,
/// and for
///   every further step the part of the recurrent weights that exceeds the scratchpad) over its width, and
///   the bytes written over the width of the write port.
struct RecurrentBound {
  uint64_t array_cycles = 0, read_cycles = 0, write_cycles = 0;
  uint64_t cycles() const;
};
RecurrentBound recurrentBound(const RecurrentProblem &problem, const Parameters &parameters);

/// Of a program with one layer, its input projection and halt: 64 KiB.
constexpr size_t kMaxLayerInstructions = 1024;

/// What a schedule may ask of its surroundings.
struct RecurrentOptions {
  /// 768 leave room for most input projections; longer programs come where no other fits.
  size_t usual_instructions = 768;
  bool cells_in_memory = false; // the caller has a place for cellBytes()

  /// For another try, if a program of `instructions`, `own` of them the layer's, is over
  /// kMaxLayerInstructions.
  std::optional<RecurrentOptions> shorter(size_t instructions, size_t own) const;
};

/// The schedule with the fewest predicted cycles. Deterministic. Errors (Usage): an impossible problem; a
/// machine without the banks, words or tables that it takes, with what is missing.
Result<std::shared_ptr<const RecurrentSchedule>> scheduleRecurrent(const RecurrentProblem &problem,
                                                                   const Parameters &parameters,
                                                                   const RecurrentOptions &options = {});
uint64_t predictedCycles(const RecurrentSchedule &schedule);
/// Workspace in external memory for an LSTM's cells; 0 if they stay on the chip.
uint64_t cellBytes(const RecurrentSchedule &schedule);

/// The constants as the schedule wants them in memory (tiles in the order of their use, tables, biases, ...).
std::vector<uint8_t> packRecurrentConstants(const RecurrentProblem &problem,
                                            const RecurrentSchedule &schedule,
                                            const RecurrentConstants &constants,
                                            const Parameters &parameters);
/// Their size in bytes, without the constants themselves.
uint64_t packedConstantBytes(const RecurrentProblem &problem, const RecurrentSchedule &schedule,
                             const Parameters &parameters);

/// The layer's instructions without halt, for LayerChain: they find and leave all semaphores at zero, find
/// registers at zero, and the last store finishes after all other work. At most 1,023 instructions (with halt
/// 64 KiB) for any number of steps.
Result<std::vector<Instruction>> emitRecurrent(const RecurrentProblem &problem,
                                               const RecurrentSchedule &schedule,
                                               const RecurrentAddresses &addresses,
                                               const Parameters &parameters);

/// The program of one layer and direction; constants and inputs are for the caller to fill. Symbols: x, y,
/// y_h, y_c, initial_h, initial_c, mask as the problem has them, and constants (uint8).
Result<Program> emitRecurrentProgram(const RecurrentProblem &problem, const RecurrentSchedule &schedule,
                                     const Parameters &parameters);

/// The decisions, for people.
std::string explain(const RecurrentSchedule &schedule);

} // namespace lockstep
