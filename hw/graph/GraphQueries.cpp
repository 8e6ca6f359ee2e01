// Questions to the graph; ways through it are found by Boost.Graph.
#include "hw/graph/ArchitectureGraph.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace lockstep {
namespace {

using BoostGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Vertex = boost::graph_traits<BoostGraph>::vertex_descriptor;

template <typename Node> const Node *findNamed(const std::vector<Node> &nodes, const std::string &name) {
  for (const Node &node : nodes)
    if (node.name == name)
      return &node;
  return nullptr;
}

bool accepts(const Capability &capability, const std::vector<std::string> &element_types) {
  if (element_types.size() != capability.operands.size())
    return false;
  for (size_t i = 0; i < element_types.size(); ++i) {
    const std::vector<std::string> &allowed = capability.operands[i].element_types;
    if (!element_types[i].empty() &&
        std::find(allowed.begin(), allowed.end(), element_types[i]) == allowed.end())
      return false;
  }
  return true;
}

/// Links at least `width` wide as a Boost graph; parallel links become one edge.
class WideLinks {
public:
  WideLinks(const ArchitectureGraph &graph, int64_t width) {
    for (const LinkEdge &link : graph.links())
      if (link.bytes_per_cycle >= width)
        add(link);
  }

  /// Links of a way with the fewest steps; empty if there is none.
  std::vector<LinkEdge> shortestWay(const std::string &from, const std::string &to) {
    const Vertex start = vertexOf(from), goal = vertexOf(to);
    std::vector<Vertex> before(boost::num_vertices(graph), boost::graph_traits<BoostGraph>::null_vertex());
    boost::breadth_first_search(graph, start,
                                boost::visitor(boost::make_bfs_visitor(
                                    boost::record_predecessors(before.data(), boost::on_tree_edge()))));
    std::vector<LinkEdge> way;
    for (Vertex at = goal; at != start; at = before[at]) {
      if (before[at] == boost::graph_traits<BoostGraph>::null_vertex())
        return {};
      way.insert(way.begin(), widest.at({before[at], at}));
    }
    return way;
  }

private:
  Vertex vertexOf(const std::string &name) {
    const auto [entry, isNew] = vertices.try_emplace(name);
    if (isNew)
      entry->second = boost::add_vertex(graph);
    return entry->second;
  }

  void add(const LinkEdge &link) {
    const Vertex from = vertexOf(link.from), to = vertexOf(link.to);
    const auto [entry, isNew] = widest.try_emplace({from, to}, link);
    if (isNew)
      boost::add_edge(from, to, graph);
    else if (entry->second.bytes_per_cycle < link.bytes_per_cycle)
      entry->second = link;
  }

  BoostGraph graph;
  std::map<std::string, Vertex> vertices;
  std::map<std::pair<Vertex, Vertex>, LinkEdge> widest;
};

} // namespace

const MemoryNode *ArchitectureGraph::findMemory(const std::string &name) const {
  return findNamed(memoryNodes, name);
}

const MemoryNode *ArchitectureGraph::findMemory(MemoryKind kind) const {
  for (const MemoryNode &memory : memoryNodes)
    if (memory.kind == kind)
      return &memory;
  return nullptr;
}

const UnitNode *ArchitectureGraph::findUnit(const std::string &name) const {
  return findNamed(unitNodes, name);
}

std::vector<ArchitectureGraph::Ability> ArchitectureGraph::abilities(const std::string &operation) const {
  std::vector<Ability> found;
  for (const UnitNode &unit : unitNodes)
    for (const Capability &capability : unit.capabilities)
      if (capability.operation == operation)
        found.push_back({&unit, &capability});
  return found;
}

std::vector<ArchitectureGraph::Ability>
ArchitectureGraph::abilities(const std::string &operation,
                             const std::vector<std::string> &element_types) const {
  std::vector<Ability> found = abilities(operation);
  const auto refuses = [&](const Ability &ability) { return !accepts(*ability.capability, element_types); };
  found.erase(std::remove_if(found.begin(), found.end(), refuses), found.end());
  return found;
}

std::vector<LinkEdge> ArchitectureGraph::route(const std::string &from, const std::string &to) const {
  std::set<int64_t, std::greater<>> widths;
  for (const LinkEdge &link : linkEdges)
    widths.insert(link.bytes_per_cycle);
  for (int64_t width : widths)
    if (std::vector<LinkEdge> way = WideLinks(*this, width).shortestWay(from, to); !way.empty())
      return way;
  return {};
}

int64_t ArchitectureGraph::bytesPerCycle(const std::string &from, const std::string &to) const {
  int64_t narrowest = 0;
  for (const LinkEdge &link : route(from, to))
    narrowest = narrowest == 0 ? link.bytes_per_cycle : std::min(narrowest, link.bytes_per_cycle);
  return narrowest;
}

} // namespace lockstep
