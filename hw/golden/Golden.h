// The golden executor: what instructions mean, slow and readable. It judges all other executions.
#pragma once

#include "hw/golden/OnChipState.h"
#include "hw/golden/Walker.h"
#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/program/ExternalMemory.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"

#include <functional>

namespace lockstep {

/// Executes unit instructions one after the other, each exactly as the pseudo code of the manual (chapters 3
/// to 6). Program order is a legal schedule of every race-free program, so its bytes are those of every
/// engine.
class Golden {
public:
  explicit Golden(const Parameters &parameters);

  /// Called after each unit instruction, for instance to compare `onChip()` with another execution.
  using Observer = std::function<void(const ResolvedInstruction &)>;

  /// Clears the chip, then runs to halt. Errors: those of decodeProgram, Walker::next and step; Limit if a
  /// unit would need more than `cycleLimit` cycles whatever the memory (0: no limit), before it does that
  /// work.
  Status run(const Program &program, ExternalMemory &memory, const Observer &observer = {},
             uint64_t instructionLimit = kDefaultInstructionLimit, uint64_t cycleLimit = 0);

  /// One resolved unit instruction. Errors: Legality (nothing is executed then); waits and posts do nothing.
  /// `index` is what messages call the instruction.
  Status step(const Instruction &resolved, ExternalMemory &memory, uint64_t index = 0);

  /// All on-chip memories and tables zero.
  void clear();

  const OnChipState &onChip() const { return state; }
  OnChipState &onChip() { return state; }

private:
  Parameters parameters;
  OnChipState state;
};

} // namespace lockstep
