#include "hw/golden/Walker.h"

namespace lockstep {
namespace {

Error illegalAt(uint64_t pc, const std::string &label, const std::string &problem) {
  return {ErrorKind::Legality, label + ": instruction " + std::to_string(pc) + " " + problem};
}

/// What the hardware would silently do, but no program may ask for.
Status checkOwn(const Instruction &instruction, const SequencerState &state) {
  if (const auto *loop = std::get_if<LoopInstruction>(&instruction))
    if (static_cast<uint32_t>(loop->count + state.registers[loop->count_register]) == 0)
      return illegalAt(state.pc, "sequencer_c2", "(loop) has count 0; a count is at least 1.");
  const auto *set = std::get_if<SetInstruction>(&instruction);
  const auto *add = std::get_if<AddInstruction>(&instruction);
  if ((set && set->destination_register == 0) || (add && add->destination_register == 0))
    return illegalAt(state.pc, "sequencer_c3", "has destination_register 0; allowed are registers 1 to 31.");
  if (std::holds_alternative<HaltInstruction>(instruction) && state.loopDepth() != 0)
    return illegalAt(state.pc, "sequencer_c1",
                     "(halt) stands inside a loop; every loop has to end before it.");
  return {};
}

} // namespace

Walker::Walker(const std::vector<DecodedInstruction> &program,
               const std::array<uint64_t, kNumArguments> &arguments, uint64_t instructionLimit)
    : program(&program), sequencer(arguments), limit(instructionLimit) {}

Result<const ResolvedInstruction *> Walker::next() {
  while (!halted) {
    if (sequencer.pc >= program->size())
      return illegalAt(sequencer.pc, "sequencer_c4",
                       "does not exist: the program has " + std::to_string(program->size()) +
                           " instructions and has to reach a halt.");
    if (executed++ >= limit)
      return Error{ErrorKind::Limit, "The program executes more than the allowed " + std::to_string(limit) +
                                         " instructions; it is at instruction " +
                                         std::to_string(sequencer.pc) + "."};
    const DecodedInstruction &decoded = (*program)[sequencer.pc];
    if (decoded.unit != Unit::Sequencer)
      return yield(decoded);
    if (Status status = executeOwn(decoded.instruction); !status)
      return status.error();
  }
  return static_cast<const ResolvedInstruction *>(nullptr);
}

Status Walker::executeOwn(const Instruction &instruction) {
  if (const auto *sync = std::get_if<SyncInstruction>(&instruction))
    return illegalAt(sequencer.pc, "sync_c1",
                     "(sync) has unit " + std::to_string(sync->unit) + "; allowed are 0, 1, 2 and 3.");
  if (Status status = checkOwn(instruction, sequencer); !status)
    return status;
  const uint64_t pc = sequencer.pc;
  const SequencerEffect effect = sequencer.execute(instruction);
  halted = effect == SequencerEffect::Halt;
  if (effect == SequencerEffect::LoopStackError)
    return std::holds_alternative<LoopInstruction>(instruction)
               ? illegalAt(pc, "sequencer_c1", "(loop) is nested deeper than the 8 loops allowed.")
               : illegalAt(pc, "sequencer_c1", "(end) ends no loop; every end belongs to one loop.");
  return {};
}

const ResolvedInstruction *Walker::yield(const DecodedInstruction &decoded) {
  current.number = current.instruction ? current.number + 1 : 0;
  current.index = sequencer.pc;
  current.unit = decoded.unit;
  current.instruction = &decoded.instruction;
  if (decoded.uses_registers) {
    resolveInto(decoded.instruction, sequencer.registers, buffer);
    current.instruction = &buffer;
  }
  sequencer.advance();
  return &current;
}

} // namespace lockstep
