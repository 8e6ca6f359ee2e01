#include "compiler/map/IndexExpression.h"

#include <mlir/IR/AffineExpr.h>
#include <mlir/IR/MLIRContext.h>

#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <map>

namespace lockstep {
namespace {

/// Of a linear expression: what one step of the iterator adds.
int64_t coefficient(mlir::AffineExpr expression, unsigned iterator) {
  if (auto dimension = mlir::dyn_cast<mlir::AffineDimExpr>(expression))
    return dimension.getPosition() == iterator ? 1 : 0;
  const auto binary = mlir::dyn_cast<mlir::AffineBinaryOpExpr>(expression);
  if (!binary)
    return 0;
  const int64_t left = coefficient(binary.getLHS(), iterator);
  if (binary.getKind() == mlir::AffineExprKind::Add)
    return left + coefficient(binary.getRHS(), iterator);
  const auto factor = mlir::dyn_cast<mlir::AffineConstantExpr>(binary.getRHS());
  return binary.getKind() == mlir::AffineExprKind::Mul && factor ? left * factor.getValue() : 0;
}

/// Of a linear expression: its value where all iterators are 0.
int64_t constantPart(mlir::AffineExpr expression) {
  if (auto constant = mlir::dyn_cast<mlir::AffineConstantExpr>(expression))
    return constant.getValue();
  const auto sum = mlir::dyn_cast<mlir::AffineBinaryOpExpr>(expression);
  return sum && sum.getKind() == mlir::AffineExprKind::Add
             ? constantPart(sum.getLHS()) + constantPart(sum.getRHS())
             : 0;
}

/// Builds an expression iterator by iterator and axis by axis.
class ExpressionBuilder {
public:
  explicit ExpressionBuilder(mlir::MLIRContext &context) : context(context) {}

  /// The iterator as an affine expression; the constant 0 if it has one value only and is not kept.
  mlir::AffineExpr iterator(const std::string &name, int64_t extent, bool isReduction, bool keep) {
    if (extent == 1 && !keep)
      return mlir::getAffineConstantExpr(0, &context);
    expression.iterators.push_back({name, extent, isReduction});
    return mlir::getAffineDimExpr(static_cast<unsigned>(expression.iterators.size() - 1), &context);
  }

  IndexOperand operand(const std::string &name, const std::vector<mlir::AffineExpr> &axes,
                       const std::vector<int64_t> &shape) {
    IndexOperand made;
    made.name = name;
    made.map = mlir::AffineMap::get(static_cast<unsigned>(expression.iterators.size()), 0, axes, &context);
    made.shape = shape;
    return made;
  }

  IndexExpression expression;

private:
  mlir::MLIRContext &context;
};

std::string axisText(mlir::AffineExpr axis, const std::vector<IndexIterator> &iterators) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << axis;
  for (size_t i = iterators.size(); i-- > 0;) { // from the back: d1 is a part of d10
    const std::string dimension = "d" + std::to_string(i);
    const std::string &name = iterators[i].name;
    for (size_t at = text.find(dimension); at != std::string::npos;
         at = text.find(dimension, at + name.size()))
      text.replace(at, dimension.size(), name);
  }
  return text;
}

std::string accessText(const IndexOperand &operand, const std::vector<IndexIterator> &iterators) {
  std::string text;
  for (mlir::AffineExpr axis : operand.map.getResults())
    text += (text.empty() ? "" : ", ") + axisText(axis, iterators);
  return operand.name + "[" + text + "]";
}

} // namespace

bool IndexExpression::uses(const IndexOperand &operand, unsigned iterator) const {
  return llvm::any_of(operand.map.getResults(),
                      [&](mlir::AffineExpr axis) { return axis.isFunctionOfDim(iterator); });
}

int64_t IndexExpression::stride(const IndexOperand &operand, unsigned iterator) const {
  int64_t stride = 0, axisStride = 1;
  for (size_t axis = operand.shape.size(); axis-- > 0;) {
    stride += axisStride * coefficient(operand.map.getResult(static_cast<unsigned>(axis)), iterator);
    axisStride *= operand.shape[axis];
  }
  return stride;
}

std::pair<int64_t, int64_t> IndexExpression::range(const IndexOperand &operand, unsigned axis) const {
  const mlir::AffineExpr expression = operand.map.getResult(axis);
  int64_t low = constantPart(expression), high = low;
  for (unsigned i = 0; i < iterators.size(); ++i) {
    const int64_t way = coefficient(expression, i) * (iterators[i].extent - 1);
    (way < 0 ? low : high) += way;
  }
  return {low, high};
}

int64_t IndexExpression::extent(const std::vector<unsigned> &chosen) const {
  int64_t product = 1;
  for (unsigned iterator : chosen)
    product *= iterators[iterator].extent;
  return product;
}

IndexExpression productExpression(const GemmProblem &p, int64_t batch, bool constantB,
                                  mlir::MLIRContext &context) {
  ExpressionBuilder builder(context);
  const mlir::AffineExpr b = builder.iterator("b", batch, false, false),
                         m = builder.iterator("m", p.m, false, true),
                         n = builder.iterator("n", p.n, false, true),
                         k = builder.iterator("k", p.k, true, true);
  IndexExpression &e = builder.expression;
  using Axes = std::vector<mlir::AffineExpr>;
  using Extents = std::vector<int64_t>;
  e.left = builder.operand("a", p.a_transposed ? Axes{b, k, m} : Axes{b, m, k},
                           p.a_transposed ? Extents{batch, p.k, p.m} : Extents{batch, p.m, p.k});
  e.right = builder.operand("b", p.b_transposed ? Axes{b, n, k} : Axes{b, k, n},
                            p.b_transposed ? Extents{batch, p.n, p.k} : Extents{batch, p.k, p.n});
  e.right.is_constant = constantB;
  e.result = builder.operand("c", {b, m, n}, {batch, p.m, p.n});
  e.element_bytes_of_result = elementBytes(p.output);
  return e;
}

IndexExpression convolutionExpression(const ConvProblem &p, mlir::MLIRContext &context) {
  ExpressionBuilder builder(context);
  const mlir::AffineExpr n = builder.iterator("n", p.batch, false, false),
                         y = builder.iterator("y", p.outHeight(), false, false),
                         x = builder.iterator("x", p.outWidth(), false, false),
                         g = builder.iterator("g", p.groups, false, false),
                         k = builder.iterator("k", p.out_channels, false, p.groups == 1),
                         r = builder.iterator("r", p.kernel_height, true, false),
                         s = builder.iterator("s", p.kernel_width, true, false),
                         c = builder.iterator("c", p.in_channels, true, p.groups == 1);
  IndexExpression &e = builder.expression;
  e.left = builder.operand(
      "in",
      {n, y * p.stride_h + r * p.dilation_h - p.pad_top, x * p.stride_w + s * p.dilation_w - p.pad_left,
       g * p.in_channels + c},
      {p.batch, p.in_height, p.in_width, std::max(p.input_pixel_stride, p.groups * p.in_channels)});
  e.right = builder.operand("weights", {g, r, s, c, k},
                            {p.groups, p.kernel_height, p.kernel_width, p.in_channels, p.out_channels});
  e.right.is_constant = true;
  e.element_bytes_of_result = elementBytes(p.output);
  e.result = builder.operand("out", {n, y, x, g * p.out_channels + k},
                             {p.batch, p.outHeight(), p.outWidth(), p.groups * p.out_channels});
  return e;
}

IndexExpression capabilityExpression(const Capability &capability, mlir::MLIRContext &context) {
  ExpressionBuilder builder(context);
  std::map<std::string, mlir::AffineExpr> named;
  for (const CapabilityDimension &dimension : capability.dimensions)
    named[dimension.name] = builder.iterator(dimension.name, dimension.tile, dimension.isReduction, true);
  IndexExpression &e = builder.expression;
  std::vector<IndexOperand> sources;
  for (const CapabilityOperand &operand : capability.operands) {
    std::vector<mlir::AffineExpr> axes;
    for (const std::string &index : operand.indices)
      axes.push_back(named[index]);
    IndexOperand made = builder.operand(operand.name, axes, std::vector<int64_t>(axes.size(), 1));
    made.turned_on_the_way = operand.mayBeTransposed;
    if (operand.isResult)
      e.result = made;
    else
      sources.push_back(made);
  }
  e.left = sources.at(0);
  e.right = sources.at(1);
  return e;
}

std::string printExpression(const IndexExpression &e) {
  std::string text = accessText(e.result, e.iterators) + " += " + accessText(e.left, e.iterators) + " * " +
                     accessText(e.right, e.iterators);
  for (const IndexIterator &iterator : e.iterators)
    text += ", " + iterator.name + " " + std::to_string(iterator.extent);
  return text;
}

} // namespace lockstep
