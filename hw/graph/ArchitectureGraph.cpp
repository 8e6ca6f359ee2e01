// The graph of one machine.
#include "hw/graph/ArchitectureGraph.h"

#include "hw/isa/Fields.h"

#include <algorithm>

namespace lockstep {
namespace {

using Strings = std::vector<std::string>;

/// Largest value of an instruction's unsigned field: what bounds a count.
int64_t largest(const char *mnemonic, const char *fieldName) {
  for (const InstructionInfo &info : instructionSet())
    for (const FieldInfo &field : info.fields)
      if (info.mnemonic == mnemonic && field.name == fieldName)
        return static_cast<int64_t>(fieldMaximum(field.kind, field.bits));
  return 0;
}

CapabilityOperand source(const char *name, const char *memory, Strings indices, Strings types) {
  return {name, memory, std::move(indices), std::move(types), false, false};
}

CapabilityOperand result(const char *name, const char *memory, Strings indices, Strings types) {
  return {name, memory, std::move(indices), std::move(types), true, false};
}

/// Weight-stationary product. Streamed vectors come from two nested counters, reduction and column tiles from
/// four, so that m stands for any two loops with independent strides (a convolution's image, say).
Capability matmulCapability(const Parameters &p) {
  const int64_t tiles = largest("matmul", "tile_count_0");
  const int64_t vectors = largest("matmul", "stream_count_0") * largest("matmul", "stream_count_1");
  Capability matmul;
  matmul.operation = "matmul";
  matmul.expression = "y[m, n] (+)= sum k (x[m, k] - zx) * (w[k, n] - zw)";
  matmul.dimensions = {{"m", false, 1, vectors},
                       {"n", false, p.array_columns, p.array_columns * tiles},
                       {"k", true, p.array_rows, p.array_rows * tiles}};
  matmul.operands = {source("x", "scratchpad", {"m", "k"}, {"int8", "uint8"}),
                     source("w", "scratchpad", {"k", "n"}, {"int8", "uint8"}),
                     result("y", "accumulator", {"m", "n"}, {"int32"})};
  matmul.operands[1].mayBeTransposed = true;
  matmul.elements_per_cycle = p.array_rows * p.array_columns;
  return matmul;
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

/// int32 results leave with a bias or as they are.
Capability addBiasCapability(const Parameters &p) {
  const int64_t wordsPerRow = (p.accumulatorWordBytes() + p.vectorBytes() - 1) / p.vectorBytes();
  const int64_t cycles = std::max(p.array_columns / p.vector_lanes, wordsPerRow);
  Capability bias = requantizeCapability(p);
  bias.operation = "add_bias";
  bias.expression = "q[m, n] = y[m, n] + bias[n]";
  bias.operands = {bias.operands[0], bias.operands[1], result("q", "scratchpad", {"m", "n"}, {"int32"})};
  bias.elements_per_cycle = std::max<int64_t>(1, p.array_columns / cycles);
  return bias;
}

/// Rows of contiguous bytes under three nested strided levels.
Capability copyCapability(const char *from, const char *to, const char *mnemonic, int64_t bytesPerCycle) {
  const int64_t count = largest(mnemonic, "count_0");
  Capability copy;
  copy.operation = "copy";
  copy.expression = "b[i2, i1, i0, j] = a[i2, i1, i0, j]";
  copy.dimensions = {{"i2", false, 1, count},
                     {"i1", false, 1, count},
                     {"i0", false, 1, count},
                     {"j", false, bytesPerCycle, largest(mnemonic, "row_bytes")}};
  copy.operands = {source("a", from, {"i2", "i1", "i0", "j"}, {"byte"}),
                   result("b", to, {"i2", "i1", "i0", "j"}, {"byte"})};
  copy.elements_per_cycle = bytesPerCycle;
  return copy;
}

/// Blocks of V rows by burst_bytes, turned one after the other.
Capability transposeCapability(const Parameters &p) {
  const int64_t blocks = largest("load", "count_1");
  Capability transpose;
  transpose.operation = "transpose";
  transpose.expression = "b[j, i] = a[i, j]";
  transpose.dimensions = {{"i", false, p.vectorBytes(), p.vectorBytes() * blocks},
                          {"j", false, p.memory_burst_bytes, p.memory_burst_bytes * blocks}};
  transpose.operands = {source("a", "external", {"i", "j"}, {"int8", "uint8"}),
                        result("b", "scratchpad", {"j", "i"}, {"int8", "uint8"})};
  transpose.elements_per_cycle = std::min(p.memory_read_bytes_per_cycle, p.vectorBytes());
  return transpose;
}

Capability fillCapability(const char *memory, int64_t wordBytes) {
  const int64_t count = largest("fill", "count_0");
  Capability fill;
  fill.operation = "fill";
  fill.expression = "b[i2, i1, i0, j] = constant";
  fill.dimensions = {{"i2", false, 1, count},
                     {"i1", false, 1, count},
                     {"i0", false, 1, count},
                     {"j", false, wordBytes, wordBytes}};
  fill.operands = {result("b", memory, {"i2", "i1", "i0", "j"}, {"byte"})};
  fill.elements_per_cycle = wordBytes;
  return fill;
}

} // namespace

ArchitectureGraph::ArchitectureGraph(const Parameters &parameters) : machine(parameters.name) {
  addMemories(parameters);
  addUnits(parameters);
  addLinks(parameters);
}

void ArchitectureGraph::addMemories(const Parameters &p) {
  memoryNodes = {
      {"external", MemoryKind::External, 0, 1, 1},
      {"scratchpad", MemoryKind::Scratchpad, p.scratchpad_size_bytes, p.vectorBytes(), p.scratchpad_banks},
      {"accumulator", MemoryKind::Accumulator, p.accumulator_size_bytes, p.accumulatorWordBytes(),
       p.accumulator_banks}};
}

void ArchitectureGraph::addUnits(const Parameters &p) {
  const int64_t read = p.memory_read_bytes_per_cycle, write = p.memory_write_bytes_per_cycle;
  unitNodes = {
      {"load",
       {copyCapability("external", "scratchpad", "load", std::min(read, p.vectorBytes())),
        copyCapability("external", "accumulator", "load", std::min(read, p.accumulatorWordBytes())),
        transposeCapability(p), fillCapability("scratchpad", p.vectorBytes()),
        fillCapability("accumulator", p.accumulatorWordBytes())}},
      {"matrix", {matmulCapability(p)}},
      {"vector", {requantizeCapability(p), addBiasCapability(p)}},
      {"store", {copyCapability("scratchpad", "external", "store", std::min(write, p.vectorBytes()))}}};
}

void ArchitectureGraph::addLinks(const Parameters &p) {
  const int64_t vector = p.vectorBytes(), row = p.accumulatorWordBytes();
  linkEdges = {{"external", "load", "read", p.memory_read_bytes_per_cycle},
               {"load", "scratchpad", "write", vector},
               {"load", "accumulator", "write", row},
               {"scratchpad", "matrix", "streamed", vector},
               {"scratchpad", "matrix", "stationary", p.array_weight_load_bytes_per_cycle},
               {"accumulator", "matrix", "addend", row},
               {"matrix", "accumulator", "sum", row},
               {"accumulator", "vector", "read", row},
               {"vector", "scratchpad", "write", vector},
               {"scratchpad", "store", "read", vector},
               {"store", "external", "write", p.memory_write_bytes_per_cycle}};
}

} // namespace lockstep
