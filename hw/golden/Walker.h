// Program order: the unit instructions of a program one after the other, as they reach the units.
#pragma once

#include "hw/golden/Sequencer.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Instructions, the sequencer's own included, that a walk executes before it gives up, unless the caller
/// says else.
constexpr uint64_t kDefaultInstructionLimit = uint64_t{1} << 32;

/// A unit instruction in program order. The pointer is valid until the next call of `Walker::next`.
struct ResolvedInstruction {
  uint64_t number = 0; // 0, 1, ... of all unit instructions in program order
  uint64_t index = 0;  // in the program
  Unit unit = Unit::Load;
  const Instruction *instruction = nullptr; // resolved: register fields are zero
};

/// Walks a decoded program (which has to outlive the walker) and yields its unit instructions, resolved.
/// Costs tens of nanoseconds for each: every instruction is decoded once, those without registers are not
/// copied.
class Walker {
public:
  Walker(const std::vector<DecodedInstruction> &program, const std::array<uint64_t, kNumArguments> &arguments,
         uint64_t instructionLimit = kDefaultInstructionLimit);

  /// The next unit instruction, or null at halt (and ever after). Errors: sequencer_c1 to sequencer_c4 and
  /// Limit.
  Result<const ResolvedInstruction *> next();

  const SequencerState &state() const { return sequencer; }
  /// Executed so far, the sequencer's own included.
  uint64_t executedInstructions() const { return executed; }

private:
  Status executeOwn(const Instruction &instruction);
  const ResolvedInstruction *yield(const DecodedInstruction &decoded);

  const std::vector<DecodedInstruction> *program;
  SequencerState sequencer;
  uint64_t limit;
  uint64_t executed = 0;
  bool halted = false;
  Instruction buffer; // the resolved copy of an instruction with registers
  ResolvedInstruction current;
};

} // namespace lockstep
