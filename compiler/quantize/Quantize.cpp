#include "compiler/quantize/Quantize.h"

#include "compiler/onnx/OnnxImport.h"
#include "compiler/onnx/OnnxModel.h"
#include "compiler/quantize/CellRange.h"
#include "compiler/quantize/GraphTransforms.h"
#include "compiler/quantize/InsertQdq.h"
#include "compiler/quantize/Sensitivity.h"
#include "compiler/quantize/WeightQuantizer.h"

#include <algorithm>
#include <fmt/format.h>

namespace lockstep {

namespace {

Status checkOptions(const onnx::GraphProto &graph, const QuantizeOptions &options) {
  if (options.bits != 8)
    return Error{ErrorKind::Usage,
                 fmt::format("models are quantized to 8 bits; {} were asked for", options.bits)};
  if (options.recurrent_state_bits != 8 && options.recurrent_state_bits != 16)
    return Error{ErrorKind::Usage, fmt::format("recurrent states have 8 or 16 bits; {} were asked for",
                                               options.recurrent_state_bits)};
  if (!(options.percentile > 0 && options.percentile <= 100))
    return Error{ErrorKind::Usage,
                 fmt::format("the percentile must be over 0 and at most 100; it is {}", options.percentile)};
  if (options.unsigned_activations && options.symmetric)
    return Error{ErrorKind::Usage, "unsigned activations have a zero point: they cannot be symmetric"};
  std::set<std::string> names;
  for (const onnx::NodeProto &node : graph.node())
    names.insert(node.name());
  for (const std::string &label : options.keep_float)
    if (names.count(label) == 0)
      return Error{ErrorKind::Usage,
                   fmt::format("no node of the model has the label `{}`, which is to stay float", label)};
  return {};
}

/// Tensors whose means per channel the correction of biases needs, with the axis of the channels.
std::map<std::string, int> correctedInputs(const GraphEditor &editor, const Placement &placement) {
  std::map<std::string, int> axes;
  for (const QuantizedLayer &layer : placement.layers)
    if (auto linear = linearLayer(editor, layer.anchor))
      axes[layer.anchor->input(0)] = inputChannelAxis(*linear);
  return axes;
}

/// The parts of quantizeModel in sequence, each with what the ones before it found.
class Quantization {
public:
  Quantization(const onnx::ModelProto &original, const QuantizeOptions &wanted)
      : model(original), options(wanted) {
    report.options = wanted;
  }

  Status prepare(const NamedTensors &inputs) {
    nameNodes(*model.mutable_graph());
    if (Status status = checkOptions(model.graph(), options); !status)
      return status;
    auto runs = BatchRuns::of(model.graph(), inputs);
    if (!runs)
      return runs.error();
    batch = std::move(*runs);
    report.samples = batch.samples();
    const std::set<std::string> keepFloat(options.keep_float.begin(), options.keep_float.end());
    simplifyGraph(*model.mutable_graph(), options.fold_batch_norm, keepFloat);
    setStateBits();
    GraphEditor editor(*model.mutable_graph());
    placement = placeQuantizers(editor, keepFloat);
    if (placement.layers.empty())
      return Error{ErrorKind::Model,
                   "there is nothing to quantize: no convolution, matrix product, recurrent layer, "
                   "addition, concatenation or average pool of float32 tensors"};
    return {};
  }

  Result<QuantizedModel> quantize() {
    GraphEditor editor(*model.mutable_graph());
    std::vector<std::string> tensors = placement.tensors;
    for (const std::string &tensor : cellTensors(editor, placement))
      tensors.push_back(tensor);
    auto floatRuns = ReferenceRuns::compile(model, batch, tensors, Arithmetic::AsWritten);
    if (!floatRuns)
      return floatRuns.error();
    auto axes = options.bias_correction ? correctedInputs(editor, placement) : std::map<std::string, int>();
    auto calibration = calibrate(*floatRuns, placement, axes, options);
    if (!calibration)
      return calibration.error();
    if (Status status = setCellBits(*floatRuns, editor); !status)
      return status.error();
    auto reported = reportTensors(*floatRuns, placement, *calibration);
    if (!reported)
      return reported.error();
    report.tensors = std::move(*reported);
    if (Status status = addSensitivity(*calibration, *floatRuns); !status)
      return status.error();
    auto weights = insertQdq(editor, placement, *calibration, options);
    report.tensors.insert(report.tensors.end(), weights.begin(), weights.end());
    return finish(*floatRuns);
  }

private:
  /// For the importer: no operator of ONNX says it.
  void setStateBits() {
    if (options.recurrent_state_bits == 16)
      return;
    addMetadata(kStateBitsKey, options.recurrent_state_bits);
  }

  /// The formats of LSTMs' cells, likewise.
  Status setCellBits(ReferenceRuns &floatRuns, const GraphEditor &editor) {
    auto cells = calibrateCells(floatRuns, editor, placement);
    if (!cells)
      return cells.error();
    report.cells = std::move(*cells);
    for (const CellReport &cell : report.cells)
      if (cell.fraction_bits != 12)
        addMetadata(kCellBitsKey + cell.label, static_cast<unsigned>(cell.fraction_bits));
    return {};
  }

  void addMetadata(const std::string &key, unsigned value) {
    onnx::StringStringEntryProto &entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(std::to_string(value));
  }

  Status addSensitivity(const Calibration &calibration, ReferenceRuns &floatRuns) {
    if (!options.layer_sensitivity)
      return {};
    auto layers = layerSensitivity(model, placement, calibration, options, batch, floatRuns);
    if (!layers)
      return layers.error();
    report.layers = std::move(*layers);
    return {};
  }

  Result<QuantizedModel> finish(ReferenceRuns &floatRuns) {
    // Before version 4 of the format initializers, new scales too, had to be inputs as well.
    model.set_ir_version(std::max<int64_t>(model.ir_version(), 4));
    auto prepared = prepareModel(std::move(model), "the quantized model", "");
    if (!prepared)
      return prepared.error();
    auto runs = ReferenceRuns::compile(*prepared, batch, {}, Arithmetic::Integer);
    if (!runs)
      return runs.error();
    auto comparison = compareOutputs(prepared->graph(), floatRuns, *runs);
    if (!comparison)
      return comparison.error();
    report.output_sqnr_db = comparison->sqnrDb();
    report.output_cosine = comparison->cosine();
    return QuantizedModel{std::move(*prepared), std::move(report)};
  }

  onnx::ModelProto model;
  QuantizeOptions options;
  BatchRuns batch;
  Placement placement; // of the model's nodes
  QuantizationReport report;
};

} // namespace

Result<QuantizedModel> quantizeModel(const onnx::ModelProto &model, const NamedTensors &batch,
                                     const QuantizeOptions &options) {
  Quantization quantization(model, options);
  if (Status status = quantization.prepare(batch); !status)
    return status.error();
  return quantization.quantize();
}

} // namespace lockstep
