// Models for the tests of the pipeline.
#pragma once

#include "compiler/onnx/GraphBuilder.h"
#include "compiler/tensor/Tensor.h"

#include <cstring>
#include <string>
#include <vector>

namespace lockstep {

inline Tensor floatTensor(const std::vector<uint64_t> &shape, const std::vector<float> &values) {
  Tensor tensor = zeroTensor("float32", shape);
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

/// y = relu(x [n, 4] w [4, 2]).
inline std::string productModel(uint64_t n = 1) {
  GraphBuilder builder("product");
  builder.input("x", "float32", {n, 4});
  builder.initializer("w", floatTensor({4, 2}, {1, -1, 0.5f, 0.25f, -2, 1, 1, 1}));
  builder.node("MatMul", "product", {"x", "w"}, {"p"});
  builder.node("Relu", "relu", {"p"}, {"y"});
  builder.output("y", "float32", {n, 2});
  return builder.serialize();
}

/// Four samples of x.
inline NamedTensors productBatch() {
  return {{"x", floatTensor({4, 4}, {1, 2, 3, 4, -1, 0, 1, 0, 0.5f, 0.5f, -0.5f, 2, 3, -3, 0, 1})}};
}

} // namespace lockstep
