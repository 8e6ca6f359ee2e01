#include "Reference.h"

#include "compiler/quantize/ReferenceRuns.h"

#include <algorithm>

namespace lockstep {

Result<TensorMap> integerReference(const onnx::ModelProto &model, const NamedTensors &inputs,
                                   const std::vector<std::string> &names) {
  auto batch = BatchRuns::of(model.graph(), inputs);
  if (!batch)
    return batch.error();
  auto runs = ReferenceRuns::compile(model, *batch, names, Arithmetic::Integer);
  if (!runs)
    return runs.error();
  TensorMap joined;
  Status status = runs->forEach([&](uint64_t run, const auto &results) {
    for (const auto &[name, tensor] : results) {
      Tensor &all = joined[name];
      if (run == 0)
        all = {tensor->element_type, tensor->shape, {}};
      else if (!all.shape.empty())
        all.shape[0] += tensor->shape[0];
      all.bytes.insert(all.bytes.end(), tensor->bytes.begin(), tensor->bytes.end());
    }
  });
  if (!status)
    return status.error();
  return joined;
}

NamedTensors firstSamples(const NamedTensors &all, uint64_t count) {
  NamedTensors samples;
  for (NamedTensor named : all) {
    named.tensor.bytes.resize(named.tensor.bytes.size() / named.tensor.shape[0] * count);
    named.tensor.shape[0] = count;
    if (named.name != "label")
      samples.push_back(named);
  }
  return samples;
}

TensorMap mapOf(const NamedTensors &tensors) {
  TensorMap map;
  for (const NamedTensor &named : tensors)
    map[named.name] = named.tensor;
  return map;
}

size_t differentElements(const Tensor &one, const Tensor &other) {
  if (one.bytes.size() != other.bytes.size())
    return std::max(one.bytes.size(), other.bytes.size());
  size_t size = std::max<size_t>(1, elementBytes(one.element_type)), count = 0;
  for (size_t i = 0; i < one.bytes.size(); i += size)
    count += std::equal(one.bytes.begin() + std::ptrdiff_t(i), one.bytes.begin() + std::ptrdiff_t(i + size),
                        other.bytes.begin() + std::ptrdiff_t(i))
                 ? 0
                 : 1;
  return count;
}

} // namespace lockstep
