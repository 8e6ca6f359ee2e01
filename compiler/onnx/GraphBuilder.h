// ONNX models made by code. Without ONNX's own headers, so that everybody may include it.
#pragma once

#include "compiler/tensor/Tensor.h"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace onnx {
class ModelProto;
}

namespace lockstep {

struct GraphAttribute {
  std::string name;
  std::variant<int64_t, float, std::string, std::vector<int64_t>, std::vector<float>,
               std::vector<std::string>>
      value;
};

/// Builds a model of opset kOpsetVersion. Nothing is checked here: prepareModel does that.
class GraphBuilder {
public:
  explicit GraphBuilder(const std::string &graphName);
  ~GraphBuilder();

  void input(const std::string &name, const std::string &elementType, const std::vector<uint64_t> &shape);
  void output(const std::string &name, const std::string &elementType, const std::vector<uint64_t> &shape);
  void initializer(const std::string &name, const Tensor &tensor);
  /// An empty input name is an absent optional input.
  void node(const std::string &type, const std::string &label, const std::vector<std::string> &inputs,
            const std::vector<std::string> &outputs, const std::vector<GraphAttribute> &attributes = {});

  /// The bytes of the .onnx file.
  std::string serialize() const;

private:
  std::unique_ptr<onnx::ModelProto> model;
};

} // namespace lockstep
