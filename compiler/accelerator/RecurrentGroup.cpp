#include "compiler/accelerator/RecurrentGroup.h"

#include "compiler/accelerator/OperatorGroup.h"
#include "compiler/accelerator/RecurrentReader.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SetVector.h>

#include <algorithm>

namespace lockstep {
namespace {

using Operations = llvm::SetVector<mlir::Operation *>;

/// Extents in front of the concat's axis, multiplied.
int64_t outerOf(mlir::tosa::ConcatOp concat) {
  int64_t outer = 1;
  for (int64_t extent : concat.getType().getShape().take_front(concat.getAxis()))
    outer *= extent;
  return outer;
}

int64_t bytesOf(mlir::Value value) {
  const auto type = mlir::cast<mlir::ShapedType>(value.getType());
  return type.getNumElements() * type.getElementTypeBitWidth() / 8;
}

/// The concat that alone reads a value, seen through reshapes.
mlir::tosa::ConcatOp concatBehind(mlir::Value value) {
  while (value.hasOneUse() && isAlias(*value.getUsers().begin()))
    value = (*value.getUsers().begin())->getResult(0);
  return value.hasOneUse() ? mlir::dyn_cast<mlir::tosa::ConcatOp>(*value.getUsers().begin())
                           : mlir::tosa::ConcatOp();
}

/// The call's result that an operand is, seen through reshapes that nobody else reads, which are added to the
/// list.
mlir::OpResult resultBehind(mlir::Value operand, Operations &reshapes) {
  while (operand.hasOneUse() && isAlias(operand.getDefiningOp())) {
    reshapes.insert(operand.getDefiningOp());
    operand = operand.getDefiningOp()->getOperand(0);
  }
  const bool isOwn = operand.hasOneUse() && recurrentFunctionOf(operand.getDefiningOp());
  return isOwn ? mlir::cast<mlir::OpResult>(operand) : mlir::OpResult();
}

/// Either one operand behind the other, or step by step in turn: [steps, ...] of each.
bool alternatesBySteps(mlir::tosa::ConcatOp concat, mlir::OpResult result) {
  const auto shape = mlir::cast<mlir::ShapedType>(result.getType()).getShape();
  const int64_t outer = outerOf(concat);
  return outer == 1 || (shape.size() == 3 && outer == shape.front()); // y is [steps, batch, hidden]
}

/// Adds a concat with its calls and reshapes; false if it is none of directions.
bool collect(mlir::tosa::ConcatOp concat, Operations &calls, Operations &operations) {
  Operations mine;
  for (mlir::Value operand : concat.getOperands()) {
    const mlir::OpResult result = resultBehind(operand, mine);
    if (!result || !alternatesBySteps(concat, result))
      return false;
    calls.insert(result.getOwner());
    mine.insert(result.getOwner());
  }
  mine.insert(concat);
  operations.insert(mine.begin(), mine.end());
  return true;
}

bool isReadBefore(const Operations &operations, mlir::Operation *last) {
  return llvm::any_of(operations, [&](mlir::Operation *operation) {
    return llvm::any_of(operation->getUsers(), [&](mlir::Operation *user) {
      mlir::Operation *above = operation->getBlock()->findAncestorOpInBlock(*user);
      return !operations.contains(above) && above->isBeforeInBlock(last);
    });
  });
}

} // namespace

RecurrentGroup recurrentGroupAt(mlir::Operation *call) {
  Operations calls, operations;
  calls.insert(call);
  for (mlir::Value result : call->getResults())
    if (mlir::tosa::ConcatOp concat = concatBehind(result))
      collect(concat, calls, operations);
  std::vector<mlir::Operation *> sorted(operations.begin(), operations.end());
  llvm::sort(sorted, [](mlir::Operation *a, mlir::Operation *b) { return a->isBeforeInBlock(b); });
  if (sorted.empty() || isReadBefore(operations, sorted.back()))
    return {{call}, {call}};
  return {{calls.begin(), calls.end()}, std::move(sorted)};
}

bool joinsDirections(mlir::Operation *operation) {
  auto concat = mlir::dyn_cast_or_null<mlir::tosa::ConcatOp>(operation);
  Operations calls, operations;
  if (!concat || !collect(concat, calls, operations))
    return false;
  return llvm::is_contained(recurrentGroupAt(calls.front()).operations, operation);
}

InterleavedPart partOfConcat(mlir::Operation *operation, unsigned number) {
  auto concat = mlir::cast<mlir::tosa::ConcatOp>(operation);
  const int64_t outer = outerOf(concat);
  InterleavedPart part;
  for (unsigned i = 0; i < number; ++i)
    part.offset_bytes += static_cast<uint64_t>(bytesOf(concat.getOperand(i)) / outer);
  part.step_bytes = outer == 1 ? 0 : bytesOf(concat.getResult()) / outer;
  return part;
}

} // namespace lockstep
