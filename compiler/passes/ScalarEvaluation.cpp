#include "compiler/passes/ScalarEvaluation.h"

#include "compiler/passes/Constants.h"
#include "compiler/passes/DataMovement.h"
#include "compiler/passes/ScalarOperations.h"

#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/IR/Matchers.h>

#include <llvm/ADT/DenseMap.h>

namespace lockstep {

using namespace mlir;

namespace {

constexpr size_t kMostOperations = 100;

/// A constant tensor or scalar of one value: floats, and booleans as 0 or 1.
std::optional<float> singleValue(Value value) {
  if (auto real = splatFloat(value))
    return real;
  Attribute attribute;
  if (!matchPattern(value, m_Constant(&attribute)))
    return std::nullopt;
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute)) {
    if (!dense.isSplat())
      return std::nullopt;
    attribute = dense.getSplatValue<Attribute>();
  }
  if (auto real = dyn_cast<FloatAttr>(attribute); real && real.getType().isF32())
    return real.getValue().convertToFloat();
  if (auto integer = dyn_cast<IntegerAttr>(attribute); integer && integer.getType().isInteger(1))
    return integer.getValue().isZero() ? 0.0f : 1.0f;
  return std::nullopt;
}

/// The tensors that an operation's element depends on; nothing for operations that are unknown.
std::optional<std::vector<Value>> tensorOperands(Operation *op) {
  if (isa<linalg::GenericOp>(op) ? !isElementwise(op) : !scalarOperation(op))
    return std::nullopt;
  return elementOperands(op);
}

class Finder {
public:
  explicit Finder(ArrayRef<int64_t> shape) : shape(shape) {}
  std::optional<Dequantized> input;

  bool visit(Value value) {
    if (seen.count(value) || singleValue(value))
      return true;
    seen.insert(value);
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || type.getShape() != shape || seen.size() > kMostOperations)
      return false;
    if (auto found = dequantizedInt8(value)) {
      if (input && !(*input == *found))
        return false;
      input = found;
      return true;
    }
    Operation *op = value.getDefiningOp();
    auto operands = op && op->getNumResults() == 1 ? tensorOperands(op) : std::nullopt;
    return operands && llvm::all_of(*operands, [&](Value operand) { return visit(operand); });
  }

private:
  ArrayRef<int64_t> shape;
  llvm::DenseSet<Value> seen;
};

class Evaluator {
public:
  Evaluator(const Dequantized &input, float element) : input(input), element(element) {}

  std::optional<float> evaluate(Value value) {
    if (auto known = values.find(value); known != values.end())
      return known->second;
    std::optional<float> result = compute(value);
    values[value] = result;
    return result;
  }

private:
  std::optional<float> compute(Value value) {
    if (auto constant = singleValue(value))
      return constant;
    if (auto found = dequantizedInt8(value); found && *found == input)
      return element;
    Operation *op = value.getDefiningOp();
    if (!op)
      return std::nullopt;
    if (auto generic = dyn_cast<linalg::GenericOp>(op))
      return computeGeneric(generic);
    std::vector<float> operands;
    for (Value operand : op->getOperands()) {
      auto known = evaluate(operand);
      if (!known)
        return std::nullopt;
      operands.push_back(*known);
    }
    auto operation = scalarOperation(op);
    return operation ? operation(operands) : std::nullopt;
  }

  std::optional<float> computeGeneric(linalg::GenericOp op) {
    for (auto [argument, operand] : llvm::zip(op.getRegionInputArgs(), op.getDpsInputs())) {
      auto known = evaluate(operand);
      if (!known)
        return std::nullopt;
      values[argument] = known;
    }
    return evaluate(op.getBody()->getTerminator()->getOperand(0));
  }

  const Dequantized &input;
  float element;
  llvm::DenseMap<Value, std::optional<float>> values;
};

} // namespace

std::optional<ElementwiseExpression> findExpression(Value root) {
  auto type = dyn_cast<RankedTensorType>(root.getType());
  if (!type || !type.getElementType().isF32() || dequantized(root))
    return std::nullopt;
  Finder finder(type.getShape());
  if (!finder.visit(root) || !finder.input)
    return std::nullopt;
  return ElementwiseExpression{root, *finder.input};
}

std::optional<float> evaluateExpression(const ElementwiseExpression &expression, float input) {
  return Evaluator(expression.input, input).evaluate(expression.root);
}

} // namespace lockstep
