#include "hw/isa/Fields.h"

namespace lockstep {
namespace {

/// Gives each field its place behind the one before.
InstructionInfo placed(InstructionInfo info) {
  unsigned lsb = kOpcodeBits;
  for (FieldInfo &field : info.fields) {
    field.lsb = lsb;
    lsb += field.bits;
  }
  info.usedBits = lsb;
  return info;
}

#define LOCKSTEP_ADD_BITS(name, bits, kind, meaning) +bits
#define INSTRUCTION(opcode, mnemonic, Struct, unit, FIELDS, meaning)                                         \
  static_assert(kOpcodeBits FIELDS(LOCKSTEP_ADD_BITS) <= 8 * kInstructionBytes,                              \
                #mnemonic " exceeds 512 bits");
#include "hw/isa/Instructions.def"
#undef INSTRUCTION

std::vector<InstructionInfo> listInstructions() {
  std::vector<InstructionInfo> list;
#define LOCKSTEP_LIST_FIELD(name, bits, kind, meaning) {#name, 0, bits, LOCKSTEP_FIELD_KIND_##kind, meaning},
#define INSTRUCTION(opcode, mnemonic, Struct, unit, FIELDS, meaning)                                         \
  list.push_back(placed({opcode, #mnemonic, #unit, meaning, {FIELDS(LOCKSTEP_LIST_FIELD)}, 0}));
#include "hw/isa/Instructions.def"
#undef INSTRUCTION
  return list;
}

} // namespace

const std::vector<InstructionInfo> &instructionSet() {
  static const std::vector<InstructionInfo> list = listInstructions();
  return list;
}

const InstructionInfo &infoOf(const Instruction &instruction) {
  return instructionSet()[instruction.index()];
}

bool makeInstruction(const std::string &wanted, Instruction &instruction) {
#define INSTRUCTION(opcode, mnemonic, Struct, unit, FIELDS, meaning)                                         \
  if (wanted == #mnemonic) {                                                                                 \
    instruction = Struct{};                                                                                  \
    return true;                                                                                             \
  }
#include "hw/isa/Instructions.def"
#undef INSTRUCTION
  return false;
}

std::string fieldLimits(FieldKind kind, unsigned bits) {
  const std::string range =
      std::to_string(fieldMinimum(kind, bits)) + " to " + std::to_string(fieldMaximum(kind, bits));
  if (kind == FieldKind::Register)
    return "register " + range;
  return kind == FieldKind::Semaphore ? range + " (0 none, n + 1 for semaphore n)" : range;
}

} // namespace lockstep
