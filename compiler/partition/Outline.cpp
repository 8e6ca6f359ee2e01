// Regions become functions.
#include "compiler/partition/Partition.h"
#include "compiler/partition/PartitionIr.h"

#include <mlir/IR/Builders.h>
#include <mlir/IR/IRMapping.h>

#include <llvm/ADT/SetVector.h>

#include <map>

namespace lockstep {

using namespace mlir;

namespace {

/// One region, on the way to a function.
struct Region {
  std::vector<Operation *> operations; // program order
  llvm::SetVector<Value> inputs, outputs;
  llvm::SetVector<Operation *> constants; // to be cloned
};

class Outliner {
public:
  Outliner(ModuleOp module, func::FuncOp main) : module(module), main(main), builder(module.getContext()) {}

  LogicalResult run() {
    if (failed(collect()))
      return failure();
    Operation *terminator = main.getBody().front().getTerminator();
    for (auto &[number, region] : regions)
      connect(region);
    builder.setInsertionPoint(terminator);
    IRMapping results; // values of regions to results of calls
    for (auto &[number, region] : regions)
      outline(region, results);
    for (OpOperand &operand : terminator->getOpOperands())
      operand.set(results.lookupOrDefault(operand.get()));
    eraseBodies();
    return success();
  }

private:
  LogicalResult collect() {
    for (Operation *op : placeableOperations(main)) {
      auto number = op->getAttrOfType<IntegerAttr>(kRegionAttribute);
      if (!number || !op->hasAttr(kTargetAttribute))
        return op->emitError("has no region: merge regions before they are outlined");
      regions[number.getInt()].operations.push_back(op);
      regionOf[op] = number.getInt();
    }
    return success();
  }

  void connect(Region &region) {
    for (Operation *op : region.operations) {
      for (Value used : usedValues(op)) {
        Operation *producer = used.getDefiningOp();
        if (producer && isCloned(producer))
          region.constants.insert(producer);
        else if (!producer || !sameRegion(producer, op))
          region.inputs.insert(used);
      }
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) { return leaves(user, op); }))
          region.outputs.insert(result);
    }
  }

  bool sameRegion(Operation *a, Operation *b) const {
    auto first = regionOf.find(a), second = regionOf.find(b);
    return first != regionOf.end() && second != regionOf.end() && first->second == second->second;
  }

  /// Is the user outside of the region of `op`? Users of a cloned constant have copies, the terminator
  /// excepted.
  bool leaves(Operation *user, Operation *op) const {
    while (user->getParentOp() != main)
      user = user->getParentOp();
    if (isa<func::ReturnOp>(user))
      return true;
    return !isCloned(op) && !sameRegion(user, op);
  }

  void outline(Region &region, IRMapping &results) {
    const std::string target = region.operations.front()->getAttrOfType<StringAttr>(kTargetAttribute).str();
    const std::string name = target + "_" + std::to_string(numPieces[target]++);
    func::FuncOp function = build(region, name, target);
    std::vector<Value> arguments;
    for (Value input : region.inputs)
      arguments.push_back(results.lookupOrDefault(input));
    auto call = builder.create<func::CallOp>(function.getLoc(), function, arguments);
    for (auto [value, result] : llvm::zip(region.outputs, call.getResults()))
      results.map(value, result);
  }

  func::FuncOp build(const Region &region, const std::string &name, const std::string &target) {
    auto types = [](const llvm::SetVector<Value> &values) {
      std::vector<Type> result;
      for (Value value : values)
        result.push_back(value.getType());
      return result;
    };
    Location loc = region.operations.front()->getLoc();
    OpBuilder inner = OpBuilder::atBlockEnd(module.getBody());
    auto function = inner.create<func::FuncOp>(
        loc, name, inner.getFunctionType(types(region.inputs), types(region.outputs)));
    function.setPrivate();
    function->setAttr(kTargetAttribute, inner.getStringAttr(target));
    Block *block = function.addEntryBlock();
    inner.setInsertionPointToStart(block);
    IRMapping values;
    for (auto [input, argument] : llvm::zip(region.inputs, block->getArguments()))
      values.map(input, argument);
    for (Operation *constant : region.constants)
      inner.clone(*constant, values);
    for (Operation *op : region.operations)
      strip(inner.clone(*op, values));
    std::vector<Value> outputs;
    for (Value output : region.outputs)
      outputs.push_back(values.lookup(output));
    inner.create<func::ReturnOp>(loc, outputs);
    return function;
  }

  static void strip(Operation *op) {
    for (const char *name : {kTargetAttribute, kGroupAttribute, kRegionAttribute, kReasonAttribute})
      op->removeAttr(name);
  }

  /// What has been outlined (calls of recurrent layers too), users first; constants that nobody uses any more
  /// too.
  void eraseBodies() {
    std::vector<Operation *> outlined;
    for (Operation &op : main.getBody().front().without_terminator())
      if (isCloned(&op) || regionOf.count(&op) > 0)
        outlined.push_back(&op);
    for (Operation *op : llvm::reverse(outlined))
      op->erase();
  }

  ModuleOp module;
  func::FuncOp main;
  OpBuilder builder;
  std::map<int64_t, Region> regions; // in an order in which they can run
  llvm::DenseMap<Operation *, int64_t> regionOf;
  std::map<std::string, unsigned> numPieces;
};

} // namespace

LogicalResult outlineRegions(ModuleOp module) {
  func::FuncOp main = mainOf(module);
  if (!main)
    return module.emitError("has no function @main with a body");
  return Outliner(module, main).run();
}

} // namespace lockstep
