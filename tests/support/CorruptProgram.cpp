#include "tests/support/CorruptProgram.h"

#include "hw/isa/Fields.h"

namespace lockstep {
namespace {

uint64_t extremeBits(unsigned bits, Random &random) {
  const uint64_t ones = fieldMaximum(FieldKind::Unsigned, bits);
  switch (random.below(4)) {
  case 0:
    return ones; // the largest, or -1
  case 1:
    return 0;
  case 2:
    return uint64_t{1} << (bits - 1); // the middle, or the most negative
  default:
    return random.next() & ones;
  }
}

/// Sets field number `wanted`, if its kind can hold the value.
struct FieldSetter {
  uint64_t wanted;
  Random &random;
  uint64_t position = 0;

  void operator()(const char *, unsigned bits, FieldKind, uint64_t &member) {
    if (position++ == wanted)
      member = extremeBits(bits, random);
  }
  void operator()(const char *, unsigned bits, FieldKind, int64_t &member) {
    if (position++ == wanted)
      member = static_cast<int64_t>(extremeBits(bits, random) << (64 - bits)) >> (64 - bits);
  }
};

void setOneField(EncodedInstruction &bits, Random &random) {
  Result<Instruction> instruction = decode(bits);
  if (!instruction || infoOf(*instruction).fields.empty())
    return;
  FieldSetter setter{random.below(infoOf(*instruction).fields.size()), random};
  std::visit([&](auto &fields) { forEachField(fields, setter); }, *instruction);
  if (const Result<EncodedInstruction> changed = encode(*instruction))
    bits = *changed;
}

} // namespace

Program corruptProgram(const Program &program, Random &random) {
  Program corrupted = program;
  for (uint64_t changes = 1 + random.below(3); changes > 0; --changes) {
    EncodedInstruction &bits = random.pickFrom(corrupted.instructions);
    if (random.chance(40))
      bits[random.below(kInstructionBytes)] ^= static_cast<uint8_t>(1u << random.below(8));
    else
      setOneField(bits, random);
  }
  return corrupted;
}

} // namespace lockstep
