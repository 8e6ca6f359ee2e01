#include "compiler/onnx/OnnxModel.h"

#include "compiler/onnx/ExternalData.h"
#include "compiler/onnx/Functions.h"
#include "compiler/onnx/ModelCheck.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>
#include <onnx/version_converter/convert.h>

#include <filesystem>
#include <fstream>
#include <iterator>

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

/// To kOpsetVersion where the converter can; else the model stays as it is.
void convertVersion(onnx::ModelProto &model) {
  if (defaultOpset(model) >= kOpsetVersion || hasOtherDomains(model))
    return;
  try {
    onnx::ModelProto converted = onnx::version_conversion::ConvertVersion(model, kOpsetVersion);
    onnx::checker::check_model(converted);
    if (checkStructure(converted))
      model.Swap(&converted);
  } catch (const std::exception &) {
    // An operator that the converter does not know: importers see the model's own opset.
  }
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

} // namespace

std::string nodeLabel(const onnx::NodeProto &node, size_t position) {
  return node.name().empty() ? fmt::format("{}_{}", node.op_type(), position) : node.name();
}

Result<onnx::ModelProto> readModel(const std::string &file) {
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
  if (Status status = check(model, origin); !status)
    return status.error();
  if (Status status = expandFunctions(model); !status)
    return modelError(origin, status.error().message);
  convertVersion(model);
  inferShapes(model);
  return model;
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
