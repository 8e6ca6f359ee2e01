#include "compiler/gemm/GemmSchedule.h"

namespace lockstep {
namespace {

std::string toString(const BlockSplit &split) {
  std::string text;
  for (const BlockRun &run : split)
    text += (text.empty() ? "" : " + ") + std::to_string(run.count) + " x " + std::to_string(run.size);
  return text;
}

const char *toString(Residency residency) {
  switch (residency) {
  case Residency::Chunk:
    return "loaded for each block";
  case Residency::Panel:
    return "held during the inner loop";
  case Residency::Whole:
    return "held during the whole run";
  }
  return "";
}

std::string operandLine(const char *name, Residency residency, int64_t slots) {
  return std::string(name) + ": " + toString(residency) + ", " + std::to_string(slots) + " slots\n";
}

std::string memoryLine(const char *name, int64_t words, int64_t banks) {
  return std::string(name) + ": at most " + std::to_string(words) + " words in " + std::to_string(banks) +
         " banks\n";
}

} // namespace

std::string explain(const GemmSchedule &s) {
  std::string text = s.stationary_is_a ? "stationary operand: A (streams are n, columns are m)\n"
                                       : "stationary operand: B (streams are m, columns are n)\n";
  text += std::string("outer loop: ") + (s.columns_outer ? "columns" : "streams") + "\n";
  text += "columns: " + toString(s.column_split) + "\n";
  text += "streams: " + toString(s.stream_split) + "\n";
  text += "reduction: " + toString(s.reduction_split) + "\n";
  text += operandLine("stationary", s.stationary_residency, s.stationary_slots);
  text += operandLine("streamed", s.streamed_residency, s.streamed_slots);
  if (s.parameter_slots > 0)
    text += operandLine("parameters", s.parameter_residency, s.parameter_slots);
  text += "accumulator: " + std::to_string(s.accumulator_slots) +
          " blocks; output: " + std::to_string(s.output_slots) + " blocks in " +
          std::to_string(s.output_pieces) + " pieces" + (s.transposed_output ? ", turned" : "") +
          (s.late_output ? ", behind the next block's chunks" : "") + "\n";
  text += std::string("code: ") + (s.unrolled ? "straight line" : "hardware loops") +
          (s.peeled_start ? ", first block before them" : "") + (s.serial ? ", one block at a time" : "") +
          "\n";
  text += memoryLine("scratchpad", s.scratchpad_peak_words, s.scratchpad_peak_banks);
  text += memoryLine("accumulator", s.accumulator_peak_words, s.accumulator_peak_banks);
  text += "predicted: " + std::to_string(s.predicted_cycles) + " cycles, bound " +
          std::to_string(s.bound_cycles) + "\n";
  return text;
}

} // namespace lockstep
