#include "compiler/onnx/IrTypes.h"

#include "compiler/onnx/OnnxModel.h"

#include <mlir/IR/Builders.h>

namespace lockstep {

mlir::Type irElementType(const std::string &elementType, mlir::MLIRContext *context) {
  mlir::Builder builder(context);
  if (elementType == "float32")
    return builder.getF32Type();
  if (elementType == "float64")
    return builder.getF64Type();
  if (elementType == "float16")
    return builder.getF16Type();
  if (elementType == "bfloat16")
    return builder.getBF16Type();
  if (elementType == "bool")
    return builder.getI1Type();
  const uint64_t bytes = elementBytes(elementType);
  return bytes ? builder.getIntegerType(static_cast<unsigned>(8 * bytes)) : mlir::Type();
}

std::string elementTypeOf(mlir::Type type) {
  static const char *const kNames[] = {"float32", "float64", "float16", "bfloat16", "bool",
                                       "int8",    "int16",   "int32",   "int64"};
  for (const char *name : kNames)
    if (irElementType(name, type.getContext()) == type)
      return name;
  return "";
}

mlir::RankedTensorType irType(const std::string &elementType, llvm::ArrayRef<int64_t> shape,
                              mlir::MLIRContext *context) {
  return mlir::RankedTensorType::get(shape, irElementType(elementType, context));
}

mlir::DenseElementsAttr irAttribute(const Tensor &tensor, mlir::MLIRContext *context) {
  const llvm::SmallVector<int64_t> shape(tensor.shape.begin(), tensor.shape.end());
  const mlir::RankedTensorType type = irType(tensor.element_type, shape, context);
  if (tensor.element_type == "bool") {
    const llvm::SmallVector<bool> bits(tensor.bytes.begin(), tensor.bytes.end());
    return mlir::DenseElementsAttr::get(type, bits);
  }
  return mlir::DenseElementsAttr::getFromRawBuffer(
      type, llvm::ArrayRef(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size()));
}

std::optional<Tensor> tensorOfAttribute(mlir::DenseElementsAttr attribute, const std::string &elementType) {
  const auto type = mlir::cast<mlir::ShapedType>(attribute.getType());
  if (irElementType(elementType, type.getContext()) != type.getElementType())
    return std::nullopt;
  Tensor tensor{elementType, {type.getShape().begin(), type.getShape().end()}, {}};
  const uint64_t size = elementBytes(elementType);
  if (elementType == "bool") {
    for (bool bit : attribute.getValues<bool>())
      tensor.bytes.push_back(bit);
    return tensor;
  }
  const llvm::ArrayRef<char> raw = attribute.getRawData();
  const uint64_t count = elementCount(tensor.shape);
  tensor.bytes.reserve(count * size);
  if (!attribute.isSplat()) {
    tensor.bytes.assign(raw.begin(), raw.end());
    return tensor;
  }
  for (uint64_t i = 0; i < count; ++i)
    tensor.bytes.insert(tensor.bytes.end(), raw.begin(), raw.begin() + static_cast<long>(size));
  return tensor;
}

std::optional<std::vector<int64_t>> staticShape(const onnx::TypeProto &type) {
  if (!type.has_tensor_type() || !type.tensor_type().has_shape())
    return std::nullopt;
  std::vector<int64_t> shape;
  for (const auto &dim : type.tensor_type().shape().dim()) {
    if (!dim.has_dim_value() || dim.dim_value() < 0)
      return std::nullopt;
    shape.push_back(dim.dim_value());
  }
  return shape;
}

onnx::TypeProto onnxTensorType(const std::string &elementType, llvm::ArrayRef<int64_t> shape) {
  onnx::TypeProto type;
  type.mutable_tensor_type()->set_elem_type(onnxTypeOf(elementType));
  onnx::TensorShapeProto *extents = type.mutable_tensor_type()->mutable_shape();
  for (int64_t extent : shape)
    extents->add_dim()->set_dim_value(extent);
  return type;
}

} // namespace lockstep
