#include "compiler/quantize/Sensitivity.h"

#include "compiler/quantize/InsertQdq.h"

#include <algorithm>

namespace lockstep {

namespace {

void addAll(Comparison &comparison, const Tensor &wanted, const Tensor &got) {
  auto *x = reinterpret_cast<const float *>(wanted.bytes.data());
  auto *y = reinterpret_cast<const float *>(got.bytes.data());
  for (size_t i = 0; i < wanted.bytes.size() / sizeof(float); ++i)
    comparison.add(x[i], y[i]);
}

/// The same layer in a copy of the graph, and the tensors around it.
Placement alone(const QuantizedLayer &layer, const Placement &placement, const onnx::GraphProto &original,
                onnx::GraphProto &copy) {
  std::map<const onnx::NodeProto *, onnx::NodeProto *> copies;
  for (int i = 0; i < original.node_size(); ++i)
    copies[&original.node(i)] = copy.mutable_node(i);
  QuantizedLayer copied{copies.at(layer.anchor), {}, layer.keeps_scale};
  for (onnx::NodeProto *follower : layer.followers)
    copied.followers.push_back(copies.at(follower));
  Placement one{{copied}, {}, {}};
  auto take = [&](const std::string &tensor) {
    if (auto found = placement.scale_of.find(tensor); found != placement.scale_of.end())
      one.scale_of.insert(*found);
  };
  for (const std::string &input : layer.anchor->input())
    take(input);
  take(layer.last()->output(0));
  return one;
}

} // namespace

Result<Comparison> compareOutputs(const onnx::GraphProto &graph, ReferenceRuns &floatRuns,
                                  ReferenceRuns &quantizedRuns) {
  std::vector<std::map<std::string, Tensor>> wanted(floatRuns.runs());
  Status status = floatRuns.forEach([&](uint64_t run, const auto &results) {
    for (const onnx::ValueInfoProto &output : graph.output())
      if (results.at(output.name())->element_type == "float32")
        wanted[run][output.name()] = *results.at(output.name());
  });
  if (!status)
    return status.error();
  Comparison comparison;
  status = quantizedRuns.forEach([&](uint64_t run, const auto &results) {
    for (const auto &[name, tensor] : wanted[run])
      addAll(comparison, tensor, *results.at(name));
  });
  if (!status)
    return status.error();
  return comparison;
}

Result<std::vector<LayerReport>> layerSensitivity(const onnx::ModelProto &model, const Placement &placement,
                                                  const Calibration &calibration,
                                                  const QuantizeOptions &options, const BatchRuns &batch,
                                                  ReferenceRuns &floatRuns) {
  std::vector<LayerReport> reports;
  for (const QuantizedLayer &layer : placement.layers) {
    if (layer.keeps_scale)
      continue;
    onnx::ModelProto copy = model;
    Placement one = alone(layer, placement, model.graph(), *copy.mutable_graph());
    GraphEditor editor(*copy.mutable_graph());
    insertQdq(editor, one, calibration, options);
    auto runs = ReferenceRuns::compile(copy, batch, {}, Arithmetic::Integer);
    if (!runs)
      return runs.error();
    auto comparison = compareOutputs(copy.graph(), floatRuns, *runs);
    if (!comparison)
      return comparison.error();
    reports.push_back({layer.anchor->name(), layer.anchor->op_type(), comparison->sqnrDb()});
  }
  std::stable_sort(reports.begin(), reports.end(),
                   [](const auto &a, const auto &b) { return a.output_sqnr_db < b.output_sqnr_db; });
  return reports;
}

} // namespace lockstep
