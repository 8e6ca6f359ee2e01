// Parameters.def as data, for readers and printers.
#pragma once

#include "hw/machine/Parameters.h"

#include <optional>
#include <string>
#include <vector>

namespace lockstep {

struct ParameterInfo {
  std::string group, name; // "array", "rows"
  int64_t initial = 0, minimum = 0, maximum = 0;
  std::string unit, description;
  int64_t Parameters::*member = nullptr;
  std::string fullName() const { return group + "." + name; }
};

/// All numeric parameters in the order of Parameters.def. `name` and `memory.model` are not among them.
const std::vector<ParameterInfo> &parameterList();

/// The entry of "group.name", or null.
const ParameterInfo *findParameter(const std::string &fullName);

/// YAML like printParameters', each line with limits, unit and meaning as a comment. For people.
std::string explainParameters(const Parameters &parameters);

/// A rule that parameters break: the field to blame first, then the others that take part, and the sentence.
struct ParameterViolation {
  std::vector<std::string> fields; // "scratchpad.size_bytes", "scratchpad.banks", ...
  std::string text;                // what was wrong and what is allowed, without the field's name
};

/// The first limit or rule that is broken, in the order of the list and of the manual's rules; empty if
/// legal.
std::optional<ParameterViolation> findViolation(const Parameters &parameters);

/// A field set from outside of a file: `place` is what messages call it ("--set array.rows=8",
/// "gemm.s:3:12").
struct PlacedOverride {
  std::string field, value, place;
};

/// `start` with the overrides in order, checked. Errors begin with the place of the field to blame, or with
/// `origin` where no override gave one.
Result<Parameters> applyOverrides(const Parameters &start, const std::vector<PlacedOverride> &overrides,
                                  const std::string &origin);

/// Whether a machine may be called so: 1 to 255 letters, digits and _ - . + = ,
bool isMachineName(const std::string &name);

const char *memoryModelName(MemoryModelKind kind); // "fixed", "dram"

} // namespace lockstep
