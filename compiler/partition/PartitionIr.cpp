#include "compiler/partition/PartitionIr.h"

#include <mlir/IR/Matchers.h>
#include <mlir/Interfaces/SideEffectInterfaces.h>

#include <llvm/ADT/SetVector.h>

namespace lockstep {

using namespace mlir;

func::FuncOp mainOf(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  return main && !main.isExternal() ? main : func::FuncOp();
}

bool isCloned(Operation *op) {
  return op->getNumOperands() == 0 && op->getNumRegions() == 0 && op->getNumResults() == 1 && isPure(op);
}

std::vector<Operation *> placeableOperations(func::FuncOp main) {
  std::vector<Operation *> operations;
  for (Operation &op : main.getBody().front().without_terminator()) {
    auto returned = [](Operation *user) { return isa<func::ReturnOp>(user); };
    if (!isCloned(&op) || llvm::any_of(op.getUsers(), returned))
      operations.push_back(&op);
  }
  return operations;
}

std::string packageTypeOf(Type element) {
  if (element.isF16())
    return "float16";
  if (element.isBF16())
    return "bfloat16";
  if (element.isF32())
    return "float32";
  if (element.isF64())
    return "float64";
  if (element.isInteger(1))
    return "bool";
  for (unsigned bits : {8, 16, 32, 64})
    if (element.isInteger(bits))
      return "int" + std::to_string(bits);
  return {};
}

bool canCrossPieces(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() && !packageTypeOf(type.getElementType()).empty();
}

namespace {

std::string nameIn(Location loc) {
  if (auto name = dyn_cast<NameLoc>(loc))
    return name.getName().str();
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations())
      if (std::string name = nameIn(part); !name.empty())
        return name;
  if (auto call = dyn_cast<CallSiteLoc>(loc))
    return nameIn(call.getCallee());
  return {};
}

} // namespace

std::string operationLabel(Operation *op) { return nameIn(op->getLoc()); }

std::vector<Value> usedValues(Operation *op) {
  llvm::SetVector<Value> used;
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands()) {
      Operation *owner = operand.getParentBlock()->getParentOp();
      if (!op->isAncestor(owner)) // defined outside: not by a block or an operation within `op`
        used.insert(operand);
    }
  });
  auto values = used.takeVector();
  return {values.begin(), values.end()};
}

} // namespace lockstep
