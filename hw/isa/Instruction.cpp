#include "hw/isa/Instruction.h"

#include "hw/isa/Fields.h"

#include <cstring>

namespace lockstep {
namespace {

constexpr unsigned kNumWords = kInstructionBytes / 8;

uint64_t lowBits(unsigned bits) { return bits >= 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1; }

/// The 512 bits as little-endian words; fields may cross words.
struct BitString {
  std::array<uint64_t, kNumWords> words{};

  uint64_t get(unsigned lsb, unsigned bits) const {
    const unsigned word = lsb / 64, offset = lsb % 64;
    uint64_t value = words[word] >> offset;
    if (offset + bits > 64)
      value |= words[word + 1] << (64 - offset);
    return value & lowBits(bits);
  }

  /// Expects the bits to be zero so far.
  void put(unsigned lsb, unsigned bits, uint64_t value) {
    const unsigned word = lsb / 64, offset = lsb % 64;
    value &= lowBits(bits);
    words[word] |= value << offset;
    if (offset + bits > 64)
      words[word + 1] |= value >> (64 - offset);
  }
};

BitString fromBytes(const EncodedInstruction &bytes) {
  BitString bits;
  for (unsigned i = 0; i < kInstructionBytes; ++i)
    bits.words[i / 8] |= uint64_t{bytes[i]} << (8 * (i % 8));
  return bits;
}

EncodedInstruction toBytes(const BitString &bits) {
  EncodedInstruction bytes{};
  for (unsigned i = 0; i < kInstructionBytes; ++i)
    bytes[i] = static_cast<uint8_t>(bits.words[i / 8] >> (8 * (i % 8)));
  return bytes;
}

bool fits(uint64_t value, FieldKind kind, unsigned bits) { return value <= fieldMaximum(kind, bits); }
bool fits(int64_t value, FieldKind kind, unsigned bits) {
  return value >= fieldMinimum(kind, bits) && value <= static_cast<int64_t>(fieldMaximum(kind, bits));
}

int64_t signExtend(uint64_t value, unsigned bits) {
  return static_cast<int64_t>(value << (64 - bits)) >> (64 - bits);
}

/// Appends the fields of one struct to a bit string and remembers the first that does not fit.
struct FieldWriter {
  BitString &bits;
  unsigned lsb = kOpcodeBits;
  std::string problem;

  template <typename T> void operator()(const char *name, unsigned width, FieldKind kind, T value) {
    if (problem.empty() && !fits(value, kind, width))
      problem = std::string("field ") + name + " cannot hold " + std::to_string(value) + "; allowed is " +
                fieldLimits(kind, width) + ".";
    bits.put(lsb, width, static_cast<uint64_t>(value));
    lsb += width;
  }
};

/// Takes the fields of one struct from a bit string and remembers a semaphore field beyond its limit.
struct FieldReader {
  const BitString &bits;
  unsigned lsb = kOpcodeBits;
  std::string problem;

  void operator()(const char *name, unsigned width, FieldKind kind, uint64_t &value) {
    value = bits.get(lsb, width);
    lsb += width;
    if (kind == FieldKind::Semaphore && value > kNumSemaphores && problem.empty())
      problem = std::string("encoding_c3: field ") + name + " is " + std::to_string(value) + "; allowed is " +
                fieldLimits(kind, width) + ".";
  }
  void operator()(const char *, unsigned width, FieldKind, int64_t &value) {
    value = signExtend(bits.get(lsb, width), width);
    lsb += width;
  }
};

Error illegal(const std::string &mnemonic, const std::string &problem) {
  return {ErrorKind::Legality, mnemonic + ": " + problem};
}

Status checkReservedBits(const BitString &bits, unsigned usedBits, const char *mnemonic) {
  for (unsigned bit = usedBits; bit < 8 * kInstructionBytes; ++bit)
    if (bits.get(bit, 1))
      return illegal(mnemonic, "encoding_c2: reserved bit " + std::to_string(bit) + " is 1; bits from " +
                                   std::to_string(usedBits) + " on are zero.");
  return {};
}

template <typename Struct> Result<Instruction> decodeAs(const BitString &bits, const char *mnemonic) {
  Struct fields;
  FieldReader reader{bits, kOpcodeBits, {}};
  forEachField(fields, reader);
  if (Status status = checkReservedBits(bits, reader.lsb, mnemonic); !status)
    return status.error();
  if (!reader.problem.empty())
    return illegal(mnemonic, reader.problem);
  return Instruction(fields);
}

std::string hexByte(unsigned value) {
  const char *digits = "0123456789abcdef";
  return std::string("0x") + digits[value >> 4 & 15] + digits[value & 15];
}

/// Adds semaphore n for each field called `<prefix>_i` with the value n + 1.
SemaphoreList semaphoresOf(const Instruction &instruction, const char *prefix) {
  SemaphoreList list;
  const size_t length = std::strlen(prefix);
  auto visit = [&](const char *name, unsigned, FieldKind kind, auto value) {
    if (kind == FieldKind::Semaphore && value != 0 && std::strncmp(name, prefix, length) == 0)
      list.ids[list.count++] = static_cast<uint8_t>(value - 1);
  };
  std::visit([&](const auto &fields) { forEachField(fields, visit); }, instruction);
  return list;
}

// The unit columns of Instructions.def; `any` is the unit that the instruction names.
template <typename Struct> Unit unit_sequencer(const Struct &) { return Unit::Sequencer; }
template <typename Struct> Unit unit_load(const Struct &) { return Unit::Load; }
template <typename Struct> Unit unit_matrix(const Struct &) { return Unit::Matrix; }
template <typename Struct> Unit unit_vector(const Struct &) { return Unit::Vector; }
template <typename Struct> Unit unit_store(const Struct &) { return Unit::Store; }
template <typename Struct> Unit unit_any(const Struct &fields) {
  return fields.unit < kNumQueuedUnits ? static_cast<Unit>(fields.unit) : Unit::Sequencer;
}

struct UnitVisitor {
#define INSTRUCTION(opcode, mnemonic, Struct, unit, FIELDS, meaning)                                         \
  Unit operator()(const Struct &fields) const { return unit_##unit(fields); }
#include "hw/isa/Instructions.def"
#undef INSTRUCTION
};

} // namespace

const char *unitName(Unit unit) {
  static const char *const names[] = {"load", "matrix", "vector", "store", "sequencer"};
  return names[static_cast<unsigned>(unit)];
}

Result<EncodedInstruction> encode(const Instruction &instruction) {
  BitString bits;
  FieldWriter writer{bits, kOpcodeBits, {}};
  std::visit(
      [&](const auto &fields) {
        bits.put(0, kOpcodeBits, fields.opcode);
        forEachField(fields, writer);
      },
      instruction);
  if (!writer.problem.empty())
    return illegal(infoOf(instruction).mnemonic, writer.problem);
  return toBytes(bits);
}

Result<Instruction> decode(const EncodedInstruction &bytes) {
  const BitString bits = fromBytes(bytes);
  switch (bits.get(0, kOpcodeBits)) {
#define INSTRUCTION(opcode, mnemonic, Struct, unit, FIELDS, meaning)                                         \
  case opcode:                                                                                               \
    return decodeAs<Struct>(bits, #mnemonic);
#include "hw/isa/Instructions.def"
#undef INSTRUCTION
  }
  return Error{ErrorKind::Legality,
               "encoding_c1: opcode " + hexByte(bytes[0]) + " is not one of the instruction list."};
}

Unit unitOf(const Instruction &instruction) { return std::visit(UnitVisitor{}, instruction); }

SemaphoreList waitsOf(const Instruction &instruction) { return semaphoresOf(instruction, "wait_"); }
SemaphoreList postsOf(const Instruction &instruction) { return semaphoresOf(instruction, "post_"); }

} // namespace lockstep
