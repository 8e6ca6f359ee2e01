// Operators whose result is known while compiling, or is a pattern: Constant, ConstantOfShape, Shape, Size,
// EyeLike, Range, windows.
#include "compiler/onnx/ConstantMovement.h"
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"
#include "compiler/onnx/IrTypes.h"
#include "compiler/onnx/OnnxModel.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lockstep {

namespace {

constexpr int64_t kMaximumElements = int64_t(1) << 32; // what a model may ask for by a number alone

template <typename T>
Tensor tensorFrom(const char *elementType, const std::vector<T> &values, bool isScalar) {
  Tensor tensor{elementType, {}, {}};
  if (!isScalar)
    tensor.shape.push_back(values.size());
  tensor.bytes.resize(values.size() * sizeof(T));
  if (!values.empty())
    std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

Tensor integers(const std::vector<int64_t> &values, bool isScalar) {
  return tensorFrom("int64", values, isScalar);
}

Status importConstant(NodeContext &context) {
  if (const auto *value = context.attribute("value")) {
    auto tensor = tensorOf(value->t());
    if (!tensor)
      return tensor.error();
    context.setConstantOutput(0, *tensor);
  } else if (const auto *value = context.attribute("value_int")) {
    context.setConstantOutput(0, integers({value->i()}, true));
  } else if (context.attribute("value_ints")) {
    context.setConstantOutput(0, integers(context.intsAttribute("value_ints"), false));
  } else if (const auto *value = context.attribute("value_float")) {
    context.setConstantOutput(0, tensorFrom<float>("float32", {value->f()}, true));
  } else if (const auto *value = context.attribute("value_floats")) {
    std::vector<float> values(value->floats().begin(), value->floats().end());
    context.setConstantOutput(0, tensorFrom<float>("float32", values, false));
  } else {
    return context.unsupported("its value is not a dense tensor of numbers");
  }
  return {};
}

/// Errors: a negative extent, or more than kMaximumElements.
Status checkExtents(const NodeContext &context, llvm::ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape) {
    if (extent < 0 || extent > kMaximumElements)
      return context.unsupported("an extent of its shape is " + std::to_string(extent));
    count *= extent;
    if (count > kMaximumElements)
      return context.unsupported("its result has over 2^32 elements");
  }
  return {};
}

Status importConstantOfShape(NodeContext &context) {
  auto shape = constantIntegers(context, 0);
  if (!shape)
    return shape.error();
  if (Status status = checkExtents(context, *shape); !status)
    return status;
  Tensor scalar = zeroTensor("float32", {1});
  if (const auto *value = context.attribute("value")) {
    auto tensor = tensorOf(value->t());
    if (!tensor)
      return tensor.error();
    scalar = *tensor;
  }
  if (elementCount(scalar.shape) != 1)
    return context.unsupported("its value does not have one element");
  scalar = reshapedTensor(std::move(scalar), {});
  if (countOf(*shape) <= 1024)
    context.setConstantOutput(0, expandedTensor(scalar, *shape));
  else
    context.setOutput(0, expanded(context, context.constant(scalar), *shape), scalar.element_type);
  return {};
}

Status importShape(NodeContext &context) {
  auto shape = context.input(0).shape();
  int64_t rank = int64_t(shape.size());
  auto bound = [&](const char *name, int64_t otherwise) {
    int64_t at = context.intAttribute(name, otherwise);
    return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  int64_t start = bound("start", 0), end = std::max(start, bound("end", rank));
  context.setConstantOutput(0, integers({shape.begin() + start, shape.begin() + end}, false));
  return {};
}

Status importSize(NodeContext &context) {
  context.setConstantOutput(0, integers({countOf(context.input(0).shape())}, true));
  return {};
}

Status importEyeLike(NodeContext &context) {
  ImportedValue x = context.input(0);
  if (x.shape().size() != 2)
    return context.unsupported("its input is not a matrix");
  std::string type =
      context.attribute("dtype") ? elementTypeName(int(context.intAttribute("dtype", 0))) : x.element_type;
  if (type.empty())
    return context.unsupported("its type is no number");
  int64_t k = context.intAttribute("k", 0);
  mlir::Type element = irElementType(type, context.builder().getContext());
  mlir::Value result = mapIndices(context, x.shape(), element, [&](ScalarBuilder &b, mlir::ValueRange at) {
    mlir::Value diagonal = b.create<mlir::arith::AddIOp>(at[0], integerConstant(b, b.getIndexType(), k));
    mlir::Value isSet = scalarCompare(b, Comparison::Equal, diagonal, at[1], false);
    mlir::Type computed = element.isF16() || element.isBF16() ? mlir::Type(b.getF32Type()) : element;
    return scalarSelect(b, isSet, scalarConstant(b, computed, 1), scalarConstant(b, computed, 0));
  });
  context.setOutput(0, result, type);
  return {};
}

/// start + i delta for all i with a result before limit.
Status importRange(NodeContext &context) {
  double bounds[3];
  for (size_t i = 0; i < 3; ++i) {
    auto numbers = constantNumbers(context, i);
    if (!numbers)
      return numbers.error();
    if (numbers->size() != 1)
      return context.unsupported("start, limit and delta are one number each");
    bounds[i] = (*numbers)[0];
  }
  double count = std::max(0.0, std::ceil((bounds[1] - bounds[0]) / bounds[2]));
  if (!(count <= double(kMaximumElements)))
    return context.unsupported("its result has over 2^32 elements");
  ImportedValue start = context.input(0), delta = context.input(2);
  mlir::Type element = start.type().getElementType();
  mlir::Value from = reshaped(context, start.value, {}), by = reshaped(context, delta.value, {});
  mlir::Value result =
      mapElements(context, {from, by}, {int64_t(count)}, element, [&](ScalarBuilder &b, mlir::ValueRange v) {
        mlir::Value place = b.create<mlir::linalg::IndexOp>(0);
        mlir::Value i = b.create<mlir::arith::IndexCastOp>(b.getI64Type(), place);
        return scalarAdd(b, v[0], scalarMul(b, scalarCast(b, i, false, v[0].getType(), false), v[1]));
      });
  context.setOutput(0, result, start.element_type);
  return {};
}

/// w[i] = a + b cos(2 pi i / n) + c cos(4 pi i / n), n = size, or size - 1 for symmetric windows.
NodeImporter window(double a, double b, double c) {
  return [=](NodeContext &context) -> Status {
    auto size = constantIntegers(context, 0);
    if (!size)
      return size.error();
    if (size->size() != 1 || (*size)[0] < 0 || (*size)[0] > (int64_t(1) << 24))
      return context.unsupported("its size is not a number from 0 to 2^24");
    std::string type = elementTypeName(int(context.intAttribute("output_datatype", 1)));
    if (type.empty())
      return context.unsupported("its type is no number");
    int64_t count = (*size)[0], period = context.intAttribute("periodic", 1) ? count : count - 1;
    std::vector<double> values;
    for (int64_t i = 0; i < count; ++i) {
      double angle = 2 * M_PI * double(i) / double(std::max<int64_t>(1, period));
      values.push_back(a + b * std::cos(angle) + c * std::cos(2 * angle));
    }
    ImportedValue exact{context.constant(tensorFrom<double>("float64", values, false)), "float64"};
    context.setOutput(0, castTensor(context, exact, type), type);
    return {};
  };
}

} // namespace

void addConstantImporters(NodeImporters &importers) {
  importers["Constant"] = importConstant;
  importers["ConstantOfShape"] = importConstantOfShape;
  importers["Shape"] = importShape;
  importers["Size"] = importSize;
  importers["EyeLike"] = importEyeLike;
  importers["Range"] = importRange;
  importers["HannWindow"] = window(0.5, -0.5, 0);
  importers["HammingWindow"] = window(25.0 / 46.0, -21.0 / 46.0, 0);
  importers["BlackmanWindow"] = window(0.42, -0.5, 0.08);
}

} // namespace lockstep
