// Random and extreme instructions that fit their fields; legality beyond the encoding is not aimed at.
#pragma once

#include "hw/isa/Fields.h"

#include <random>

namespace lockstep {

/// A value that fits the field: an extreme in half of the cases.
inline uint64_t randomFieldValue(std::mt19937_64 &random, FieldKind kind, unsigned bits) {
  const uint64_t maximum = fieldMaximum(kind, bits);
  const uint64_t minimum = static_cast<uint64_t>(fieldMinimum(kind, bits));
  switch (random() % 6) {
  case 0:
    return maximum;
  case 1:
    return minimum;
  case 2:
    return 0;
  default:
    return maximum - minimum == ~uint64_t{0} ? random() : minimum + random() % (maximum - minimum + 1);
  }
}

/// All fields random; `index` is that of instructionSet().
inline Instruction randomInstruction(std::mt19937_64 &random, size_t index) {
  Instruction instruction;
  makeInstruction(instructionSet().at(index).mnemonic, instruction);
  auto fill = [&](const char *, unsigned bits, FieldKind kind, auto &value) {
    value = static_cast<std::decay_t<decltype(value)>>(randomFieldValue(random, kind, bits));
  };
  std::visit([&](auto &fields) { forEachField(fields, fill); }, instruction);
  return instruction;
}

/// The value of each field as 64 bits, in the order of the list.
inline std::vector<uint64_t> fieldValues(const Instruction &instruction) {
  std::vector<uint64_t> values;
  auto collect = [&](const char *, unsigned, FieldKind, auto value) {
    values.push_back(static_cast<uint64_t>(value));
  };
  std::visit([&](const auto &fields) { forEachField(fields, collect); }, instruction);
  return values;
}

inline void setField(Instruction &instruction, const std::string &wanted, uint64_t newValue) {
  auto set = [&](const char *name, unsigned, FieldKind, auto &value) {
    if (wanted == name)
      value = static_cast<std::decay_t<decltype(value)>>(newValue);
  };
  std::visit([&](auto &fields) { forEachField(fields, set); }, instruction);
}

} // namespace lockstep
