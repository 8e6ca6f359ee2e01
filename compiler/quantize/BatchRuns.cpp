#include "compiler/quantize/BatchRuns.h"

#include "compiler/onnx/OnnxModel.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace lockstep {

namespace {

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

/// The shape of one run: the model's extents, the batch's where the model's are open, but for the samples.
std::vector<uint64_t> shapeOfRun(const onnx::TypeProto_Tensor &type, const std::vector<uint64_t> &batch) {
  std::vector<uint64_t> shape = batch;
  for (size_t i = 0; i < shape.size(); ++i) {
    bool fixed = type.has_shape() && type.shape().dim(int(i)).has_dim_value();
    if (fixed)
      shape[i] = uint64_t(type.shape().dim(int(i)).dim_value());
    else if (i == 0)
      shape[i] = 1;
  }
  return shape;
}

bool fits(const std::vector<uint64_t> &batch, const std::vector<uint64_t> &run) {
  if (batch.empty())
    return true;
  bool wholeRuns = run[0] > 0 && batch[0] > 0 && batch[0] % run[0] == 0;
  return wholeRuns && std::equal(batch.begin() + 1, batch.end(), run.begin() + 1);
}

} // namespace

Status BatchRuns::addInput(const onnx::ValueInfoProto &input, const NamedTensors &batch) {
  auto given =
      std::find_if(batch.begin(), batch.end(), [&](const auto &named) { return named.name == input.name(); });
  if (given == batch.end())
    return usage(fmt::format("the calibration batch has no tensor `{}`, which is an input of the model",
                             input.name()));
  const onnx::TypeProto_Tensor &type = input.type().tensor_type();
  const Tensor &tensor = given->tensor;
  if (elementTypeName(type.elem_type()) != tensor.element_type)
    return usage(fmt::format("the calibration batch's `{}` is {}; the model takes {}", input.name(),
                             tensor.element_type, elementTypeName(type.elem_type())));
  if (type.has_shape() && size_t(type.shape().dim_size()) != tensor.shape.size())
    return usage(fmt::format("the calibration batch's `{}` has shape {}; the model's input has {} dimensions",
                             input.name(), shapeText(tensor.shape), type.shape().dim_size()));
  std::vector<uint64_t> shape = shapeOfRun(type, tensor.shape);
  if (!fits(tensor.shape, shape))
    return usage(
        fmt::format("the calibration batch's `{}` has shape {}; the model takes {}, or a multiple along the "
                    "first axis",
                    input.name(), shapeText(tensor.shape), shapeText(shape)));
  if (!shape.empty()) {
    uint64_t runs = tensor.shape[0] / shape[0];
    if (count != 0 && runs != count)
      return usage(fmt::format("the calibration batch's `{}` has samples for {} runs, another input for {}",
                               input.name(), runs, count));
    count = runs;
    samples_per_run = shape[0];
  }
  input_shapes[input.name()] = shape;
  inputs.push_back(*given);
  return {};
}

Result<BatchRuns> BatchRuns::of(const onnx::GraphProto &graph, const NamedTensors &batch) {
  std::set<std::string> constants;
  for (const onnx::TensorProto &constant : graph.initializer())
    constants.insert(constant.name());
  BatchRuns runs;
  for (const onnx::ValueInfoProto &input : graph.input())
    if (constants.count(input.name()) == 0)
      if (Status status = runs.addInput(input, batch); !status)
        return status.error();
  runs.count = std::max<uint64_t>(runs.count, 1);
  return runs;
}

NamedTensors BatchRuns::run(uint64_t index) const {
  NamedTensors run;
  for (const NamedTensor &input : inputs) {
    const std::vector<uint64_t> &shape = input_shapes.at(input.name);
    uint64_t size_bytes = elementCount(shape) * elementBytes(input.tensor.element_type);
    auto begin = input.tensor.bytes.begin() + ptrdiff_t(shape.empty() ? 0 : index * size_bytes);
    run.push_back({input.name, {input.tensor.element_type, shape, {begin, begin + ptrdiff_t(size_bytes)}}});
  }
  return run;
}

} // namespace lockstep
