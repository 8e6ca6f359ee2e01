// What a machine is: every parameter, checked. The list itself is Parameters.def.
#pragma once

#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

enum class MemoryModelKind { Fixed, Dram };

/// The parameters of one machine. A value of this type that came out of `loadParameters` or `checkParameters`
/// is legal: consumers need no further checks.
struct Parameters {
  std::string name = "base";
  MemoryModelKind memory_model = MemoryModelKind::Fixed; // YAML: memory.model: fixed | dram

#define PARAMETER(group, name, initial, minimum, maximum, unit, description) int64_t group##_##name = initial;
#include "hw/machine/Parameters.def"
#undef PARAMETER

  // Derived quantities, by the names that the manual uses.
  /// Bytes of a scratchpad word: a vector along rows or columns of the array, whichever is longer.
  int64_t vectorBytes() const { return array_rows > array_columns ? array_rows : array_columns; }
  /// Bytes of an accumulator word: one int32 for each column.
  int64_t accumulatorWordBytes() const { return 4 * array_columns; }
  int64_t scratchpadWords() const { return scratchpad_size_bytes / vectorBytes(); }
  int64_t scratchpadBankWords() const { return scratchpadWords() / scratchpad_banks; }
  int64_t accumulatorWords() const { return accumulator_size_bytes / accumulatorWordBytes(); }
  int64_t accumulatorBankWords() const { return accumulatorWords() / accumulator_banks; }
  /// Pipeline stages of the array in either direction (SR and SC in the manual).
  int64_t stageRowCount() const { return (array_rows + array_stage_rows - 1) / array_stage_rows; }
  int64_t stageColumnCount() const { return (array_columns + array_stage_columns - 1) / array_stage_columns; }
  /// Scratchpad words of the stationary tile that are loaded in one cycle.
  int64_t weightWordsPerCycle() const { return array_weight_load_bytes_per_cycle / vectorBytes(); }
};

/// A named configuration (`base`) or a YAML file, then `overrides` ("memory.latency_cycles", "100") in order.
/// Errors name file, line, field and what is allowed.
Result<Parameters> loadParameters(const std::string &nameOrFile,
                                  const std::vector<std::pair<std::string, std::string>> &overrides = {});

/// The same from YAML text; `origin` is what messages call the file.
Result<Parameters> parseParameters(const std::string &yaml, const std::string &origin,
                                   const std::vector<std::pair<std::string, std::string>> &overrides = {});

/// All limits, and the rules between parameters (manual, chapter "Parameters").
Status checkParameters(const Parameters &parameters);

/// Names of the configurations that come with the project, smallest first.
std::vector<std::string> listConfigurations();

/// YAML text that parses back to the same parameters.
std::string printParameters(const Parameters &parameters);

} // namespace lockstep
