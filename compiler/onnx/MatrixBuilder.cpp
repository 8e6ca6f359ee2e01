#include "compiler/onnx/MatrixBuilder.h"

#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

namespace {

/// A matrix product's operand: batch axes, then rows and columns.
struct MatrixView {
  Operand operand;
  Extents batch;
  int64_t rows = 0, columns = 0;

  explicit MatrixView(Operand given) : operand(std::move(given)) {
    const llvm::ArrayRef<int64_t> shape = operand.shape();
    batch = Extents(shape.drop_back(2));
    rows = shape[shape.size() - 2];
    columns = shape.back();
  }
  int64_t batches() const { return countOf(batch); }

  /// [batches of `wanted`, rows, columns].
  mlir::Value broadcast(NodeContext &context, llvm::ArrayRef<int64_t> wanted) const {
    const Extents flat{countOf(wanted), rows, columns};
    if (batches() == countOf(wanted))
      return operand.reshaped(flat).value();
    Extents full(wanted);
    full.append({rows, columns});
    return reshaped(context, expanded(context, operand.value(), full), flat);
  }
};

mlir::Value namedMatMul(NodeContext &context, mlir::Value a, mlir::Value b, llvm::ArrayRef<int64_t> shape) {
  const mlir::Value zero = splatTensor(context, shape, elementOf(a), 0);
  return context.builder()
      .create<mlir::linalg::BatchMatmulOp>(context.loc(), mlir::ValueRange{a, b}, mlir::ValueRange{zero})
      .getResult(0);
}

} // namespace

mlir::Value widenedTensor(NodeContext &context, const ImportedValue &value) {
  if (value.element_type != "float16" && value.element_type != "bfloat16")
    return value.value;
  return castTensor(context, value, "float32");
}

mlir::Value narrowedTensor(NodeContext &context, mlir::Value value, const std::string &elementType) {
  if (elementType != "float16" && elementType != "bfloat16")
    return value;
  return castTensor(context, {value, "float32"}, elementType);
}

mlir::Value batchMatMul(NodeContext &context, mlir::Value a, mlir::Value b, const ZeroPoints &zeroPoints) {
  const Extents shape{shapeOf(a)[0], shapeOf(a)[1], shapeOf(b)[2]};
  const mlir::Type element = elementOf(a);
  mlir::OpBuilder &builder = context.builder();
  if (element.isInteger(8)) {
    const auto quantization =
        mlir::tosa::MatMulOpQuantizationAttr::get(builder.getContext(), zeroPoints.first, zeroPoints.second);
    return builder.create<mlir::tosa::MatMulOp>(
        context.loc(), mlir::RankedTensorType::get(shape, builder.getI32Type()), a, b, quantization);
  }
  if (element.isF32())
    return builder.create<mlir::tosa::MatMulOp>(context.loc(), mlir::RankedTensorType::get(shape, element), a,
                                                b, mlir::tosa::MatMulOpQuantizationAttr());
  return namedMatMul(context, a, b, shape);
}

Result<mlir::Value> matMul(NodeContext &context, Operand a, Operand b, const ZeroPoints &zeroPoints) {
  const bool firstVector = a.shape().size() == 1, secondVector = b.shape().size() == 1;
  if (a.shape().empty() || b.shape().empty())
    return context.unsupported("a scalar is no matrix");
  const MatrixView left(firstVector ? a.reshaped({1, a.shape()[0]}) : std::move(a));
  const MatrixView right(secondVector ? b.reshaped({b.shape()[0], 1}) : std::move(b));
  const std::optional<Extents> batch = broadcastShape({left.batch, right.batch});
  if (!batch || left.columns != right.rows)
    return context.unsupported("the shapes do not fit each other");
  Extents shape = *batch;
  if (!firstVector)
    shape.push_back(left.rows);
  if (!secondVector)
    shape.push_back(right.columns);
  // One matrix on the right: all batches of the left are rows of one product.
  if (right.batches() == 1 && left.batches() == countOf(*batch)) {
    const mlir::Value rows = left.operand.reshaped({1, left.batches() * left.rows, left.columns}).value();
    const mlir::Value matrix = right.operand.reshaped({1, right.rows, right.columns}).value();
    return reshaped(context, batchMatMul(context, rows, matrix, zeroPoints), shape);
  }
  const mlir::Value product =
      batchMatMul(context, left.broadcast(context, *batch), right.broadcast(context, *batch), zeroPoints);
  return reshaped(context, product, shape);
}

} // namespace lockstep
