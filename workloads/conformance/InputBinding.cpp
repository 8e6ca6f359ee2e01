#include "workloads/conformance/InputBinding.h"

#include <algorithm>

namespace lockstep {

namespace {

bool bind(const NamedTensor &input, ImportOptions &options) {
  options.input_shapes.erase(input.name);
  return options.bound_inputs.emplace(input.name, input.tensor).second;
}

bool isInteger(const Tensor &tensor) {
  return tensor.element_type.find("int") != std::string::npos || tensor.element_type == "bool";
}

/// The name in "input `name` ... must be known while compiling".
std::string nameWanted(const std::string &message) {
  size_t begin = message.find("input `");
  if (begin == std::string::npos || message.find("must be known while compiling") == std::string::npos)
    return "";
  begin += 7;
  return message.substr(begin, message.find('`', begin) - begin);
}

} // namespace

ImportOptions optionsFor(const CaseData &data) {
  ImportOptions options;
  for (const NamedTensor &input : data.inputs)
    options.input_shapes[input.name] = input.tensor.shape;
  for (const NamedTensor &input : data.inputs)
    if (std::count(data.misfits.begin(), data.misfits.end(), input.name))
      bind(input, options);
  return options;
}

bool bindFor(const Error &error, const NamedTensors &inputs, ImportOptions &options) {
  std::string wanted = nameWanted(error.message);
  for (const NamedTensor &input : inputs)
    if (input.name == wanted)
      return bind(input, options);
  bool isUnsupported =
      error.kind == ErrorKind::Model && error.message.find("not supported") != std::string::npos;
  bool any = false;
  for (const NamedTensor &input : inputs)
    if (isUnsupported && isInteger(input.tensor))
      any |= bind(input, options);
  return any;
}

} // namespace lockstep
