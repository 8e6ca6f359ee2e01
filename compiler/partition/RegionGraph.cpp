#include "compiler/partition/RegionGraph.h"

namespace lockstep {

size_t RegionGraph::add(const std::set<size_t> &sources, const std::string &kind) {
  std::set<size_t> read;
  for (size_t node : sources)
    read.insert(regionOfNode[node]);
  size_t chosen = regions.size();
  for (size_t region = regions.size(); chosen == regions.size() && region-- > 0;)
    if (!kind.empty() && regions[region].kind == kind && staysConvex(region, read))
      chosen = region;
  if (chosen == regions.size())
    regions.push_back({kind, {}});
  read.erase(chosen);
  regions[chosen].sources.insert(read.begin(), read.end());
  regionOfNode.push_back(chosen);
  return chosen;
}

bool RegionGraph::reaches(size_t from, size_t to) const {
  std::set<size_t> seen;
  std::vector<size_t> open = {to};
  while (!open.empty()) {
    const size_t region = open.back();
    open.pop_back();
    if (region == from)
      return true;
    for (size_t source : regions[region].sources)
      if (seen.insert(source).second)
        open.push_back(source);
  }
  return false;
}

bool RegionGraph::staysConvex(size_t region, const std::set<size_t> &read) const {
  for (size_t other : read)
    if (other != region && reaches(region, other))
      return false;
  return true;
}

std::vector<size_t> RegionGraph::order() const {
  std::vector<size_t> result;
  std::vector<bool> placed(regions.size(), false);
  for (size_t round = 0; round < regions.size() && result.size() < regions.size(); ++round)
    for (size_t region = 0; region < regions.size(); ++region) {
      bool ready = !placed[region];
      for (size_t source : regions[region].sources)
        ready = ready && placed[source];
      if (!ready)
        continue;
      placed[region] = true;
      result.push_back(region);
    }
  return result;
}

} // namespace lockstep
