#include "OnnxRuntime.h"

#include "compiler/onnx/OnnxModel.h"
#include "hw/support/Files.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

/// A folder that vanishes with it.
struct Folder {
  fs::path path;
  Folder() {
    std::string pattern = fs::temp_directory_path() / "lockstep-onnxruntime-XXXXXX";
    path = mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path); }
};

void addOutputs(onnx::GraphProto &graph, const std::vector<std::string> &names) {
  for (const std::string &name : names) {
    bool present = false;
    for (const onnx::ValueInfoProto &output : graph.output())
      present |= output.name() == name;
    if (present)
      continue;
    graph.add_output()->set_name(name);
    for (const onnx::ValueInfoProto &value : graph.value_info())
      if (value.name() == name)
        *graph.mutable_output()->rbegin() = value;
  }
}

nlohmann::json request(const fs::path &folder, const NamedTensors &inputs,
                       const std::vector<std::string> &outputs) {
  nlohmann::json json = {{"model", folder / "model.onnx"}, {"outputs", outputs}, {"folder", folder}};
  json["inputs"] = nlohmann::json::array();
  for (const NamedTensor &input : inputs) {
    fs::path file = folder / ("input_" + std::to_string(json["inputs"].size()) + ".bin");
    (void)writeFileBytes(file, input.tensor.bytes.data(), input.tensor.bytes.size());
    json["inputs"].push_back({{"name", input.name},
                              {"type", input.tensor.element_type},
                              {"dims", input.tensor.shape},
                              {"file", file}});
  }
  return json;
}

std::string textOf(const fs::path &file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

} // namespace

Result<NamedTensors> runOnnxRuntime(onnx::ModelProto model, const NamedTensors &inputs,
                                    const std::vector<std::string> &outputs, const std::string &optimized) {
  Folder folder;
  addOutputs(*model.mutable_graph(), outputs);
  if (Status status = writeModel(model, folder.path / "model.onnx"); !status)
    return status.error();
  nlohmann::json json = request(folder.path, inputs, outputs);
  if (!optimized.empty())
    json["optimized"] = optimized;
  std::ofstream(folder.path / "request.json") << json;
  std::string log = folder.path / "log";
  std::string command = "LOCKSTEP_NODE_MODULES='" LOCKSTEP_NODE_FOLDER "' node '" LOCKSTEP_SOURCE_DIR
                        "/tests/e2e/onnxruntime/run_model.js' '" +
                        (folder.path / "request.json").string() + "' >'" + log + "' 2>&1";
  if (std::system(command.c_str()) != 0)
    return Error{ErrorKind::System, "ONNX Runtime: " + textOf(log)};
  NamedTensors results;
  for (const nlohmann::json &output : nlohmann::json::parse(textOf(folder.path / "outputs.json"))) {
    auto bytes = readFileBytes(output["file"]);
    if (!bytes)
      return bytes.error();
    results.push_back({output["name"], {output["type"], output["dims"], std::move(*bytes)}});
  }
  return results;
}

} // namespace lockstep
