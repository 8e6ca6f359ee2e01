#include "compiler/onnx/OnnxModel.h"

#include "compiler/onnx/ExternalData.h"
#include "compiler/onnx/Functions.h"
#include "compiler/onnx/ModelCheck.h"
#include "compiler/onnx/Rehearsal.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>
#include <onnx/version_converter/convert.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace lockstep {

namespace {

Error modelError(const std::string &origin, const std::string &what) {
  return {ErrorKind::Model, fmt::format("{}: {}", origin, what)};
}

/// The first line of what libonnx says, without the places in its sources.
std::string firstLine(const std::string &text) {
  const size_t end = text.find('\n');
  return text.substr(0, end);
}

Status check(const onnx::ModelProto &model, const std::string &origin) {
  try {
    onnx::checker::check_model(model);
    return {};
  } catch (const std::exception &failure) {
    return modelError(origin, fmt::format("ONNX's checker refuses it: {}", firstLine(failure.what())));
  }
}

int64_t defaultOpset(const onnx::ModelProto &model) {
  for (const onnx::OperatorSetIdProto &opset : model.opset_import())
    if (opset.domain().empty() || opset.domain() == "ai.onnx")
      return opset.version();
  return 0;
}

bool hasOtherDomains(const onnx::ModelProto &model) {
  for (const onnx::NodeProto &node : model.graph().node())
    if (!node.domain().empty() && node.domain() != "ai.onnx")
      return true;
  return false;
}

void inferShapes(onnx::ModelProto &model) {
  onnx::ModelProto inferred = model;
  try {
    onnx::ShapeInferenceOptions options;
    options.enable_data_propagation = true;
    onnx::shape_inference::InferShapes(inferred, onnx::OpSchemaRegistry::Instance(), options);
    model.Swap(&inferred);
  } catch (const std::exception &) {
    // What it has found so far is not consistent; the import infers node by node and says where.
  }
}

/// Ranks of tensors, as far as shape inference knows them.
std::map<std::string, int> ranksOf(const onnx::GraphProto &graph) {
  std::map<std::string, int> ranks;
  for (const auto *values : {&graph.input(), &graph.output(), &graph.value_info()})
    for (const onnx::ValueInfoProto &value : *values)
      if (value.type().tensor_type().has_shape())
        ranks[value.name()] = value.type().tensor_type().shape().dim_size();
  return ranks;
}

/// Before opset 7 a slope of PRelu has one value for each channel; since then it broadcasts from the last
/// axis. The version converter does not know. Extents of 1 behind the channels mean the same in both, but
/// only the new opset allows them. Returns by initializer how many are to be added.
std::map<std::string, int> slopesByChannel(const onnx::ModelProto &model) {
  std::map<std::string, int> missing;
  if (defaultOpset(model) >= 7)
    return missing;
  const std::map<std::string, int> ranks = ranksOf(model.graph());
  for (const onnx::NodeProto &node : model.graph().node())
    if (node.op_type() == "PRelu" && node.input_size() == 2 && ranks.count(node.input(0)))
      missing[node.input(1)] = ranks.at(node.input(0)) - 2;
  return missing;
}

void addExtents(onnx::GraphProto &graph, const std::map<std::string, int> &missing) {
  for (onnx::TensorProto &tensor : *graph.mutable_initializer())
    if (const auto found = missing.find(tensor.name()); found != missing.end() && tensor.dims_size() == 1)
      for (int i = 0; i < found->second; ++i)
        tensor.add_dims(1);
  for (onnx::ValueInfoProto &input : *graph.mutable_input())
    if (const auto found = missing.find(input.name()); found != missing.end()) {
      onnx::TensorShapeProto *shape = input.mutable_type()->mutable_tensor_type()->mutable_shape();
      for (int i = 0; i < found->second && shape->dim_size() == i + 1; ++i)
        shape->add_dim()->set_dim_value(1);
    }
}

/// Scan of opset 8 has a batch axis, which the converter takes off the graph's inputs too: then it is another
/// model.
bool hasBatchedScan(const onnx::ModelProto &model) {
  bool found = false;
  for (const onnx::NodeProto &node : model.graph().node())
    found |= node.op_type() == "Scan";
  return found && defaultOpset(model) < 9;
}

/// Names, and types with as many extents.
bool sameInterface(const google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> &a,
                   const google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> &b) {
  if (a.size() != b.size())
    return false;
  for (int i = 0; i < a.size(); ++i)
    if (a[i].name() != b[i].name() ||
        a[i].type().tensor_type().elem_type() != b[i].type().tensor_type().elem_type() ||
        a[i].type().tensor_type().shape().dim_size() != b[i].type().tensor_type().shape().dim_size())
      return false;
  return true;
}

/// To kOpsetVersion where the converter can; else the model stays as it is.
void convertVersion(onnx::ModelProto &model) {
  if (defaultOpset(model) >= kOpsetVersion || hasOtherDomains(model) || hasBatchedScan(model))
    return;
  try {
    const std::map<std::string, int> slopes = slopesByChannel(model);
    onnx::ModelProto converted = onnx::version_conversion::ConvertVersion(model, kOpsetVersion);
    const bool isSame = sameInterface(model.graph().input(), converted.graph().input()) &&
                        sameInterface(model.graph().output(), converted.graph().output());
    addExtents(*converted.mutable_graph(), slopes);
    *converted.mutable_metadata_props() = model.metadata_props();
    onnx::checker::check_model(converted);
    if (isSame && checkStructure(converted)) // its Scan loses the batch axis
      model.Swap(&converted);
  } catch (const std::exception &) {
    // An operator that the converter does not know: importers see the model's own opset.
  }
}

/// What libonnx does with a model. It trusts what it reads, more than checkStructure can make sure of.
Result<onnx::ModelProto> transformed(onnx::ModelProto model, const std::string &origin) {
  if (Status status = check(model, origin); !status)
    return status.error();
  if (Status status = expandFunctions(model); !status)
    return modelError(origin, status.error().message);
  inferShapes(model);
  convertVersion(model);
  inferShapes(model);
  return model;
}

} // namespace

std::string nodeLabel(const onnx::NodeProto &node, size_t position) {
  return node.name().empty() ? fmt::format("{}_{}", node.op_type(), position) : node.name();
}

Result<onnx::ModelProto> readModel(const std::string &file) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(file, failure))
    return Error{ErrorKind::Model, fmt::format("{}: cannot be read, or is not a file", file)};
  std::ifstream stream(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.is_open() || stream.bad())
    return Error{ErrorKind::Model, fmt::format("{}: cannot be read", file)};
  onnx::ModelProto model;
  if (bytes.size() > INT32_MAX || !model.ParseFromString(bytes))
    return modelError(file, "not an ONNX file, or truncated");
  bytes = std::string();
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  return prepareModel(std::move(model), file, folder.empty() ? "." : folder.string());
}

Result<onnx::ModelProto> prepareModel(onnx::ModelProto model, const std::string &origin,
                                      const std::string &folder) {
  if (Status status = checkStructure(model); !status)
    return modelError(origin, status.error().message);
  if (Status status = loadExternalData(model, folder); !status)
    return modelError(origin, status.error().message);
  if (!survives([&] { (void)transformed(std::move(model), origin); }))
    return modelError(origin, "ONNX's own checks and inference break down over it");
  return transformed(std::move(model), origin);
}

Status writeModel(const onnx::ModelProto &model, const std::string &file) {
  std::string bytes;
  if (model.ByteSizeLong() > INT32_MAX || !model.SerializeToString(&bytes))
    return Error{ErrorKind::Model,
                 fmt::format("{}: the model is over 2 GiB, more than an ONNX file holds", file)};
  std::ofstream stream(file, std::ios::binary);
  if (!stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush())
    return Error{ErrorKind::System, fmt::format("{}: cannot be written", file)};
  return {};
}

} // namespace lockstep
