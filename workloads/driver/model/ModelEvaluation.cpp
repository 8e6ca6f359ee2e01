#include "workloads/driver/model/ModelEvaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

#include <unistd.h>

namespace lockstep {

namespace {

void addCost(Evaluation &evaluation, const ModelRunCost &cost, size_t run) {
  evaluation.run_cycles.push_back(cost.cycles);
  evaluation.cycles += cost.cycles;
  evaluation.cycles_equal = evaluation.cycles_equal && cost.cycles_equal;
  if (evaluation.difference.empty() && !cost.difference.empty())
    evaluation.difference = fmt::format("run {}: {}", run, cost.difference);
  for (const PieceExecution &piece : cost.pieces)
    if (piece.execution.timing) {
      evaluation.macs += piece.execution.timing->macs;
      evaluation.bytes += piece.execution.timing->read_bytes + piece.execution.timing->written_bytes;
    }
}

void showProgress(const std::string &label, size_t done, size_t total) {
  if (isatty(STDERR_FILENO))
    fmt::print(stderr, "\r\033[K{}", done < total ? fmt::format("{}: {} of {}", label, done, total) : "");
}

template <typename Value> Value valueAt(const Tensor &tensor, size_t index) {
  Value value;
  std::memcpy(&value, tensor.bytes.data() + index * sizeof(Value), sizeof(Value));
  return value;
}

std::string elementText(const Tensor &tensor, size_t index) {
  const std::string &type = tensor.element_type;
  if (type == "float32")
    return fmt::format("{}", valueAt<float>(tensor, index));
  if (type == "float64")
    return fmt::format("{}", valueAt<double>(tensor, index));
  if (type == "int8")
    return fmt::format("{}", int(valueAt<int8_t>(tensor, index)));
  if (type == "int32")
    return fmt::format("{}", valueAt<int32_t>(tensor, index));
  if (type == "int64")
    return fmt::format("{}", valueAt<int64_t>(tensor, index));
  std::string hexadecimal;
  uint64_t bytes = elementBytes(type);
  for (uint64_t i = bytes; i-- > 0;)
    hexadecimal += fmt::format("{:02x}", tensor.bytes[index * bytes + i]);
  return "0x" + hexadecimal;
}

/// [2, 0, 5] of a flat index.
std::string positionText(const Tensor &tensor, size_t index) {
  std::vector<uint64_t> position(tensor.shape.size());
  for (size_t i = position.size(); i-- > 0; index /= std::max<uint64_t>(tensor.shape[i], 1))
    position[i] = index % std::max<uint64_t>(tensor.shape[i], 1);
  return shapeText(position);
}

} // namespace

Result<Evaluation> evaluate(const Package &package, const RunSpec &spec, const SampleSet &samples,
                            const std::string &label) {
  auto begin = std::chrono::steady_clock::now();
  auto engine = ModelEngine::make(package, spec);
  if (!engine)
    return engine.error();
  Evaluation evaluation;
  OutputCollector collector(samples);
  for (size_t run = 0; run < samples.numRuns(); ++run) {
    auto outputs = engine->run(samples.run(run));
    if (!outputs)
      return Error{outputs.error().kind, fmt::format("{}, run {}: {}", label, run, outputs.error().message)};
    collector.add(*outputs);
    addCost(evaluation, engine->cost(), run);
    showProgress(label, run + 1, samples.numRuns());
  }
  evaluation.outputs = collector.arrays();
  evaluation.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return evaluation;
}

NamedTensors inputsOf(const Package &package) {
  NamedTensors inputs;
  for (unsigned index : package.inputs) {
    const PackageTensor &tensor = package.tensors[index];
    inputs.push_back({tensor.name, {tensor.element_type, tensor.shape, {}}});
  }
  return inputs;
}

Result<double> accuracyOf(const Evaluation &evaluation, const std::vector<int64_t> &labels) {
  if (evaluation.outputs.empty())
    return Error{ErrorKind::Usage, "an accuracy needs a model with an output"};
  auto predictions = predictionsOf(evaluation.outputs.front().tensor);
  if (!predictions)
    return predictions.error();
  return accuracyOf(*predictions, labels);
}

std::string differenceOf(const NamedTensors &expected, const std::string &expectedName,
                         const NamedTensors &tested, const std::string &testedName) {
  if (expected.size() != tested.size())
    return fmt::format("{} gives {} outputs, {} gives {}", expectedName, expected.size(), testedName,
                       tested.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    const Tensor &a = expected[i].tensor, &b = tested[i].tensor;
    if (a.element_type != b.element_type || a.bytes.size() < b.bytes.size())
      return fmt::format("output {}: {} gives {} {}, {} gives {} {}", expected[i].name, expectedName,
                         a.element_type, shapeText(a.shape), testedName, b.element_type, shapeText(b.shape));
    auto differs = std::mismatch(b.bytes.begin(), b.bytes.end(), a.bytes.begin());
    if (differs.first == b.bytes.end())
      continue;
    size_t index = size_t(differs.first - b.bytes.begin()) / elementBytes(b.element_type);
    return fmt::format("output {} {}: {} gives {}, {} gives {}", expected[i].name, positionText(b, index),
                       expectedName, elementText(a, index), testedName, elementText(b, index));
  }
  return "";
}

std::optional<double> sqnrOf(const NamedTensors &expected, const NamedTensors &tested) {
  double signal = 0, noise = 0;
  bool any = false;
  for (size_t i = 0; i < std::min(expected.size(), tested.size()); ++i) {
    const Tensor &a = expected[i].tensor, &b = tested[i].tensor;
    if (a.element_type != "float32" || b.element_type != "float32")
      continue;
    for (size_t k = 0; k < std::min(a.bytes.size(), b.bytes.size()) / 4; ++k) {
      double reference = valueAt<float>(a, k), value = valueAt<float>(b, k);
      signal += reference * reference;
      noise += (reference - value) * (reference - value);
      any = true;
    }
  }
  if (!any || !std::isfinite(signal) || !std::isfinite(noise))
    return std::nullopt;
  return noise == 0 ? 200.0 : std::min(200.0, 10 * std::log10(std::max(signal, 1e-300) / noise));
}

} // namespace lockstep
