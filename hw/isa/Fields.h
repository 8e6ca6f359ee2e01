// The field lists of Instructions.def as data and as a loop over the members of an instruction's struct.
#pragma once

#include "hw/isa/Instruction.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

enum class FieldKind : uint8_t { Unsigned, Signed, Register, Semaphore };

constexpr unsigned kOpcodeBits = 8;

/// A field and where it stands: bits [lsb, lsb + bits) of the 512, counted from bit 0 of byte 0.
struct FieldInfo {
  std::string name;
  unsigned lsb = 0;
  unsigned bits = 0; // 1 to 64
  FieldKind kind = FieldKind::Unsigned;
  std::string meaning;
};

struct InstructionInfo {
  uint8_t opcode = 0;
  std::string mnemonic;
  std::string unit; // "sequencer", "any", "load", "matrix", "vector", "store"
  std::string meaning;
  std::vector<FieldInfo> fields; // in the order of their bits
  unsigned usedBits = 0;         // opcode and fields; all bits from here on are reserved
};

/// All instructions in the order of Instructions.def, which is the order of the alternatives of
/// `Instruction`.
const std::vector<InstructionInfo> &instructionSet();

/// The entry of an instruction.
const InstructionInfo &infoOf(const Instruction &instruction);

/// An instruction of this mnemonic with all fields zero. Returns false if there is no such mnemonic.
bool makeInstruction(const std::string &mnemonic, Instruction &instruction);

/// Largest value of a field, as bits of a uint64 (of an int64 for Signed); 64 for a semaphore field.
constexpr uint64_t fieldMaximum(FieldKind kind, unsigned bits) {
  const uint64_t ones = bits >= 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
  return kind == FieldKind::Semaphore ? kNumSemaphores : kind == FieldKind::Signed ? ones >> 1 : ones;
}

/// Smallest value of a field: negative for Signed, else 0.
constexpr int64_t fieldMinimum(FieldKind kind, unsigned bits) {
  return kind == FieldKind::Signed ? -static_cast<int64_t>(fieldMaximum(kind, bits)) - 1 : 0;
}

/// "0 to 255", "-256 to 255", "register 0 to 31", ...: what a field may hold.
std::string fieldLimits(FieldKind kind, unsigned bits);

#define LOCKSTEP_FIELD_KIND_u FieldKind::Unsigned
#define LOCKSTEP_FIELD_KIND_s FieldKind::Signed
#define LOCKSTEP_FIELD_KIND_reg FieldKind::Register
#define LOCKSTEP_FIELD_KIND_sem FieldKind::Semaphore

// forEachField(instruction, visit): calls visit(name, bits, kind, member) for each field in the order of the
// bits.
#define LOCKSTEP_VISIT_FIELD(name, bits, kind, meaning)                                                      \
  visit(#name, bits, LOCKSTEP_FIELD_KIND_##kind, fields.name);
#define INSTRUCTION(opcodeValue, mnemonic, Struct, unit, FIELDS, meaning)                                    \
  template <typename Visit>                                                                                  \
  void forEachField([[maybe_unused]] Struct &fields, [[maybe_unused]] Visit &&visit) {                       \
    FIELDS(LOCKSTEP_VISIT_FIELD)                                                                             \
  }                                                                                                          \
  template <typename Visit>                                                                                  \
  void forEachField([[maybe_unused]] const Struct &fields, [[maybe_unused]] Visit &&visit) {                 \
    FIELDS(LOCKSTEP_VISIT_FIELD)                                                                             \
  }
#include "hw/isa/Instructions.def"
#undef INSTRUCTION
#undef LOCKSTEP_VISIT_FIELD

} // namespace lockstep
