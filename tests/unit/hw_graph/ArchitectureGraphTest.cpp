// The graph follows the parameters and answers a compiler's questions.
#include "hw/graph/ArchitectureGraph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

using namespace lockstep;
using testing::HasSubstr;

namespace {

Parameters oddMachine() {
  Parameters p;
  p.name = "odd";
  p.array_rows = 5;
  p.array_columns = 3;
  p.array_weight_load_bytes_per_cycle = 5;
  p.vector_lanes = 1;
  p.scratchpad_size_bytes = 8 * 5 * 64;
  p.accumulator_size_bytes = 8 * 12 * 32;
  p.memory_read_bytes_per_cycle = 8;
  p.memory_write_bytes_per_cycle = 4;
  EXPECT_TRUE(checkParameters(p));
  return p;
}

std::vector<std::string> namesOf(const std::vector<LinkEdge> &way) {
  std::vector<std::string> names;
  for (const LinkEdge &link : way)
    names.push_back(link.from + ">" + link.to);
  return names;
}

} // namespace

TEST(ArchitectureGraph, ShowsTheMemoriesOfTheParameters) {
  const ArchitectureGraph graph(oddMachine());
  const MemoryNode &scratchpad = *graph.findMemory(MemoryKind::Scratchpad);
  EXPECT_EQ(scratchpad.size_bytes, 8 * 5 * 64);
  EXPECT_EQ(scratchpad.word_bytes, 5);
  EXPECT_EQ(scratchpad.banks, 8);
  EXPECT_EQ(scratchpad.words(), 512);
  EXPECT_EQ(graph.findMemory("accumulator")->word_bytes, 12);
  EXPECT_EQ(graph.findMemory("accumulator")->words(), 256);
  EXPECT_EQ(graph.findMemory("registers"), nullptr);
}

TEST(ArchitectureGraph, MatmulHasTheTileOfTheArray) {
  const ArchitectureGraph graph(oddMachine());
  const auto ways = graph.abilities("matmul", {"int8", "uint8", "int32"});
  ASSERT_EQ(ways.size(), 1u);
  EXPECT_EQ(ways[0].unit->name, "matrix");
  const Capability &matmul = *ways[0].capability;
  EXPECT_EQ(matmul.elements_per_cycle, 15);
  EXPECT_EQ(matmul.dimensions[1].tile, 3);
  EXPECT_EQ(matmul.dimensions[2].tile, 5);
  EXPECT_TRUE(matmul.dimensions[2].isReduction);
  EXPECT_EQ(matmul.dimensions[2].maximum_extent, 5 * 4095);
}

TEST(ArchitectureGraph, TheVectorUnitRequantizesToInt16WithoutTurning) {
  const ArchitectureGraph graph(oddMachine());
  const auto ways = graph.abilities("requantize", {"int32", "", "", "", "int16"});
  ASSERT_EQ(ways.size(), 1u);
  EXPECT_EQ(ways[0].unit->name, "vector");
  EXPECT_FALSE(ways[0].capability->operands.back().mayBeTransposed);
  EXPECT_EQ(graph.abilities("requantize", {"int32", "", "", "", "int8"}).size(), 1u);
}

TEST(ArchitectureGraph, ElementwiseCombinesRowsOfEitherMemory) {
  const ArchitectureGraph graph(Parameters{});
  // int16 lies in the scratchpad only, as do bytes; results in the accumulator are int32.
  const auto halves = graph.abilities("elementwise", {"int16", "int16", "int16"});
  ASSERT_EQ(halves.size(), 1u);
  for (const CapabilityOperand &operand : halves[0].capability->operands)
    EXPECT_EQ(operand.memory, "scratchpad");
  EXPECT_EQ(halves[0].capability->elements_per_cycle, 8); // both operands through one port
  const auto gates = graph.abilities("elementwise", {"wide", "int16", "int16"});
  ASSERT_EQ(gates.size(), 1u);
  EXPECT_EQ(gates[0].capability->operands[0].memory, "accumulator");
  EXPECT_EQ(gates[0].capability->elements_per_cycle, 16);
  EXPECT_EQ(graph.abilities("elementwise").size(), 12u);
  EXPECT_EQ(graph.abilities("elementwise", {"int8", "int8", "int32"}).size(), 2u);
  EXPECT_TRUE(graph.abilities("elementwise", {"float32", "", ""}).empty());
}

TEST(ArchitectureGraph, ReducesRowsAndHoldsTables) {
  Parameters p;
  p.vector_tables = 3;
  const ArchitectureGraph graph(p);
  const auto sums = graph.abilities("reduce", {"int16", "int32"});
  ASSERT_EQ(sums.size(), 1u);
  EXPECT_TRUE(sums[0].capability->dimensions[1].isReduction);
  EXPECT_EQ(sums[0].capability->dimensions[1].maximum_extent, 16 * 65535);
  EXPECT_EQ(graph.findMemory(MemoryKind::Tables)->words(), 3);
  EXPECT_EQ(graph.abilities("table", {"int16", "int16"}).at(0).capability->dimensions[0].tile, 1);
  EXPECT_EQ(graph.abilities("table", {"int8", "int8"}).at(0).capability->dimensions[0].maximum_extent, 256);
  EXPECT_THAT(printGraphText(graph), HasSubstr("tables: 3 function tables of 513 int16 entries"));
  EXPECT_THAT(printGraphText(graph), HasSubstr("in  b[] int32 in the instruction"));
  EXPECT_THAT(printGraphJson(graph), HasSubstr("\"operation\": \"reduce\""));
  EXPECT_THAT(printGraphDot(graph), HasSubstr("tables -> vector [label=\"lookup 64\"]"));
}

TEST(ArchitectureGraph, TheVectorUnitReadsAndWritesBothMemories) {
  const ArchitectureGraph graph(oddMachine());
  EXPECT_EQ(graph.bytesPerCycle("scratchpad", "vector"), 5);
  EXPECT_EQ(graph.bytesPerCycle("vector", "scratchpad"), 5);
  EXPECT_EQ(graph.bytesPerCycle("accumulator", "vector"), 12);
  EXPECT_EQ(graph.bytesPerCycle("vector", "accumulator"), 12);
}

TEST(ArchitectureGraph, RefusesWhatTheMachineCannot) {
  const ArchitectureGraph graph(Parameters{});
  EXPECT_TRUE(graph.abilities("softmax").empty());
  EXPECT_TRUE(graph.abilities("matmul", {"float32", "int8", "int32"}).empty());
  EXPECT_TRUE(graph.abilities("matmul", {"int8", "int8"}).empty());
  EXPECT_EQ(graph.abilities("matmul", {"", "", ""}).size(), 1u);
  EXPECT_EQ(graph.abilities("copy").size(), 3u); // to scratchpad and accumulator, and back
}

TEST(ArchitectureGraph, EveryOperandAndLinkNamesExistingNodes) {
  const ArchitectureGraph graph(oddMachine());
  std::set<std::string> nodes;
  for (const MemoryNode &memory : graph.memories())
    EXPECT_TRUE(nodes.insert(memory.name).second);
  for (const UnitNode &unit : graph.units())
    EXPECT_TRUE(nodes.insert(unit.name).second);
  for (const LinkEdge &link : graph.links()) {
    EXPECT_TRUE(nodes.count(link.from) && nodes.count(link.to)) << link.from << " " << link.to;
    EXPECT_GT(link.bytes_per_cycle, 0);
  }
  for (const UnitNode &unit : graph.units())
    for (const Capability &capability : unit.capabilities)
      for (const CapabilityOperand &operand : capability.operands) {
        if (operand.memory.empty()) { // a constant of the instruction
          EXPECT_TRUE(operand.indices.empty()) << capability.operation << "." << operand.name;
          continue;
        }
        EXPECT_NE(graph.findMemory(operand.memory), nullptr) << capability.operation << "." << operand.name;
        const std::string from = operand.isResult ? unit.name : operand.memory;
        const std::string to = operand.isResult ? operand.memory : unit.name;
        EXPECT_EQ(graph.route(from, to).size(), 1u) << "an operand's memory is a neighbour of its unit";
      }
}

TEST(ArchitectureGraph, FindsTheWidestWayAndItsNarrowestLink) {
  const ArchitectureGraph graph(oddMachine());
  EXPECT_EQ(namesOf(graph.route("external", "scratchpad")),
            (std::vector<std::string>{"external>load", "load>scratchpad"}));
  EXPECT_EQ(graph.bytesPerCycle("external", "scratchpad"), 5);
  EXPECT_EQ(graph.bytesPerCycle("external", "accumulator"), 8);
  EXPECT_EQ(graph.bytesPerCycle("scratchpad", "external"), 4);
  EXPECT_EQ(namesOf(graph.route("accumulator", "external")),
            (std::vector<std::string>{"accumulator>vector", "vector>scratchpad", "scratchpad>store",
                                      "store>external"}));
  EXPECT_EQ(graph.bytesPerCycle("scratchpad", "scratchpad"), 0);
  EXPECT_EQ(graph.bytesPerCycle("external", "nowhere"), 0);
}

TEST(ArchitectureGraph, WideWeightPortsShowInTheStationaryLink) {
  Parameters p;
  p.array_weight_load_bytes_per_cycle = 64;
  ASSERT_TRUE(checkParameters(p));
  const ArchitectureGraph graph(p);
  EXPECT_EQ(graph.route("scratchpad", "matrix").at(0).role, "stationary");
  EXPECT_EQ(graph.bytesPerCycle("scratchpad", "matrix"), 64);
}

TEST(ArchitectureGraph, PrintsForPeopleProgramsAndGraphviz) {
  const ArchitectureGraph graph(oddMachine());
  EXPECT_THAT(printGraphText(graph), HasSubstr("scratchpad: 2560 bytes: 8 banks of 64 words of 5 bytes"));
  EXPECT_THAT(printGraphJson(graph),
              HasSubstr("{\"from\": \"external\", \"to\": \"load\", \"role\": \"read\", "
                        "\"bytes_per_cycle\": 8}"));
  const std::string dot = printGraphDot(graph);
  EXPECT_THAT(dot, testing::StartsWith("digraph \"odd\" {"));
  EXPECT_THAT(dot, HasSubstr("store -> external [label=\"write 4\"];"));
}
