#include "compiler/onnx/ExternalData.h"

#include "compiler/onnx/OnnxModel.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

Error dataError(const onnx::TensorProto &tensor, const std::string &what) {
  return {ErrorKind::Model, fmt::format("external data of tensor '{}': {}", tensor.name(), what)};
}

struct Place {
  std::string location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
};

std::optional<uint64_t> numberOf(const std::string &text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

Result<Place> placeOf(const onnx::TensorProto &tensor) {
  Place place;
  for (const onnx::StringStringEntryProto &entry : tensor.external_data()) {
    if (entry.key() == "location")
      place.location = entry.value();
    if (entry.key() != "offset" && entry.key() != "length")
      continue;
    const std::optional<uint64_t> number = numberOf(entry.value());
    if (!number)
      return dataError(tensor, fmt::format("{} '{}' is not a number", entry.key(), entry.value()));
    if (entry.key() == "offset")
      place.offset = *number;
    else
      place.length = *number;
  }
  if (place.location.empty())
    return dataError(tensor, "no location is given");
  return place;
}

/// The file, which lies in the folder even when links are followed.
Result<fs::path> fileOf(const onnx::TensorProto &tensor, const std::string &location,
                        const std::string &folder) {
  std::error_code failure;
  const fs::path root = fs::canonical(folder.empty() ? "." : folder, failure);
  if (failure)
    return dataError(tensor, fmt::format("folder '{}' cannot be read", folder));
  if (fs::path(location).is_absolute())
    return dataError(tensor, fmt::format("'{}' is not inside of the model's folder", location));
  const fs::path file = fs::weakly_canonical(root / location, failure);
  if (failure || file.lexically_relative(root).native().substr(0, 2) == "..")
    return dataError(tensor, fmt::format("'{}' is not inside of the model's folder", location));
  if (!fs::is_regular_file(file, failure))
    return dataError(tensor, fmt::format("file '{}' is missing", location));
  return file;
}

Status loadTensor(onnx::TensorProto &tensor, const std::string &folder) {
  if (tensor.data_location() != onnx::TensorProto::EXTERNAL)
    return {};
  if (folder.empty())
    return dataError(tensor, "a model in memory has no folder to read it from");
  Result<Place> place = placeOf(tensor);
  if (!place)
    return place.error();
  Result<fs::path> file = fileOf(tensor, place->location, folder);
  if (!file)
    return file.error();
  uint64_t expected = elementBytes(elementTypeName(tensor.data_type()));
  if (expected == 0)
    return dataError(tensor, fmt::format("element type {} is not supported", tensor.data_type()));
  for (int64_t extent : tensor.dims())
    expected *= static_cast<uint64_t>(extent); // checkStructure bounds it
  if (place->length && *place->length != expected)
    return dataError(tensor, fmt::format("length {}, but the tensor has {} bytes", *place->length, expected));
  std::error_code failure;
  const uint64_t available = fs::file_size(*file, failure);
  if (failure || place->offset > available || expected > available - place->offset)
    return dataError(tensor, fmt::format("file '{}' has {} bytes, too few for {} at offset {}",
                                         place->location, failure ? 0 : available, expected, place->offset));
  std::string bytes(expected, '\0');
  std::ifstream stream(*file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(place->offset));
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(expected)))
    return dataError(tensor, fmt::format("file '{}' cannot be read", place->location));
  tensor.set_raw_data(std::move(bytes));
  tensor.clear_external_data();
  tensor.clear_data_location();
  return {};
}

Status loadNodes(google::protobuf::RepeatedPtrField<onnx::NodeProto> &nodes, const std::string &folder);

Status loadGraph(onnx::GraphProto &graph, const std::string &folder) {
  for (onnx::TensorProto &tensor : *graph.mutable_initializer())
    if (Status status = loadTensor(tensor, folder); !status)
      return status;
  return loadNodes(*graph.mutable_node(), folder);
}

Status loadAttribute(onnx::AttributeProto &attribute, const std::string &folder) {
  if (attribute.has_t())
    if (Status status = loadTensor(*attribute.mutable_t(), folder); !status)
      return status;
  for (onnx::TensorProto &tensor : *attribute.mutable_tensors())
    if (Status status = loadTensor(tensor, folder); !status)
      return status;
  if (attribute.has_g())
    if (Status status = loadGraph(*attribute.mutable_g(), folder); !status)
      return status;
  for (onnx::GraphProto &graph : *attribute.mutable_graphs())
    if (Status status = loadGraph(graph, folder); !status)
      return status;
  return {};
}

Status loadNodes(google::protobuf::RepeatedPtrField<onnx::NodeProto> &nodes, const std::string &folder) {
  for (onnx::NodeProto &node : nodes)
    for (onnx::AttributeProto &attribute : *node.mutable_attribute())
      if (Status status = loadAttribute(attribute, folder); !status)
        return status;
  return {};
}

} // namespace

Status loadExternalData(onnx::ModelProto &model, const std::string &folder) {
  if (Status status = loadGraph(*model.mutable_graph(), folder); !status)
    return status;
  for (onnx::FunctionProto &function : *model.mutable_functions())
    if (Status status = loadNodes(*function.mutable_node(), folder); !status)
      return status;
  return {};
}

} // namespace lockstep
