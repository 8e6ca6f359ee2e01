#include "compiler/cases/TestCase.h"

#include "compiler/onnx/OnnxModel.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

/// The file as it is, without checks: cases of types that we do not know are to be counted too.
Result<onnx::ModelProto> parseModel(const std::string &file) {
  std::ifstream stream(file, std::ios::binary);
  onnx::ModelProto model;
  if (!stream || !model.ParseFromIstream(&stream))
    return Error{ErrorKind::Usage, fmt::format("{} is not an ONNX model", file)};
  return model;
}

std::string mainOperator(const onnx::ModelProto &model) {
  const auto &nodes = model.graph().node();
  return nodes.empty() ? "-" : nodes.rbegin()->op_type();
}

/// Inputs that a user gives: initializers have values already.
std::vector<onnx::ValueInfoProto> openInputs(const onnx::GraphProto &graph) {
  std::set<std::string> known;
  for (const onnx::TensorProto &initializer : graph.initializer())
    known.insert(initializer.name());
  std::vector<onnx::ValueInfoProto> inputs;
  for (const onnx::ValueInfoProto &input : graph.input())
    if (!known.count(input.name()))
      inputs.push_back(input);
  return inputs;
}

std::string kindOf(const onnx::TypeProto &type) {
  if (type.has_tensor_type())
    return fmt::format("a tensor of {}", onnx::TensorProto_DataType_Name(type.tensor_type().elem_type()));
  return type.has_sequence_type()   ? "a sequence"
         : type.has_optional_type() ? "an optional"
                                    : "no dense tensor";
}

Status checkTypes(const std::vector<onnx::ValueInfoProto> &values, const char *what) {
  for (const onnx::ValueInfoProto &value : values)
    if (!value.type().has_tensor_type() || elementTypeName(value.type().tensor_type().elem_type()).empty())
      return Error{ErrorKind::Model, fmt::format("{} `{}` is not supported: it is {}", what, value.name(),
                                                 kindOf(value.type()))};
  return {};
}

/// Files <stem>_0.pb, <stem>_1.pb, ... for the values in order; trailing optional ones may be absent.
Result<NamedTensors> readTensors(const fs::path &folder, const std::string &stem,
                                 const std::vector<onnx::ValueInfoProto> &values) {
  NamedTensors tensors;
  for (size_t i = 0; i < values.size(); ++i) {
    fs::path file = folder / fmt::format("{}_{}.pb", stem, i);
    if (!fs::exists(file))
      return Error{ErrorKind::Usage, fmt::format("{} is missing", file.string())};
    auto tensor = readTensorPb(file.string());
    if (!tensor)
      return tensor.error();
    if (values[i].type().tensor_type().elem_type() == onnx::TensorProto::BFLOAT16 &&
        tensor->tensor.element_type == "uint16")
      tensor->tensor.element_type = "bfloat16";
    tensors.push_back({values[i].name(), std::move(tensor->tensor)});
  }
  return tensors;
}

bool fits(const Tensor &tensor, const onnx::TypeProto_Tensor &declared) {
  if (!declared.has_shape())
    return true;
  bool same = size_t(declared.shape().dim_size()) == tensor.shape.size();
  for (size_t i = 0; same && i < tensor.shape.size(); ++i)
    same = !declared.shape().dim(int(i)).has_dim_value() ||
           uint64_t(declared.shape().dim(int(i)).dim_value()) == tensor.shape[i];
  return same;
}

std::vector<std::string> misfitsAmong(const NamedTensors &tensors,
                                      const std::vector<onnx::ValueInfoProto> &values) {
  std::vector<std::string> names;
  for (size_t i = 0; i < tensors.size(); ++i)
    if (!fits(tensors[i].tensor, values[i].type().tensor_type()))
      names.push_back(tensors[i].name);
  return names;
}

} // namespace

std::string operatorOfCase(const std::string &folder) {
  auto model = parseModel((fs::path(folder) / "model.onnx").string());
  return model ? mainOperator(*model) : "-";
}

std::vector<std::string> operatorsOfCase(const std::string &folder) {
  std::vector<std::string> types;
  if (auto model = parseModel((fs::path(folder) / "model.onnx").string()))
    for (const onnx::NodeProto &node : model->graph().node())
      types.push_back(node.op_type());
  return types;
}

Result<std::string> modelWithConstants(const std::string &file, const NamedTensors &constants) {
  auto model = parseModel(file);
  if (!model)
    return model.error();
  // Before version 4 of the format an initializer had to be an input too.
  model->set_ir_version(std::max<int64_t>(model->ir_version(), 4));
  onnx::GraphProto &graph = *model->mutable_graph();
  for (const NamedTensor &constant : constants) {
    *graph.add_initializer() = protoOf(constant.tensor, constant.name);
    for (int i = graph.input_size(); i-- > 0;)
      if (graph.input(i).name() == constant.name)
        graph.mutable_input()->DeleteSubrange(i, 1);
  }
  return model->SerializeAsString();
}

Result<TestCase> readTestCase(const std::string &folder) {
  TestCase result;
  result.model_file = (fs::path(folder) / "model.onnx").string();
  auto model = parseModel(result.model_file);
  if (!model)
    return model.error();
  result.operator_type = mainOperator(*model);
  std::vector<onnx::ValueInfoProto> inputs = openInputs(model->graph());
  std::vector<onnx::ValueInfoProto> outputs(model->graph().output().begin(), model->graph().output().end());
  if (Status status = checkTypes(inputs, "input"); !status)
    return status.error();
  if (Status status = checkTypes(outputs, "output"); !status)
    return status.error();
  for (size_t i = 0;; ++i) {
    fs::path data = fs::path(folder) / fmt::format("test_data_set_{}", i);
    if (!fs::is_directory(data))
      break;
    auto given = readTensors(data, "input", inputs), expected = readTensors(data, "output", outputs);
    if (!given || !expected)
      return given ? expected.error() : given.error();
    std::vector<std::string> misfits = misfitsAmong(*given, inputs);
    result.sets.push_back({std::move(*given), std::move(*expected), std::move(misfits)});
  }
  if (result.sets.empty())
    return Error{ErrorKind::Usage, fmt::format("{} has no test_data_set_0", folder)};
  return result;
}

} // namespace lockstep
