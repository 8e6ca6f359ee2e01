#include "compiler/host/LibraryProduct.h"

#include <mlir/IR/Matchers.h>

namespace lockstep {
namespace {

using namespace mlir;

ShapedType typeOf(Value value) { return cast<ShapedType>(value.getType()); }
Type elementOf(Value value) { return typeOf(value).getElementType(); }

/// "f32" or "i8"; empty: the library has no function for these types.
std::string suffixOf(linalg::LinalgOp op) {
  Type a = elementOf(op->getOperand(0)), b = elementOf(op->getOperand(1));
  Type c = elementOf(op.getDpsInits()[0]);
  if (a.isF32() && b.isF32() && c.isF32())
    return "f32";
  return a.isInteger(8) && b.isInteger(8) && c.isInteger(32) ? "i8" : "";
}

/// Zero points of a quantized operation: inputs 2 and 3, constants that int8 holds.
std::optional<std::vector<int64_t>> zeroPointsOf(linalg::LinalgOp op) {
  std::vector<int64_t> zeroPoints;
  for (Value input : llvm::drop_begin(op.getDpsInputs(), 2)) {
    APInt value;
    if (!matchPattern(input, m_ConstantInt(&value)) || !value.isSignedIntN(8))
      return std::nullopt;
    zeroPoints.push_back(value.getSExtValue());
  }
  zeroPoints.resize(2);
  return zeroPoints;
}

/// batch, m, n, k.
std::vector<int64_t> matmulNumbers(linalg::LinalgOp op) {
  ArrayRef<int64_t> a = typeOf(op->getOperand(0)).getShape(), b = typeOf(op->getOperand(1)).getShape();
  const bool batched = a.size() == 3;
  return {batched ? a[0] : 1, a[a.size() - 2], b.back(), a.back()};
}

template <typename Convolution> std::vector<int64_t> convolutionNumbers(Convolution op) {
  ArrayRef<int64_t> in = typeOf(op->getOperand(0)).getShape(), weights = typeOf(op->getOperand(1)).getShape();
  ArrayRef<int64_t> out = typeOf(op.getDpsInits()[0]).getShape();
  const auto two = [](DenseIntElementsAttr attribute) {
    auto values = llvm::to_vector(attribute.template getValues<int64_t>());
    return std::pair(values[0], values[1]);
  };
  const auto [sh, sw] = two(op.getStrides());
  const auto [dh, dw] = two(op.getDilations());
  return {in[0], in[1], in[2], in[3], out[1], out[2], out[3], weights[1], weights[2], sh, sw, dh, dw};
}

std::optional<std::pair<std::string, std::vector<int64_t>>> kindAndNumbers(linalg::LinalgOp op) {
  if (isa<linalg::MatmulOp, linalg::BatchMatmulOp, linalg::QuantizedMatmulOp, linalg::QuantizedBatchMatmulOp>(
          op))
    return std::pair("matmul", matmulNumbers(op));
  if (auto convolution = dyn_cast<linalg::Conv2DNhwcFhwcOp>(op.getOperation()))
    return std::pair("conv", convolutionNumbers(convolution));
  if (auto convolution = dyn_cast<linalg::Conv2DNhwcFhwcQOp>(op.getOperation()))
    return std::pair("conv", convolutionNumbers(convolution));
  return std::nullopt;
}

/// linalg's casts may also be unsigned, which the library's operands are not.
bool castsUnsigned(linalg::LinalgOp op) {
  auto cast = op->getAttrOfType<linalg::TypeFnAttr>("cast");
  return cast && cast.getValue() == linalg::TypeFn::cast_unsigned;
}

} // namespace

std::optional<LibraryProduct> libraryProduct(linalg::LinalgOp op) {
  if (op.hasDynamicShape() || castsUnsigned(op))
    return std::nullopt;
  auto kind = kindAndNumbers(op);
  if (!kind)
    return std::nullopt;
  const std::string suffix = suffixOf(op);
  auto zeroPoints = zeroPointsOf(op);
  if (suffix.empty() || !zeroPoints)
    return std::nullopt;
  LibraryProduct product{"lockstep_onednn_" + kind->first + "_" + suffix, kind->second};
  if (suffix == "i8")
    product.numbers.insert(product.numbers.end(), zeroPoints->begin(), zeroPoints->end());
  return product;
}

bool isHeavyProduct(linalg::LinalgOp op, uint64_t threshold) {
  if (!libraryProduct(op))
    return false;
  uint64_t products = 1;
  for (int64_t range : op.getStaticLoopRanges())
    if (__builtin_mul_overflow(products, static_cast<uint64_t>(range), &products))
      return true;
  return products >= threshold;
}

} // namespace lockstep
