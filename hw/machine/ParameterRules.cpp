// The limits of Parameters.def and the rules between parameters (manual, "Parameters").
#include "hw/machine/ParameterInfo.h"
#include "hw/support/Text.h"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace lockstep {
namespace {

using Violation = std::optional<ParameterViolation>;

bool isPowerOfTwo(int64_t value) { return value > 0 && (value & (value - 1)) == 0; }

std::string text(int64_t value) { return std::to_string(value); }

Violation checkName(const Parameters &parameters) {
  if (isMachineName(parameters.name))
    return {};
  return ParameterViolation{{"name"},
                            "'" + quotable(parameters.name) +
                                "' is not a name; allowed are 1 to 255 letters, digits and _ - . + = ,"};
}

Violation checkLimits(const Parameters &parameters) {
  for (const ParameterInfo &info : parameterList())
    if (const int64_t value = parameters.*info.member; value < info.minimum || value > info.maximum)
      return ParameterViolation{{info.fullName()},
                                text(value) + " is out of range; allowed is " + text(info.minimum) + " to " +
                                    text(info.maximum) + " " + info.unit + "."};
  return {};
}

Violation checkPowersOfTwo(const Parameters &parameters) {
  static const char *const names[] = {"scratchpad.banks",
                                      "accumulator.banks",
                                      "memory.read_bytes_per_cycle",
                                      "memory.write_bytes_per_cycle",
                                      "memory.burst_bytes",
                                      "sequencer.instruction_buffer",
                                      "dram.bank_groups",
                                      "dram.banks_per_group",
                                      "dram.row_bytes",
                                      "dram.access_bytes"};
  for (const char *name : names) {
    const ParameterInfo &info = *findParameter(name);
    if (const int64_t value = parameters.*info.member; !isPowerOfTwo(value))
      return ParameterViolation{{name}, text(value) + " is not allowed; it must be a power of two."};
  }
  return {};
}

struct OnChipMemory {
  std::string group;
  int64_t sizeBytes, banks, wordBytes, maximumWords;
};

std::string allowedSizes(const OnChipMemory &memory) {
  const int64_t unit = memory.banks * memory.wordBytes; // one word in each bank
  int64_t below = 2;
  while (unit * below * 2 <= memory.sizeBytes)
    below *= 2;
  return text(memory.banks) + " banks of a power of two (at least 2) of words of " + text(memory.wordBytes) +
         " bytes, such as " + text(unit * below) + " or " + text(unit * below * 2);
}

Violation checkOnChipMemory(const OnChipMemory &memory) {
  const std::vector<std::string> fields = {memory.group + ".size_bytes", memory.group + ".banks",
                                           "array.columns", "array.rows"};
  const int64_t bankWords = memory.sizeBytes / (memory.banks * memory.wordBytes);
  if (memory.sizeBytes % (memory.banks * memory.wordBytes) != 0 || bankWords < 2 || !isPowerOfTwo(bankWords))
    return ParameterViolation{fields, text(memory.sizeBytes) + " is not allowed; it must be " +
                                          allowedSizes(memory) + "."};
  if (bankWords * memory.banks > memory.maximumWords)
    return ParameterViolation{fields, text(memory.sizeBytes) + " is too large; at most " +
                                          text(memory.maximumWords) + " words of " + text(memory.wordBytes) +
                                          " bytes, " + text(memory.maximumWords * memory.wordBytes) +
                                          ", are allowed."};
  return {};
}

Violation checkWeightPort(const Parameters &p) {
  const int64_t words = p.weightWordsPerCycle(), vector = p.vectorBytes();
  const std::vector<std::string> fields = {"array.weight_load_bytes_per_cycle", "array.rows", "array.columns",
                                           "array.stage_rows", "array.stage_columns"};
  const std::string value = text(p.array_weight_load_bytes_per_cycle) + " is not allowed; it must be ";
  if (p.array_weight_load_bytes_per_cycle % vector != 0 || !isPowerOfTwo(words))
    return ParameterViolation{fields,
                              value + text(vector) + " (the bytes of a vector) times a power of two."};
  if (words > 1 && (words > p.array_stage_rows || words > p.array_stage_columns))
    return ParameterViolation{
        fields, value + "at most " + text(vector) +
                    " (the bytes of a vector) times the smaller of stage_rows = " + text(p.array_stage_rows) +
                    " and stage_columns = " + text(p.array_stage_columns) + "."};
  if (words > p.scratchpadBankWords())
    return ParameterViolation{fields, value + "at most the bytes of a scratchpad bank, " +
                                          text(p.scratchpadBankWords() * vector) + "."};
  return {};
}

Violation checkBursts(const Parameters &p) {
  for (const char *name : {"memory.read_bytes_per_cycle", "memory.write_bytes_per_cycle"}) {
    const int64_t port = p.*findParameter(name)->member;
    if (port > p.memory_burst_bytes)
      return ParameterViolation{{name, "memory.burst_bytes"},
                                text(port) + " is not allowed; it must be at most burst_bytes = " +
                                    text(p.memory_burst_bytes) + "."};
    if (p.memory_burst_bytes > 256 * port)
      return ParameterViolation{{"memory.burst_bytes", name},
                                text(p.memory_burst_bytes) +
                                    " is not allowed; it must be at most 256 beats of " + name + " = " +
                                    text(port) + ", " + text(256 * port) + "."};
  }
  return {};
}

/// Fewer slots would let the store unit wait for ever for a burst that needs the very word that waits.
Violation checkWriteSlots(const Parameters &p) {
  const int64_t needed = 1 + (p.vectorBytes() + p.memory_burst_bytes - 1) / p.memory_burst_bytes;
  if (p.memory_write_bursts_in_flight >= needed)
    return {};
  return ParameterViolation{
      {"memory.write_bursts_in_flight", "array.rows", "array.columns", "memory.burst_bytes"},
      text(p.memory_write_bursts_in_flight) + " is not allowed; it must be at least " + text(needed) +
          ", 1 + the bytes of a vector / burst_bytes (rounded up)."};
}

Violation checkVectorLanes(const Parameters &p) {
  if (p.array_columns % p.vector_lanes == 0)
    return {};
  return ParameterViolation{{"vector.lanes", "array.columns"},
                            text(p.vector_lanes) + " is not allowed; it must divide array.columns = " +
                                text(p.array_columns) + "."};
}

Violation checkFetchAhead(const Parameters &p) {
  if (2 * p.sequencer_fetch_ahead <= p.sequencer_instruction_buffer)
    return {};
  return ParameterViolation{{"sequencer.fetch_ahead", "sequencer.instruction_buffer"},
                            text(p.sequencer_fetch_ahead) +
                                " is not allowed; it must be at most half of instruction_buffer = " +
                                text(p.sequencer_instruction_buffer) + "."};
}

Violation checkDram(const Parameters &p) {
  if (p.dram_access_bytes > p.dram_row_bytes)
    return ParameterViolation{{"dram.access_bytes", "dram.row_bytes"},
                              text(p.dram_access_bytes) + " is not allowed; it must be at most row_bytes = " +
                                  text(p.dram_row_bytes) + "."};
  const int64_t needed = p.dram_t_rfc + p.dram_t_rcd + p.dram_t_rrd;
  if (p.dram_t_rfc != 0 && needed >= p.dram_t_refi)
    return ParameterViolation{{"dram.t_refi", "dram.t_rfc", "dram.t_rcd", "dram.t_rrd"},
                              text(p.dram_t_refi) +
                                  " is not allowed; it must be more than t_rfc + t_rcd + t_rrd = " +
                                  text(needed) + ", or t_rfc must be 0."};
  return {};
}

Violation checkScratchpad(const Parameters &p) {
  return checkOnChipMemory(
      {"scratchpad", p.scratchpad_size_bytes, p.scratchpad_banks, p.vectorBytes(), 1 << 24});
}

Violation checkAccumulator(const Parameters &p) {
  return checkOnChipMemory(
      {"accumulator", p.accumulator_size_bytes, p.accumulator_banks, p.accumulatorWordBytes(), 1 << 20});
}

} // namespace

bool isMachineName(const std::string &name) {
  const auto isAllowed = [](unsigned char c) { return std::isalnum(c) || (c && std::strchr("_-.+=,", c)); };
  return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), isAllowed);
}

std::optional<ParameterViolation> findViolation(const Parameters &parameters) {
  for (const auto check :
       {checkName, checkLimits, checkPowersOfTwo, checkScratchpad, checkAccumulator, checkWeightPort,
        checkBursts, checkWriteSlots, checkVectorLanes, checkFetchAhead, checkDram})
    if (Violation violation = check(parameters))
      return violation;
  return {};
}

Status checkParameters(const Parameters &parameters) {
  if (const auto violation = findViolation(parameters))
    return Error{ErrorKind::Parameter, violation->fields.front() + ": " + violation->text};
  return {};
}

} // namespace lockstep
