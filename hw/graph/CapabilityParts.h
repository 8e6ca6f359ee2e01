// What the descriptions of all units are made of.
#pragma once

#include "hw/graph/ArchitectureGraph.h"
#include "hw/isa/Fields.h"

namespace lockstep {

using Strings = std::vector<std::string>;

/// Largest value of an instruction's unsigned field: what bounds a count.
inline int64_t largest(const char *mnemonic, const char *fieldName) {
  for (const InstructionInfo &info : instructionSet())
    for (const FieldInfo &field : info.fields)
      if (info.mnemonic == mnemonic && field.name == fieldName)
        return static_cast<int64_t>(fieldMaximum(field.kind, field.bits));
  return 0;
}

inline CapabilityOperand source(const char *name, const char *memory, Strings indices, Strings types) {
  return {name, memory, std::move(indices), std::move(types), false, false};
}

inline CapabilityOperand result(const char *name, const char *memory, Strings indices, Strings types) {
  return {name, memory, std::move(indices), std::move(types), true, false};
}

} // namespace lockstep
