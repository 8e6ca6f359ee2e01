// Groups become regions.
#include "compiler/partition/Partition.h"
#include "compiler/partition/PartitionIr.h"
#include "compiler/partition/RegionGraph.h"

#include <mlir/IR/Builders.h>

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/EquivalenceClasses.h>

#include <algorithm>
#include <map>

namespace lockstep {

using namespace mlir;

namespace {

std::string targetOf(Operation *op, const std::string &otherwise) {
  auto target = op->getAttrOfType<StringAttr>(kTargetAttribute);
  return target ? target.getValue().str() : otherwise;
}

/// Operations that must stay together, in the order of their last ones: a topological order, since only the
/// last one's result leaves a group.
class Grouping {
public:
  explicit Grouping(const std::vector<Operation *> &operations) {
    std::map<int64_t, unsigned> byNumber;
    for (unsigned i = 0; i < operations.size(); ++i) {
      position[operations[i]] = i;
      classes.insert(i);
      if (auto number = operations[i]->getAttrOfType<IntegerAttr>(kGroupAttribute))
        classes.unionSets(i, byNumber.emplace(number.getInt(), i).first->second);
    }
    for (unsigned i = 0; i < operations.size(); ++i)
      for (Value used : usedValues(operations[i]))
        if (auto producer = find(used); producer && !canCrossPieces(used))
          classes.unionSets(i, *producer);
    collect(operations);
  }

  std::vector<std::vector<Operation *>> groups; // each in program order
  llvm::DenseMap<Operation *, size_t> groupOf;

  /// Groups whose results a group reads.
  std::set<size_t> sources(size_t group) const {
    std::set<size_t> result;
    for (Operation *op : groups[group])
      for (Value used : usedValues(op))
        if (Operation *producer = used.getDefiningOp(); producer && groupOf.count(producer))
          if (size_t other = groupOf.lookup(producer); other != group)
            result.insert(other);
    return result;
  }
  /// False where scalars tie operations together across a group that lies between them.
  bool isTopological() const {
    for (size_t group = 0; group < groups.size(); ++group)
      for (size_t source : sources(group))
        if (source > group)
          return false;
    return true;
  }

private:
  std::optional<unsigned> find(Value value) const {
    auto found = position.find(value.getDefiningOp());
    return found == position.end() ? std::nullopt : std::optional(found->second);
  }

  void collect(const std::vector<Operation *> &operations) {
    std::map<unsigned, std::vector<Operation *>> byLeader;
    for (unsigned i = 0; i < operations.size(); ++i)
      byLeader[classes.getLeaderValue(i)].push_back(operations[i]);
    for (auto &[leader, members] : byLeader)
      groups.push_back(std::move(members));
    std::sort(groups.begin(), groups.end(), [&](const auto &a, const auto &b) {
      return position.lookup(a.back()) < position.lookup(b.back());
    });
    for (size_t group = 0; group < groups.size(); ++group)
      for (Operation *op : groups[group])
        groupOf[op] = group;
  }

  llvm::DenseMap<Operation *, unsigned> position;
  llvm::EquivalenceClasses<unsigned> classes;
};

bool mergesGroups(const Targets &targets, const std::string &name) {
  for (const auto &target : targets)
    if (target->name() == name)
      return target->mergesGroups();
  return true;
}

} // namespace

void mergeRegions(ModuleOp module, const Targets &targets) {
  func::FuncOp main = mainOf(module);
  if (!main)
    return;
  const std::string fallback = targets.empty() ? "host" : targets.back()->name();
  const std::vector<Operation *> operations = placeableOperations(main);
  Builder builder(module.getContext());
  const Grouping grouping(operations);
  const bool whole = !grouping.isTopological(); // then all of it is one region of the last target
  RegionGraph graph;
  for (size_t group = 0; group < grouping.groups.size(); ++group) {
    std::string target = whole ? fallback : targetOf(grouping.groups[group].front(), fallback);
    for (Operation *op : grouping.groups[group])
      if (whole || targetOf(op, fallback) != target)
        target = fallback; // tied together by a value that cannot cross
    graph.add(whole ? std::set<size_t>() : grouping.sources(group),
              mergesGroups(targets, target) ? target : "");
    for (Operation *op : grouping.groups[group])
      op->setAttr(kTargetAttribute, builder.getStringAttr(target));
  }
  std::vector<int64_t> number(graph.numRegions());
  const std::vector<size_t> order = graph.order();
  for (size_t i = 0; i < order.size(); ++i)
    number[order[i]] = static_cast<int64_t>(i);
  for (const auto &[op, group] : grouping.groupOf)
    op->setAttr(kRegionAttribute, builder.getI64IntegerAttr(number[graph.regionOf(group)]));
}

} // namespace lockstep
