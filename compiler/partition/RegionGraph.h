// A graph of regions that grows node by node in an order in which they can run, and stays acyclic.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace lockstep {

/// Nodes come in topological order; each joins a region that is there, or opens one. A region is convex: a
/// path that leaves it never comes back, so regions can run one after the other.
class RegionGraph {
public:
  /// `sources`: nodes whose results the new one reads. It joins the latest region of its `kind` that stays
  /// convex with it; an empty kind joins nothing. Returns the region.
  size_t add(const std::set<size_t> &sources, const std::string &kind);

  size_t numRegions() const { return regions.size(); }
  size_t regionOf(size_t node) const { return regionOfNode[node]; }
  /// Regions in an order in which they can run; the same graph gives the same order.
  std::vector<size_t> order() const;

private:
  struct Region {
    std::string kind;
    std::set<size_t> sources; // regions that it reads, never itself
  };
  bool reaches(size_t from, size_t to) const;
  /// With the new node, would a path leave the region and come back?
  bool staysConvex(size_t region, const std::set<size_t> &read) const;

  std::vector<Region> regions;
  std::vector<size_t> regionOfNode;
};

} // namespace lockstep
