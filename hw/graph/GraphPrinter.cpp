#include "hw/graph/ArchitectureGraph.h"
#include "hw/support/Text.h"

#include <sstream>

namespace lockstep {
namespace {

/// "[a, b]" of the printed elements.
template <typename T> std::string jsonList(const std::vector<T> &elements, std::string (*print)(const T &)) {
  std::string text;
  for (const T &element : elements)
    text += (text.empty() ? "" : ", ") + print(element);
  return "[" + text + "]";
}

/// Names and expressions hold no quotes, backslashes or control characters.
std::string jsonString(const std::string &text) { return "\"" + text + "\""; }
std::string jsonBool(bool value) { return value ? "true" : "false"; }

std::string jsonMemory(const MemoryNode &memory) {
  return "{\"name\": " + jsonString(memory.name) + ", \"size_bytes\": " + std::to_string(memory.size_bytes) +
         ", \"word_bytes\": " + std::to_string(memory.word_bytes) +
         ", \"banks\": " + std::to_string(memory.banks) + "}";
}

std::string jsonDimension(const CapabilityDimension &dimension) {
  return "{\"name\": " + jsonString(dimension.name) +
         ", \"is_reduction\": " + jsonBool(dimension.isReduction) +
         ", \"tile\": " + std::to_string(dimension.tile) +
         ", \"maximum_extent\": " + std::to_string(dimension.maximum_extent) + "}";
}

std::string jsonOperand(const CapabilityOperand &operand) {
  return "{\"name\": " + jsonString(operand.name) + ", \"memory\": " + jsonString(operand.memory) +
         ", \"indices\": " + jsonList(operand.indices, jsonString) +
         ", \"element_types\": " + jsonList(operand.element_types, jsonString) +
         ", \"is_result\": " + jsonBool(operand.isResult) +
         ", \"may_be_transposed\": " + jsonBool(operand.mayBeTransposed) + "}";
}

std::string jsonCapability(const Capability &capability) {
  return "{\"operation\": " + jsonString(capability.operation) +
         ", \"expression\": " + jsonString(capability.expression) +
         ", \"elements_per_cycle\": " + std::to_string(capability.elements_per_cycle) +
         ", \"dimensions\": " + jsonList(capability.dimensions, jsonDimension) +
         ", \"operands\": " + jsonList(capability.operands, jsonOperand) + "}";
}

std::string jsonUnit(const UnitNode &unit) {
  return "{\"name\": " + jsonString(unit.name) +
         ", \"capabilities\": " + jsonList(unit.capabilities, jsonCapability) + "}";
}

std::string jsonLink(const LinkEdge &link) {
  return "{\"from\": " + jsonString(link.from) + ", \"to\": " + jsonString(link.to) +
         ", \"role\": " + jsonString(link.role) +
         ", \"bytes_per_cycle\": " + std::to_string(link.bytes_per_cycle) + "}";
}

std::string describeSize(const MemoryNode &memory) {
  if (memory.kind == MemoryKind::External)
    return "64-bit byte addresses";
  if (memory.kind == MemoryKind::Tables)
    return std::to_string(memory.words()) + " function tables of " + std::to_string(memory.word_bytes / 2) +
           " int16 entries";
  return std::to_string(memory.size_bytes) + " bytes: " + std::to_string(memory.banks) + " banks of " +
         std::to_string(memory.words() / memory.banks) + " words of " + std::to_string(memory.word_bytes) +
         " bytes";
}

void printOperand(std::ostream &out, const CapabilityOperand &operand) {
  out << "        " << (operand.isResult ? "out " : "in  ") << operand.name << "["
      << joinNames(operand.indices) << "] " << joinNames(operand.element_types) << " in "
      << (operand.memory.empty() ? "the instruction" : operand.memory)
      << (operand.mayBeTransposed ? ", stored either way round" : "") << "\n";
}

void printCapability(std::ostream &out, const Capability &capability) {
  out << "    " << capability.operation << ": " << capability.expression << "; at most "
      << capability.elements_per_cycle << " per cycle\n";
  for (const CapabilityDimension &dimension : capability.dimensions)
    out << "        dim " << dimension.name << (dimension.isReduction ? " (reduction)" : "") << ": "
        << dimension.tile << " at once, " << dimension.maximum_extent << " per instruction\n";
  for (const CapabilityOperand &operand : capability.operands)
    printOperand(out, operand);
}

} // namespace

std::string printGraphText(const ArchitectureGraph &graph) {
  std::ostringstream out;
  out << "machine " << graph.machineName() << "\n\nmemories\n";
  for (const MemoryNode &memory : graph.memories())
    out << "  " << memory.name << ": " << describeSize(memory) << "\n";
  out << "\nunits\n";
  for (const UnitNode &unit : graph.units()) {
    out << "  " << unit.name << "\n";
    for (const Capability &capability : unit.capabilities)
      printCapability(out, capability);
  }
  out << "\nlinks\n";
  for (const LinkEdge &link : graph.links())
    out << "  " << link.from << " -> " << link.to << " (" << link.role << "): " << link.bytes_per_cycle
        << " bytes/cycle\n";
  return out.str();
}

std::string printGraphJson(const ArchitectureGraph &graph) {
  return "{\"machine\": " + jsonString(graph.machineName()) +
         ",\n \"memories\": " + jsonList(graph.memories(), jsonMemory) +
         ",\n \"units\": " + jsonList(graph.units(), jsonUnit) +
         ",\n \"links\": " + jsonList(graph.links(), jsonLink) + "}\n";
}

std::string printGraphDot(const ArchitectureGraph &graph) {
  std::ostringstream out;
  out << "digraph \"" << graph.machineName() << "\" {\n  rankdir=LR;\n";
  for (const MemoryNode &memory : graph.memories())
    out << "  " << memory.name << " [shape=box, label=\"" << memory.name << "\\n"
        << describeSize(memory) << "\"];\n";
  for (const UnitNode &unit : graph.units())
    out << "  " << unit.name << " [shape=ellipse];\n";
  for (const LinkEdge &link : graph.links())
    out << "  " << link.from << " -> " << link.to << " [label=\"" << link.role << " " << link.bytes_per_cycle
        << "\"];\n";
  out << "}\n";
  return out.str();
}

} // namespace lockstep
