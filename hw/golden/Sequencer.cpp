#include "hw/golden/Sequencer.h"

#include "hw/isa/Fields.h"

namespace lockstep {
namespace {

/// In every field list a register field follows the address that it is added to: so the one loop over the
/// fields finds the pairs and the width of the sum.
struct RegisterAdder {
  const Registers &registers;
  uint64_t *address = nullptr;
  unsigned addressBits = 0;

  void operator()(const char *, unsigned bits, FieldKind kind, uint64_t &member) {
    if (kind == FieldKind::Register) {
      *address = (*address + registers[member]) & fieldMaximum(FieldKind::Unsigned, addressBits);
      member = 0;
    }
    address = &member;
    addressBits = bits;
  }
  void operator()(const char *, unsigned, FieldKind, int64_t &) {}
};

struct RegisterUse {
  bool any = false;
  void operator()(const char *, unsigned, FieldKind kind, uint64_t member) {
    any = any || (kind == FieldKind::Register && member != 0);
  }
  void operator()(const char *, unsigned, FieldKind, int64_t) {}
};

bool usesRegisters(const Instruction &instruction) {
  RegisterUse use;
  std::visit([&](const auto &fields) { forEachField(fields, use); }, instruction);
  return use.any;
}

} // namespace

void resolveInto(const Instruction &instruction, const Registers &registers, Instruction &resolved) {
  resolved = instruction;
  if (unitOf(instruction) == Unit::Sequencer)
    return;
  RegisterAdder adder{registers};
  std::visit([&](auto &fields) { forEachField(fields, adder); }, resolved);
}

Instruction resolve(const Instruction &instruction, const Registers &registers) {
  Instruction resolved;
  resolveInto(instruction, registers, resolved);
  return resolved;
}

Result<std::vector<DecodedInstruction>> decodeProgram(const Program &program) {
  std::vector<DecodedInstruction> list;
  list.reserve(program.instructions.size());
  for (size_t index = 0; index < program.instructions.size(); ++index) {
    Result<Instruction> decoded = decode(program.instructions[index]);
    if (!decoded)
      return Error{decoded.error().kind,
                   "Instruction " + std::to_string(index) + ": " + decoded.error().message};
    const Unit unit = unitOf(*decoded);
    list.push_back({*decoded, unit, unit != Unit::Sequencer && usesRegisters(*decoded)});
  }
  return list;
}

SequencerState::SequencerState(const std::array<uint64_t, kNumArguments> &arguments) {
  for (unsigned i = 0; i < kNumArguments; ++i)
    registers[i + 1] = arguments[i];
}

SequencerEffect SequencerState::execute(const Instruction &instruction) {
  if (const auto *loop = std::get_if<LoopInstruction>(&instruction))
    return enterLoop(*loop);
  if (std::holds_alternative<EndInstruction>(instruction))
    return endLoop();
  if (const auto *set = std::get_if<SetInstruction>(&instruction))
    return write(set->destination_register, set->value);
  if (const auto *add = std::get_if<AddInstruction>(&instruction))
    return write(add->destination_register,
                 ringAdd(registers[add->source_register], add->value, add->modulus));
  return SequencerEffect::Halt;
}

SequencerEffect SequencerState::write(uint64_t destination, uint64_t value) {
  if (destination != 0)
    registers[destination] = value;
  ++pc;
  return SequencerEffect::Advance;
}

SequencerEffect SequencerState::enterLoop(const LoopInstruction &loop) {
  if (depth == kMaxLoopDepth)
    return SequencerEffect::LoopStackError;
  loops[depth++] = {++pc, static_cast<uint32_t>(loop.count + registers[loop.count_register] - 1)};
  return SequencerEffect::Advance;
}

SequencerEffect SequencerState::endLoop() {
  if (depth == 0)
    return SequencerEffect::LoopStackError;
  Loop &top = loops[depth - 1];
  if (top.remaining == 0) {
    --depth;
    ++pc;
    return SequencerEffect::Advance;
  }
  --top.remaining;
  pc = top.body;
  return SequencerEffect::JumpBack;
}

} // namespace lockstep
