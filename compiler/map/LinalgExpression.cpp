#include "compiler/map/LinalgExpression.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/IR/Matchers.h>

namespace lockstep {
namespace {

/// The block argument that a value is made of, through casts and the subtraction of a zero point; -1 if of
/// none.
int argumentBehind(mlir::Value value, mlir::Block *body) {
  while (mlir::Operation *producer = value.getDefiningOp()) {
    if (!mlir::isa<mlir::arith::ExtSIOp, mlir::arith::ExtUIOp, mlir::arith::SubIOp, mlir::arith::ExtFOp>(
            producer))
      return -1;
    value = producer->getOperand(0);
  }
  const auto argument = mlir::dyn_cast<mlir::BlockArgument>(value);
  return argument && argument.getOwner() == body ? static_cast<int>(argument.getArgNumber()) : -1;
}

/// yield(add(accumulator, mul(first, second))), sides of the operations in any order.
bool multipliesAndAdds(mlir::linalg::LinalgOp op) {
  mlir::Block *body = op.getBlock();
  const auto output = static_cast<int>(op.getNumDpsInputs());
  mlir::Operation *add = body->getTerminator()->getOperand(0).getDefiningOp();
  if (!mlir::isa_and_nonnull<mlir::arith::AddIOp, mlir::arith::AddFOp>(add))
    return false;
  for (unsigned side : {0u, 1u}) {
    mlir::Operation *multiply = add->getOperand(side).getDefiningOp();
    if (argumentBehind(add->getOperand(1 - side), body) != output ||
        !mlir::isa_and_nonnull<mlir::arith::MulIOp, mlir::arith::MulFOp>(multiply))
      continue;
    const int first = argumentBehind(multiply->getOperand(0), body),
              second = argumentBehind(multiply->getOperand(1), body);
    return (first == 0 && second == 1) || (first == 1 && second == 0);
  }
  return false;
}

IndexOperand operandOf(mlir::linalg::LinalgOp op, mlir::OpOperand *operand, const char *name) {
  IndexOperand made;
  made.name = name;
  made.map = op.getMatchingIndexingMap(operand);
  const auto shape = op.getShape(operand);
  made.shape.assign(shape.begin(), shape.end());
  made.is_constant = mlir::matchPattern(operand->get(), mlir::m_Constant());
  return made;
}

} // namespace

std::optional<IndexExpression> linalgExpression(mlir::Operation *operation) {
  auto op = mlir::dyn_cast<mlir::linalg::LinalgOp>(operation);
  if (!op || op.getNumDpsInputs() < 2 || op.getNumDpsInits() != 1 || op.hasDynamicShape() ||
      !multipliesAndAdds(op))
    return {};
  IndexExpression expression;
  const llvm::SmallVector<int64_t> extents = op.getStaticLoopRanges();
  const auto types = op.getIteratorTypesArray();
  for (size_t i = 0; i < extents.size(); ++i)
    expression.iterators.push_back(
        {"d" + std::to_string(i), extents[i], types[i] == mlir::utils::IteratorType::reduction});
  expression.left = operandOf(op, op.getDpsInputOperand(0), "left");
  expression.right = operandOf(op, op.getDpsInputOperand(1), "right");
  expression.result = operandOf(op, op.getDpsInitOperand(0), "result");
  const auto element = mlir::cast<mlir::ShapedType>(op->getResult(0).getType());
  expression.element_bytes_of_result = element.getElementTypeBitWidth() / 8;
  return expression;
}

} // namespace lockstep
