// The graph of one machine.
#include "hw/graph/ArchitectureGraph.h"

#include "hw/graph/CapabilityParts.h"
#include "hw/graph/VectorCapabilities.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr int64_t kTableBytes = 2 * 513;

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
       p.accumulator_banks},
      {"tables", MemoryKind::Tables, p.vector_tables * kTableBytes, kTableBytes, 1}};
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
      {"vector", vectorCapabilities(p)},
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
               {"scratchpad", "vector", "read", vector},
               {"vector", "scratchpad", "write", vector},
               {"vector", "accumulator", "write", row},
               {"vector", "tables", "write", 2},
               {"tables", "vector", "lookup", 4 * p.vector_lanes}, // two neighbours for each lane
               {"scratchpad", "store", "read", vector},
               {"store", "external", "write", p.memory_write_bytes_per_cycle}};
}

} // namespace lockstep
