#include "hw/graph/VectorCapabilities.h"

#include "hw/graph/CapabilityParts.h"
#include "hw/isa/LaneRows.h"

#include <algorithm>

namespace lockstep {
namespace {

/// Lanes in a cycle, if a row takes its passes through the lanes or as many cycles as words of one memory.
int64_t lanesPerCycle(const Parameters &p, int64_t words) {
  const int64_t cycles = std::max(p.array_columns / p.vector_lanes, words);
  return std::max<int64_t>(1, p.array_columns / cycles);
}

/// Bias, rescale, zero point, clamp; the result may be written turned.
Capability requantizeCapability(const Parameters &p) {
  Capability requantize;
  requantize.operation = "requantize";
  requantize.expression =
      "q[m, n] = clamp(saturate(rescale(y[m, n] + bias[n], multiplier[n], shift[n]) + zq))";
  requantize.dimensions = {{"m", false, 1, largest("requantize", "count_0")},
                           {"n", false, p.array_columns, p.array_columns * largest("requantize", "count_1")}};
  requantize.operands = {
      source("y", "accumulator", {"m", "n"}, {"int32"}), source("bias", "accumulator", {"n"}, {"int32"}),
      source("multiplier", "accumulator", {"n"}, {"int32"}), source("shift", "accumulator", {"n"}, {"int32"}),
      result("q", "scratchpad", {"m", "n"}, {"int8", "uint8"})};
  requantize.operands.back().mayBeTransposed = true;
  requantize.elements_per_cycle = p.vector_lanes;
  return requantize;
}

/// The same as int16, N2 words a row, never turned; no zero point, no clamp.
Capability requantizeHalfCapability(const Parameters &p) {
  Capability half = requantizeCapability(p);
  half.expression = "q[m, n] = saturate(rescale(y[m, n] + bias[n], multiplier[n], shift[n]))";
  half.operands.back() = result("q", "scratchpad", {"m", "n"}, {"int16"});
  half.elements_per_cycle = lanesPerCycle(p, wordsOfRow(LaneType::Int16, false, p));
  return half;
}

/// int32 results leave with a bias or as they are.
Capability addBiasCapability(const Parameters &p) {
  Capability bias = requantizeCapability(p);
  bias.operation = "add_bias";
  bias.expression = "q[m, n] = y[m, n] + bias[n]";
  bias.operands = {bias.operands[0], bias.operands[1], result("q", "scratchpad", {"m", "n"}, {"int32"})};
  bias.elements_per_cycle = lanesPerCycle(p, wordsOfRow(LaneType::Int32, false, p));
  return bias;
}

/// Types of an operand by its memory; "pair" is an int16 as two int8 rows (in the accumulator: two int32 rows
/// of sums), "wide" the sum of a product with a pair.
Strings operandTypes(const std::string &memory) {
  if (memory.empty())
    return {"int32"}; // the immediate
  return memory == "accumulator" ? Strings{"int32", "pair", "wide"}
                                 : Strings{"int8", "uint8", "int16", "int32", "pair"};
}

Strings resultTypes(const std::string &memory) {
  return memory == "accumulator" ? Strings{"int32"} : Strings{"int8", "uint8", "int16", "int32", "pair"};
}

/// Rows m come from three nested levels with strides of their own for each operand; a row is all C lanes.
Capability elementwiseCapability(const Parameters &p, const std::string &a, const std::string &b,
                                 const std::string &q) {
  const int64_t count = largest("elementwise", "count_0");
  Capability elementwise;
  elementwise.operation = "elementwise";
  elementwise.expression = b.empty()
                               ? "q[m, n] = f(clamp(((a[m, n] op b) * multiplier >> shift) + zq))"
                               : "q[m, n] = f(clamp(((a[m, n] op b[m, n]) * multiplier >> shift) + zq))";
  elementwise.dimensions = {{"m", false, 1, count * count * count},
                            {"n", false, p.array_columns, p.array_columns}};
  elementwise.operands = {source("a", a.c_str(), {"m", "n"}, operandTypes(a)),
                          source("b", b.c_str(), b.empty() ? Strings{} : Strings{"m", "n"}, operandTypes(b)),
                          result("q", q.c_str(), {"m", "n"}, resultTypes(q))};
  elementwise.elements_per_cycle = lanesPerCycle(p, a == b ? 2 : 1);
  return elementwise;
}

Capability reduceCapability(const Parameters &p, const std::string &memory) {
  Capability reduce;
  reduce.operation = "reduce";
  reduce.expression = "y[m] = sum or maximum k (a[m, k])";
  reduce.dimensions = {{"m", false, 1, largest("reduce", "count_1")},
                       {"k", true, p.array_columns, p.array_columns * largest("reduce", "count_0")}};
  reduce.operands = {source("a", memory.c_str(), {"m", "k"}, operandTypes(memory)),
                     result("y", "accumulator", {"m"}, {"int32"})};
  reduce.elements_per_cycle = lanesPerCycle(p, 1);
  return reduce;
}

/// The entries of a function of int16 (interpolated) or of int8; elementwise applies it.
Capability tableCapability(const char *type, int64_t entries) {
  Capability table;
  table.operation = "table";
  table.expression = "t[e] = a[e]";
  table.dimensions = {{"e", false, 1, entries}};
  table.operands = {source("a", "scratchpad", {"e"}, {type}), result("t", "tables", {"e"}, {type})};
  table.elements_per_cycle = 1;
  return table;
}

} // namespace

std::vector<Capability> vectorCapabilities(const Parameters &p) {
  std::vector<Capability> all = {requantizeCapability(p), requantizeHalfCapability(p), addBiasCapability(p)};
  for (const char *q : {"scratchpad", "accumulator"})
    for (const char *a : {"scratchpad", "accumulator"})
      for (const char *b : {"scratchpad", "accumulator", ""})
        all.push_back(elementwiseCapability(p, a, b, q));
  all.push_back(reduceCapability(p, "scratchpad"));
  all.push_back(reduceCapability(p, "accumulator"));
  all.push_back(tableCapability("int16", 513));
  all.push_back(tableCapability("int8", 256));
  return all;
}

} // namespace lockstep
