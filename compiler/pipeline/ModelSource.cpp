#include "compiler/pipeline/ModelSource.h"

#include "compiler/onnx/OnnxModel.h"
#include "compiler/quantize/Quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace lockstep {

namespace {

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

/// Inputs that a user's shapes fix are fixed in the model too, so that calibration sees them.
onnx::ModelProto withShapes(onnx::ModelProto model, const ImportOptions &import) {
  for (onnx::ValueInfoProto &input : *model.mutable_graph()->mutable_input()) {
    auto found = import.input_shapes.find(input.name());
    if (found == import.input_shapes.end())
      continue;
    auto *shape = input.mutable_type()->mutable_tensor_type()->mutable_shape();
    shape->clear_dim();
    for (uint64_t extent : found->second)
      shape->add_dim()->set_dim_value(int64_t(extent));
  }
  return model;
}

bool isInitializer(const onnx::GraphProto &graph, const std::string &name) {
  return std::any_of(graph.initializer().begin(), graph.initializer().end(),
                     [&](const onnx::TensorProto &tensor) { return tensor.name() == name; });
}

NamedTensor describe(const onnx::ValueInfoProto &input) {
  const onnx::TypeProto_Tensor &type = input.type().tensor_type();
  NamedTensor described{input.name(), {elementTypeName(type.elem_type()), {}, {}}};
  for (const onnx::TensorShapeProto_Dimension &extent : type.shape().dim())
    described.tensor.shape.push_back(extent.has_dim_value() ? uint64_t(extent.dim_value()) : 1);
  return described;
}

} // namespace

Result<ModelSource> ModelSource::read(const std::string &file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored))
    return usage(fmt::format("{}: there is no such model file", file));
  std::string ending = std::filesystem::path(file).extension().string();
  ModelSource source;
  source.name = file;
  if (ending == ".mlir")
    return source;
  if (ending != ".onnx")
    return usage(fmt::format("{}: models are read from .onnx or .mlir files", file));
  auto model = readModel(file);
  if (!model)
    return model.error();
  source.model = std::make_shared<onnx::ModelProto>(std::move(*model));
  return source;
}

Result<ModelSource> ModelSource::parse(const std::string &bytes, const std::string &origin) {
  onnx::ModelProto model;
  if (bytes.size() > size_t(INT32_MAX) || !model.ParseFromArray(bytes.data(), int(bytes.size())))
    return Error{ErrorKind::Model, fmt::format("{}: not an ONNX model, or cut off", origin)};
  auto prepared = prepareModel(std::move(model), origin, "");
  if (!prepared)
    return prepared.error();
  return of(*prepared, origin);
}

ModelSource ModelSource::of(const onnx::ModelProto &prepared, const std::string &origin) {
  ModelSource source;
  source.name = origin;
  source.model = std::make_shared<onnx::ModelProto>(prepared);
  return source;
}

bool ModelSource::isQuantized() const {
  static const std::set<std::string> operators = {"QuantizeLinear", "DequantizeLinear", "QLinearConv",
                                                  "QLinearMatMul",  "ConvInteger",      "MatMulInteger"};
  return model && std::any_of(model->graph().node().begin(), model->graph().node().end(),
                              [&](const onnx::NodeProto &node) { return operators.count(node.op_type()); });
}

Result<QuantizedSource> ModelSource::quantize(const NamedTensors &batch, const QuantizeOptions &options,
                                              const ImportOptions &import) const {
  if (!model)
    return usage(fmt::format(
        "{}: only ONNX models are quantized; an MLIR file brings its own quantize operations", name));
  auto quantized = quantizeModel(withShapes(*model, import), batch, options);
  if (!quantized)
    return Error{quantized.error().kind, fmt::format("{}: {}", name, quantized.error().message)};
  return QuantizedSource{of(quantized->model, name), std::move(quantized->report)};
}

NamedTensors ModelSource::inputs(const ImportOptions &import) const {
  NamedTensors list;
  if (!model)
    return list;
  for (const onnx::ValueInfoProto &input : model->graph().input()) {
    if (isInitializer(model->graph(), input.name()) || import.bound_inputs.count(input.name()))
      continue;
    list.push_back(describe(input));
    auto shape = import.input_shapes.find(input.name());
    if (shape != import.input_shapes.end())
      list.back().tensor.shape = shape->second;
  }
  return list;
}

Status ModelSource::write(const std::string &file) const {
  if (!model)
    return usage(fmt::format("{}: an MLIR file cannot be written as ONNX", name));
  return writeModel(*model, file);
}

} // namespace lockstep
