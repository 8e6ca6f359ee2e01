// Tensors of ONNX files and tensors of ours.
#include "compiler/onnx/OnnxModel.h"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lockstep {

namespace {

struct TypeName {
  int onnx_type;
  const char *name;
};
constexpr TypeName kTypeNames[] = {
    {onnx::TensorProto::FLOAT, "float32"},    {onnx::TensorProto::UINT8, "uint8"},
    {onnx::TensorProto::INT8, "int8"},        {onnx::TensorProto::UINT16, "uint16"},
    {onnx::TensorProto::INT16, "int16"},      {onnx::TensorProto::INT32, "int32"},
    {onnx::TensorProto::INT64, "int64"},      {onnx::TensorProto::BOOL, "bool"},
    {onnx::TensorProto::FLOAT16, "float16"},  {onnx::TensorProto::DOUBLE, "float64"},
    {onnx::TensorProto::UINT32, "uint32"},    {onnx::TensorProto::UINT64, "uint64"},
    {onnx::TensorProto::BFLOAT16, "bfloat16"}};

Error tensorError(const onnx::TensorProto &proto, const std::string &what) {
  return {ErrorKind::Model, fmt::format("tensor '{}': {}", proto.name(), what)};
}

Result<std::vector<uint64_t>> shapeOf(const onnx::TensorProto &proto) {
  std::vector<uint64_t> shape;
  for (int64_t extent : proto.dims()) {
    if (extent < 0)
      return tensorError(proto, fmt::format("extent {} is negative", extent));
    shape.push_back(static_cast<uint64_t>(extent));
  }
  return shape;
}

/// Stores the low `bytes` bytes of each value.
template <typename Values> std::vector<uint8_t> narrowed(const Values &values, uint64_t bytes) {
  std::vector<uint8_t> result(static_cast<size_t>(values.size()) * bytes);
  uint8_t *to = result.data();
  for (auto value : values) {
    std::memcpy(to, &value, bytes);
    to += bytes;
  }
  return result;
}

/// The elements that stand in the typed fields of a TensorProto.
std::vector<uint8_t> typedBytes(const onnx::TensorProto &proto, uint64_t bytes) {
  switch (proto.data_type()) {
  case onnx::TensorProto::FLOAT:
    return narrowed(proto.float_data(), bytes);
  case onnx::TensorProto::DOUBLE:
    return narrowed(proto.double_data(), bytes);
  case onnx::TensorProto::INT64:
    return narrowed(proto.int64_data(), bytes);
  case onnx::TensorProto::UINT32:
  case onnx::TensorProto::UINT64:
    return narrowed(proto.uint64_data(), bytes);
  default: // small types, bool and halves as bits in int32
    return narrowed(proto.int32_data(), bytes);
  }
}

void makeBooleans(Tensor &tensor) {
  if (tensor.element_type == "bool")
    for (uint8_t &byte : tensor.bytes)
      byte = byte != 0;
}

} // namespace

std::string elementTypeName(int onnxType) {
  for (const TypeName &type : kTypeNames)
    if (type.onnx_type == onnxType)
      return type.name;
  return "";
}

int onnxTypeOf(const std::string &elementType) {
  for (const TypeName &type : kTypeNames)
    if (type.name == elementType)
      return type.onnx_type;
  return onnx::TensorProto::UNDEFINED;
}

Result<Tensor> tensorOf(const onnx::TensorProto &proto) {
  Tensor tensor;
  tensor.element_type = elementTypeName(proto.data_type());
  const uint64_t bytes = elementBytes(tensor.element_type);
  if (bytes == 0)
    return tensorError(proto, fmt::format("element type {} is not supported", proto.data_type()));
  Result<std::vector<uint64_t>> shape = shapeOf(proto);
  if (!shape)
    return shape.error();
  tensor.shape = *shape;
  if (proto.data_location() == onnx::TensorProto::EXTERNAL)
    return tensorError(proto, "its data is in another file, which was not read");
  if (proto.has_raw_data())
    tensor.bytes.assign(proto.raw_data().begin(), proto.raw_data().end());
  else
    tensor.bytes = typedBytes(proto, bytes);
  const uint64_t count = elementCount(tensor.shape);
  if (count > UINT64_MAX / bytes || count * bytes != tensor.bytes.size())
    return tensorError(proto,
                       fmt::format("{} bytes of data do not fit {} elements of {}, shape {}",
                                   tensor.bytes.size(), count, tensor.element_type, shapeText(tensor.shape)));
  makeBooleans(tensor);
  return tensor;
}

onnx::TensorProto protoOf(const Tensor &tensor, const std::string &name) {
  onnx::TensorProto proto;
  proto.set_name(name);
  proto.set_data_type(onnxTypeOf(tensor.element_type));
  for (uint64_t extent : tensor.shape)
    proto.add_dims(static_cast<int64_t>(extent));
  proto.set_raw_data(tensor.bytes.data(), tensor.bytes.size());
  return proto;
}

Result<NamedTensor> readTensorPb(const std::string &file) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(file, failure))
    return Error{ErrorKind::Usage, fmt::format("{}: cannot be read, or is not a file", file)};
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.good() && !stream.eof())
    return Error{ErrorKind::Usage, fmt::format("{}: cannot be read", file)};
  onnx::TensorProto proto;
  if (!proto.ParseFromString(bytes))
    return Error{ErrorKind::Usage, fmt::format("{}: not an ONNX tensor, or truncated", file)};
  Result<Tensor> tensor = tensorOf(proto);
  if (!tensor)
    return Error{ErrorKind::Usage, fmt::format("{}: {}", file, tensor.error().message)};
  return NamedTensor{proto.name(), std::move(*tensor)};
}

} // namespace lockstep
