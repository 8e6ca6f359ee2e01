// One ONNX operator with inputs and attributes: built, imported, compiled, run.
#pragma once

#include "compiler/onnx/GraphBuilder.h"
#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <cstring>
#include <string>
#include <vector>

namespace lockstep {

template <typename T> const char *elementTypeFor();
template <> inline const char *elementTypeFor<float>() { return "float32"; }
template <> inline const char *elementTypeFor<double>() { return "float64"; }
template <> inline const char *elementTypeFor<int8_t>() { return "int8"; }
template <> inline const char *elementTypeFor<int16_t>() { return "int16"; }
template <> inline const char *elementTypeFor<int32_t>() { return "int32"; }
template <> inline const char *elementTypeFor<int64_t>() { return "int64"; }
template <> inline const char *elementTypeFor<uint8_t>() { return "uint8"; }
template <> inline const char *elementTypeFor<uint16_t>() { return "uint16"; }
template <> inline const char *elementTypeFor<uint32_t>() { return "uint32"; }
template <> inline const char *elementTypeFor<uint64_t>() { return "uint64"; }

/// A tensor of the values; `type` where C++ has no type of its own (bool, float16, bfloat16 as bits).
template <typename T>
Tensor tensorWith(const std::vector<T> &values, std::vector<uint64_t> shape,
                  const std::string &type = elementTypeFor<T>()) {
  Tensor tensor{type, std::move(shape), std::vector<uint8_t>(values.size() * sizeof(T))};
  if (!values.empty())
    std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}
template <typename T> Tensor vectorWith(const std::vector<T> &values) {
  return tensorWith(values, {values.size()});
}

template <typename T> std::vector<T> valuesOf(const Tensor &tensor) {
  std::vector<T> values(tensor.bytes.size() / sizeof(T));
  if (!values.empty())
    std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

struct OperatorCase {
  std::string type;
  std::vector<Tensor> inputs; // arguments; "" as element type: left out
  std::vector<GraphAttribute> attributes;
  std::vector<size_t> constants;                                      // inputs that are initializers
  std::vector<std::pair<std::string, std::vector<uint64_t>>> outputs; // types and shapes
};

Result<std::vector<Tensor>> runOperator(const OperatorCase &given);
/// The only output; fails the test if there is an error.
Tensor outputOf(const OperatorCase &given);

} // namespace lockstep
