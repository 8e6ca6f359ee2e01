#include "compiler/quantize/PrintReport.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace lockstep {

namespace {

std::string decibels(double value) { return value >= 999 ? "exact" : fmt::format("{:.2f} dB", value); }

/// Width of the column of names.
template <typename Rows, typename Name> size_t nameWidth(const Rows &rows, Name name) {
  size_t width = 6;
  for (const auto &row : rows)
    width = std::max(width, name(row).size());
  return width;
}

std::string printOptions(const QuantizationReport &report) {
  const QuantizeOptions &options = report.options;
  std::string calibrator = calibratorName(options.calibrator);
  if (options.calibrator == Calibrator::Percentile)
    calibrator += fmt::format(" {}", options.percentile);
  return fmt::format(
      "{} bits, {}, {} activations, weights per {}{}{}{}; {} samples\n", options.bits, calibrator,
      options.symmetric ? "symmetric" : (options.unsigned_activations ? "unsigned asymmetric" : "asymmetric"),
      options.per_channel ? "channel" : "tensor", options.bias_correction ? ", bias correction" : "",
      options.fold_batch_norm ? "" : ", batch norms not folded",
      options.recurrent_state_bits == 16 ? "" : ", recurrent states of 8 bits", report.samples);
}

std::string printLayers(const QuantizationReport &report) {
  if (report.layers.empty())
    return "";
  size_t width = nameWidth(report.layers, [](const LayerReport &layer) { return layer.label; });
  std::string text = fmt::format("\n{:<{}}  {:<18}  {:>10}\n", "layer", width, "operator", "alone");
  for (const LayerReport &layer : report.layers)
    text += fmt::format("{:<{}}  {:<18}  {:>10}\n", layer.label, width, layer.operator_type,
                        decibels(layer.output_sqnr_db));
  return text;
}

std::string printCells(const QuantizationReport &report) {
  if (report.cells.empty())
    return "";
  size_t width = nameWidth(report.cells, [](const CellReport &cell) { return cell.label; });
  std::string text = fmt::format("\n{:<{}}  {:>11}  {:>13}\n", "cell", width, "largest |c|", "fraction bits");
  for (const CellReport &cell : report.cells)
    text += fmt::format("{:<{}}  {:>11.5g}  {:>13}\n", cell.label, width, cell.largest, cell.fraction_bits);
  return text;
}

std::string printTensors(const QuantizationReport &report) {
  size_t width = nameWidth(report.tensors, [](const TensorReport &tensor) { return tensor.name; });
  std::string text =
      fmt::format("\n{:<{}}  {:>11}  {:>11}  {:>11}  {:>11}  {:>5}  {:>9}  {:>10}  {:>9}\n", "tensor", width,
                  "minimum", "maximum", "threshold", "scale", "zero", "clipped", "SQNR", "cosine");
  for (const TensorReport &tensor : report.tensors)
    text += fmt::format(
        "{:<{}}  {:>11.5g}  {:>11.5g}  {:>11.5g}  {:>11.5g}  {:>5}  {:>7.4f} %  {:>10}  {:>9.6f}\n",
        tensor.name, width, tensor.minimum, tensor.maximum, tensor.threshold, tensor.scale, tensor.zero_point,
        100 * tensor.clipped_share, decibels(tensor.sqnr_db), tensor.cosine);
  return text;
}

nlohmann::ordered_json jsonOf(const QuantizeOptions &options) {
  return {{"calibrator", calibratorName(options.calibrator)},
          {"percentile", options.percentile},
          {"bits", options.bits},
          {"per_channel", options.per_channel},
          {"symmetric", options.symmetric},
          {"unsigned_activations", options.unsigned_activations},
          {"bias_correction", options.bias_correction},
          {"fold_batch_norm", options.fold_batch_norm},
          {"recurrent_state_bits", options.recurrent_state_bits},
          {"keep_float", options.keep_float}};
}

nlohmann::ordered_json jsonOf(const TensorReport &tensor) {
  return {{"name", tensor.name},
          {"minimum", tensor.minimum},
          {"maximum", tensor.maximum},
          {"threshold", tensor.threshold},
          {"scale", tensor.scale},
          {"zero_point", tensor.zero_point},
          {"clipped_share", tensor.clipped_share},
          {"sqnr_db", tensor.sqnr_db},
          {"cosine", tensor.cosine}};
}

nlohmann::ordered_json jsonOf(const CellReport &cell) {
  return {{"label", cell.label}, {"largest", cell.largest}, {"fraction_bits", cell.fraction_bits}};
}

nlohmann::ordered_json jsonOf(const LayerReport &layer) {
  return {{"label", layer.label},
          {"operator_type", layer.operator_type},
          {"output_sqnr_db", layer.output_sqnr_db}};
}

} // namespace

std::string printReport(const QuantizationReport &report) {
  return printOptions(report) +
         fmt::format("model's outputs over the calibration batch: SQNR {}, cosine {:.6f}\n",
                     decibels(report.output_sqnr_db), report.output_cosine) +
         printLayers(report) + printCells(report) + printTensors(report);
}

std::string reportJson(const QuantizationReport &report) {
  nlohmann::ordered_json json = {
      {"options", jsonOf(report.options)},          {"samples", report.samples},
      {"output_sqnr_db", report.output_sqnr_db},    {"output_cosine", report.output_cosine},
      {"tensors", nlohmann::ordered_json::array()}, {"cells", nlohmann::ordered_json::array()},
      {"layers", nlohmann::ordered_json::array()}};
  for (const TensorReport &tensor : report.tensors)
    json["tensors"].push_back(jsonOf(tensor));
  for (const CellReport &cell : report.cells)
    json["cells"].push_back(jsonOf(cell));
  for (const LayerReport &layer : report.layers)
    json["layers"].push_back(jsonOf(layer));
  // Names in a model may be any bytes.
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace lockstep
