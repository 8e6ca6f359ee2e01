#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"
#include "compiler/onnx/IrTypes.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

#include <cstring>

namespace lockstep {

std::optional<Extents> broadcastShape(llvm::ArrayRef<llvm::ArrayRef<int64_t>> shapes) {
  size_t rank = 0;
  for (auto shape : shapes)
    rank = std::max(rank, shape.size());
  Extents result(rank, 1);
  for (auto shape : shapes)
    for (size_t i = 0; i < shape.size(); ++i) {
      int64_t &extent = result[rank - shape.size() + i];
      if (extent != 1 && shape[i] != 1 && shape[i] != extent)
        return std::nullopt;
      extent = extent == 1 ? shape[i] : extent;
    }
  return result;
}

bool isFloat(mlir::Type type) { return mlir::isa<mlir::FloatType>(type); }
bool isFloat32(const ImportedValue &value) {
  return value.type().getElementType().isF32() && !llvm::is_contained(value.shape(), 0);
}

mlir::ImplicitLocOpBuilder implicitBuilder(NodeContext &context) {
  mlir::ImplicitLocOpBuilder result(context.loc(), context.builder());
  result.setInsertionPoint(context.builder().getInsertionBlock(), context.builder().getInsertionPoint());
  return result;
}

mlir::Value emptyTensor(NodeContext &context, llvm::ArrayRef<int64_t> shape, mlir::Type element) {
  return context.builder().create<mlir::tensor::EmptyOp>(context.loc(), shape, element);
}

mlir::Value splatTensor(NodeContext &context, llvm::ArrayRef<int64_t> shape, mlir::Type element,
                        double value) {
  auto type = mlir::RankedTensorType::get(shape, element);
  mlir::Attribute scalar = isFloat(element)
                               ? mlir::Attribute(context.builder().getFloatAttr(element, value))
                               : mlir::Attribute(context.builder().getIntegerAttr(element, int64_t(value)));
  return context.builder().create<mlir::arith::ConstantOp>(context.loc(),
                                                           mlir::DenseElementsAttr::get(type, scalar));
}

namespace {

mlir::Value roundedToOdd(ScalarBuilder &b, mlir::Value x) {
  // float64 to float32 so that a second rounding to 16 bits gives what one rounding would: an inexact result
  // is cut off and gets an odd last bit.
  using namespace mlir::arith;
  mlir::Type i32 = b.getI32Type();
  mlir::Value nearest = b.create<TruncFOp>(b.getF32Type(), x);
  mlir::Value back = b.create<ExtFOp>(b.getF64Type(), nearest);
  mlir::Value bits = b.create<BitcastOp>(i32, nearest);
  mlir::Value sixtyThree = integerConstant(b, b.getI64Type(), INT64_MAX);
  auto magnitude = [&](mlir::Value value) {
    return b.create<AndIOp>(b.create<BitcastOp>(b.getI64Type(), value), sixtyThree);
  };
  mlir::Value over = b.create<CmpIOp>(CmpIPredicate::ugt, magnitude(back), magnitude(x));
  mlir::Value cut = b.create<SubIOp>(bits, b.create<ExtUIOp>(i32, over));
  mlir::Value odd = b.create<OrIOp>(cut, integerConstant(b, i32, 1));
  mlir::Value inexact = b.create<CmpFOp>(CmpFPredicate::ONE, back, x); // false for NaN
  return b.create<BitcastOp>(b.getF32Type(), b.create<SelectOp>(inexact, odd, bits));
}

mlir::Value toBrain(ScalarBuilder &b, mlir::Value x) {
  using namespace mlir::arith;
  mlir::Type i32 = b.getI32Type();
  mlir::Value bits = b.create<BitcastOp>(i32, x);
  mlir::Value sixteen = integerConstant(b, i32, 16);
  mlir::Value high = b.create<ShRUIOp>(bits, sixteen);
  mlir::Value last = b.create<AndIOp>(high, integerConstant(b, i32, 1));
  mlir::Value bias = b.create<AddIOp>(last, integerConstant(b, i32, 0x7fff));
  mlir::Value rounded = b.create<ShRUIOp>(b.create<AddIOp>(bits, bias), sixteen);
  mlir::Value quiet = b.create<OrIOp>(high, integerConstant(b, i32, 0x40));
  mlir::Value isNan = b.create<CmpFOp>(CmpFPredicate::UNO, x, x);
  mlir::Value result = b.create<SelectOp>(isNan, quiet, rounded);
  return b.create<BitcastOp>(b.getBF16Type(), b.create<TruncIOp>(b.getI16Type(), result));
}

} // namespace

mlir::Value widened(mlir::ImplicitLocOpBuilder &b, mlir::Value scalar) {
  using namespace mlir::arith;
  if (scalar.getType().isF16())
    return b.create<ExtFOp>(b.getF32Type(), scalar);
  if (!scalar.getType().isBF16())
    return scalar;
  mlir::Value bits = b.create<ExtUIOp>(b.getI32Type(), b.create<BitcastOp>(b.getI16Type(), scalar));
  return b.create<BitcastOp>(b.getF32Type(), b.create<ShLIOp>(bits, integerConstant(b, b.getI32Type(), 16)));
}

mlir::Value narrowed(mlir::ImplicitLocOpBuilder &b, mlir::Value scalar, mlir::Type element) {
  if (!(element.isF16() || element.isBF16()) || scalar.getType() == element)
    return scalar;
  if (scalar.getType().isF64())
    scalar = roundedToOdd(b, scalar);
  if (element.isBF16())
    return toBrain(b, scalar);
  return b.create<mlir::arith::TruncFOp>(element, scalar);
}

namespace {

mlir::AffineMap broadcastMap(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to,
                             mlir::MLIRContext *context) {
  llvm::SmallVector<mlir::AffineExpr> results;
  for (size_t i = 0; i < from.size(); ++i) {
    size_t dim = to.size() - from.size() + i;
    results.push_back(from[i] == 1 && to[dim] != 1 ? mlir::getAffineConstantExpr(0, context)
                                                   : mlir::getAffineDimExpr(unsigned(dim), context));
  }
  return mlir::AffineMap::get(unsigned(to.size()), 0, results, context);
}

} // namespace

mlir::Value mapElements(NodeContext &context, mlir::ValueRange inputs, llvm::ArrayRef<int64_t> shape,
                        mlir::Type element, ScalarBody body) {
  mlir::OpBuilder &builder = context.builder();
  if (llvm::is_contained(shape, 0)) // canonicalization of broadcasts of nothing does not end
    return emptyTensor(context, shape, element);
  llvm::SmallVector<mlir::AffineMap> maps;
  for (mlir::Value input : inputs)
    maps.push_back(broadcastMap(mlir::cast<mlir::RankedTensorType>(input.getType()).getShape(), shape,
                                builder.getContext()));
  maps.push_back(builder.getMultiDimIdentityMap(unsigned(shape.size())));
  llvm::SmallVector<mlir::utils::IteratorType> iterators(shape.size(), mlir::utils::IteratorType::parallel);
  auto emit = [&](mlir::OpBuilder &nested, mlir::Location loc, mlir::ValueRange arguments) {
    mlir::ImplicitLocOpBuilder b(loc, nested);
    llvm::SmallVector<mlir::Value> scalars;
    for (mlir::Value argument : arguments.drop_back())
      scalars.push_back(widened(b, argument));
    b.create<mlir::linalg::YieldOp>(narrowed(b, body(b, scalars), element));
  };
  mlir::Value empty = emptyTensor(context, shape, element);
  return builder
      .create<mlir::linalg::GenericOp>(context.loc(), empty.getType(), inputs, empty, maps, iterators, emit)
      .getResult(0);
}

mlir::Value mapIndices(NodeContext &context, llvm::ArrayRef<int64_t> shape, mlir::Type element,
                       ScalarBody body) {
  return mapElements(context, {}, shape, element, [&](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange) {
    llvm::SmallVector<mlir::Value> indices;
    for (size_t i = 0; i < shape.size(); ++i)
      indices.push_back(b.create<mlir::linalg::IndexOp>(i));
    return body(b, indices);
  });
}

mlir::Value castTensor(NodeContext &context, const ImportedValue &input, const std::string &elementType) {
  if (input.element_type == elementType)
    return input.value;
  mlir::Type to = irElementType(elementType, context.builder().getContext());
  bool toUnsigned = elementType[0] == 'u' || elementType == "bool";
  bool fromUnsigned = input.isUnsigned() || input.element_type == "bool";
  mlir::Type computed = to.isF16() || to.isBF16() ? mlir::Type(context.builder().getF64Type()) : to;
  return mapElements(context, input.value, input.shape(), to, [&](ScalarBuilder &b, mlir::ValueRange x) {
    mlir::Type target = x[0].getType().isF32() && computed != to ? x[0].getType() : computed;
    return scalarCast(b, x[0], fromUnsigned, target, toUnsigned);
  });
}

Error needsConstant(const NodeContext &context, size_t index) {
  std::string name = int(index) < context.node().input_size() ? context.node().input(int(index)) : "";
  return context.unsupported("input `" + name + "` (" + std::to_string(index) +
                             ") must be known while compiling");
}

namespace {

template <typename T> void append(std::vector<double> &numbers, const Tensor &tensor) {
  for (size_t at = 0; at + sizeof(T) <= tensor.bytes.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, tensor.bytes.data() + at, sizeof(T));
    numbers.push_back(double(value));
  }
}

} // namespace

Result<std::vector<double>> constantNumbers(const NodeContext &context, size_t index) {
  std::optional<Tensor> tensor = context.constantInput(index);
  if (!tensor)
    return needsConstant(context, index);
  std::vector<double> numbers;
  if (tensor->element_type == "float32")
    append<float>(numbers, *tensor);
  else if (tensor->element_type == "float64")
    append<double>(numbers, *tensor);
  else if (tensor->element_type == "int64")
    append<int64_t>(numbers, *tensor);
  else if (tensor->element_type == "int32")
    append<int32_t>(numbers, *tensor);
  else if (tensor->element_type == "uint8" || tensor->element_type == "bool")
    append<uint8_t>(numbers, *tensor);
  else if (tensor->element_type == "int8")
    append<int8_t>(numbers, *tensor);
  else
    return context.unsupported("input " + std::to_string(index) + " has type " + tensor->element_type +
                               " where numbers are needed while compiling");
  return numbers;
}

Result<std::vector<int64_t>> constantIntegers(const NodeContext &context, size_t index) {
  std::optional<Tensor> tensor = context.constantInput(index);
  if (tensor && tensor->element_type == "int64") {
    std::vector<int64_t> integers(tensor->bytes.size() / 8);
    if (!integers.empty())
      std::memcpy(integers.data(), tensor->bytes.data(), integers.size() * 8);
    return integers;
  }
  auto numbers = constantNumbers(context, index);
  if (!numbers)
    return numbers.error();
  return std::vector<int64_t>(numbers->begin(), numbers->end());
}

std::optional<int64_t> normalizedAxis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return std::nullopt;
  return axis < 0 ? axis + rank : axis;
}

} // namespace lockstep
