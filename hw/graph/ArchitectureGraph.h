// What a compiler may know of a machine: memories, units with what they can do, links with widths. Derived
// from the parameters; a compiler asks this graph and never a configuration's name.
#pragma once

#include "hw/machine/Parameters.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// Tables: function tables of the vector unit, a word each.
enum class MemoryKind { External, Scratchpad, Accumulator, Tables };

struct MemoryNode {
  std::string name; // "external", "scratchpad", "accumulator", "tables"
  MemoryKind kind = MemoryKind::External;
  int64_t size_bytes = 0; // 0: bounded by the 64-bit addresses only
  int64_t word_bytes = 1; // bytes of an address step
  int64_t banks = 1;      // each with one reading and one writing port of a word per cycle
  int64_t words() const { return size_bytes / word_bytes; }
};

/// A dimension of a capability's index space.
struct CapabilityDimension {
  std::string name;
  bool isReduction = false;
  int64_t tile = 0;           // extent that the hardware handles at once; smaller extents are masked
  int64_t maximum_extent = 0; // of one instruction, in elements; 0: no bound but the fields of the addresses
};

struct CapabilityOperand {
  std::string name;
  std::string memory;               // name of a MemoryNode; empty for constants within the instruction
  std::vector<std::string> indices; // dimensions that index it, outermost first
  std::vector<std::string> element_types;
  bool isResult = false;
  bool mayBeTransposed = false; // either order of the last two indices in memory
};

/// One operation of a unit, as an index expression over its dimensions.
struct Capability {
  std::string operation;  // "matmul", "requantize", "add_bias", "elementwise", "reduce", "table", "copy",
                          // "transpose", "fill"
  std::string expression; // "y[m, n] (+)= sum k (x[m, k] - zx) * (w[k, n] - zw)"
  std::vector<CapabilityDimension> dimensions;
  std::vector<CapabilityOperand> operands;
  int64_t elements_per_cycle =
      0; // results (for matmul: multiply-accumulates; for copies: bytes) per cycle at best
};

struct UnitNode {
  std::string name; // "load", "matrix", "vector", "store"
  std::vector<Capability> capabilities;
};

/// Moves data between two nodes, at most so many bytes in each cycle.
struct LinkEdge {
  std::string from, to; // names of nodes
  std::string role;     // "streamed", "stationary", ...
  int64_t bytes_per_cycle = 0;
};

/// Names are unique over memories and units; every link's ends exist.
class ArchitectureGraph {
public:
  explicit ArchitectureGraph(const Parameters &parameters);

  const std::string &machineName() const { return machine; }
  const std::vector<MemoryNode> &memories() const { return memoryNodes; }
  const std::vector<UnitNode> &units() const { return unitNodes; }
  const std::vector<LinkEdge> &links() const { return linkEdges; }

  /// Null if there is no such node.
  const MemoryNode *findMemory(const std::string &name) const;
  const MemoryNode *findMemory(MemoryKind kind) const;
  const UnitNode *findUnit(const std::string &name) const;

  struct Ability {
    const UnitNode *unit = nullptr;
    const Capability *capability = nullptr;
  };
  /// All ways to execute an operation; empty if the machine cannot.
  std::vector<Ability> abilities(const std::string &operation) const;
  /// Those of them that take the element types, one for each operand in the capability's order; "" is any
  /// type.
  std::vector<Ability> abilities(const std::string &operation,
                                 const std::vector<std::string> &element_types) const;

  /// Links of the way from one node to another that moves the most bytes per cycle, the shortest of these;
  /// empty if there is none (or if from = to).
  std::vector<LinkEdge> route(const std::string &from, const std::string &to) const;
  /// Narrowest link of that way in bytes per cycle; 0 if there is none.
  int64_t bytesPerCycle(const std::string &from, const std::string &to) const;

private:
  void addMemories(const Parameters &parameters);
  void addUnits(const Parameters &parameters);
  void addLinks(const Parameters &parameters);

  std::string machine;
  std::vector<MemoryNode> memoryNodes;
  std::vector<UnitNode> unitNodes;
  std::vector<LinkEdge> linkEdges;
};

/// For people.
std::string printGraphText(const ArchitectureGraph &graph);
/// One object with `machine`, `memories`, `units`, `links`; keys are the members' names in lower_snake_case.
std::string printGraphJson(const ArchitectureGraph &graph);
/// For Graphviz: memories as boxes, units as ellipses, links with bytes per cycle.
std::string printGraphDot(const ArchitectureGraph &graph);

} // namespace lockstep
