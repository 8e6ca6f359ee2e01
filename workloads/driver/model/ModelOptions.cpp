#include "workloads/driver/model/ModelOptions.h"

#include "workloads/driver/model/SampleSet.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace lockstep {

namespace {

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

void assignCalibrator(const std::string &name, Calibrator &calibrator) {
  auto parsed = calibratorNamed(name);
  if (!parsed)
    throw CLI::ValidationError("--calibrator", parsed.error().message); // CLI11's way to refuse a value
  calibrator = *parsed;
}

} // namespace

Result<std::pair<std::string, std::vector<uint64_t>>> parseShape(const std::string &text) {
  size_t equals = text.find('=');
  auto wrong = [&] {
    return usage(
        fmt::format("--shape `{}` is not of the form input=1x3x224x224, with extents from 1 to 2^31", text));
  };
  if (equals == std::string::npos || equals == 0)
    return wrong();
  std::vector<uint64_t> shape;
  std::string extents = text.substr(equals + 1);
  for (size_t at = 0; at < extents.size();) {
    size_t end = extents.find_first_of("x,", at);
    std::string extent = extents.substr(at, end == std::string::npos ? end : end - at);
    if (extent.empty() || extent.size() > 10 || extent.find_first_not_of("0123456789") != std::string::npos)
      return wrong();
    shape.push_back(std::stoull(extent));
    if (shape.back() == 0 || shape.back() > (uint64_t(1) << 31))
      return wrong();
    at = end == std::string::npos ? extents.size() : end + 1;
  }
  return std::make_pair(text.substr(0, equals), shape);
}

Result<ImportOptions> importOptionsOf(const ModelOptions &options) {
  ImportOptions import;
  for (const std::string &text : options.shapes) {
    auto shape = parseShape(text);
    if (!shape)
      return shape.error();
    import.input_shapes.insert(*shape);
  }
  return import;
}

Result<std::optional<NamedTensors>> calibrationOf(const ModelOptions &options, const ModelSource &source) {
  if (options.calibrate.empty())
    return std::optional<NamedTensors>();
  auto import = importOptionsOf(options);
  if (!import)
    return import.error();
  auto arrays = readArrays(options.calibrate);
  if (!arrays)
    return arrays.error();
  auto matched = matchInputs(*arrays, source.inputs(*import));
  if (!matched)
    return Error{ErrorKind::Usage, fmt::format("--calibrate: {}", matched.error().message)};
  return std::optional<NamedTensors>(std::move(*matched));
}

Result<CompileOptions> compileOptionsOf(const ModelOptions &options, const ModelSource &source) {
  CompileOptions compile;
  auto parameters = machineOf(options.run);
  if (!parameters)
    return parameters.error();
  auto import = importOptionsOf(options);
  if (!import)
    return import.error();
  auto calibration = calibrationOf(options, source);
  if (!calibration)
    return calibration.error();
  compile.parameters = *parameters;
  compile.import = *import;
  compile.quantize = options.quantize;
  compile.calibration = std::move(*calibration);
  return compile;
}

void addShapeOption(CLI::App &app, ModelOptions &options) {
  app.add_option("--shape", options.shapes, "Shape of an input that the model leaves open; may be repeated")
      ->type_name("INPUT=1x3x224x224")
      ->allow_extra_args(false);
}

void addCalibrationOptions(CLI::App &app, ModelOptions &options) {
  QuantizeOptions &quantize = options.quantize;
  app.add_option("--calibrate", options.calibrate,
                 "Quantize with these inputs: .npz, .npy, .pb, or NAME=FILE; samples along axis 0")
      ->type_name("FILE...");
  app.add_option_function<std::string>(
         "--calibrator",
         [&quantize](const std::string &name) { assignCalibrator(name, quantize.calibrator); },
         "How ranges of activations are chosen: min-max, percentile, entropy, mse or jeffreys")
      ->default_str(calibratorName(quantize.calibrator))
      ->type_name("NAME");
  app.add_option("--percentile", quantize.percentile,
                 "Percent of the values that --calibrator percentile does not clip")
      ->capture_default_str();
  app.add_option("--bits", quantize.bits, "Bits of weights and activations")->capture_default_str();
  app.add_flag_callback(
      "--per-tensor", [&quantize] { quantize.per_channel = false; },
      "One scale for a layer's weights instead of one for each output channel");
  app.add_flag_callback(
      "--asymmetric", [&quantize] { quantize.symmetric = false; }, "Activations with a zero point");
  app.add_flag_callback(
      "--unsigned",
      [&quantize] {
        quantize.symmetric = false;
        quantize.unsigned_activations = true;
      },
      "Activations with a zero point, as uint8");
  app.add_flag("--bias-correction", quantize.bias_correction,
               "The bias makes up for the mean error of the weights");
  app.add_flag_callback(
      "--no-batch-norm-folding", [&quantize] { quantize.fold_batch_norm = false; },
      "Batch norms stay operators of their own");
  app.add_option("--recurrent-state-bits", quantize.recurrent_state_bits,
                 "Bits of the state of GRU, LSTM and RNN: 16, or 8 (faster, less exact)")
      ->capture_default_str();
  app.add_flag("--layer-sensitivity", quantize.layer_sensitivity,
               "Report what each layer costs: compiles and runs the batch once for each");
  app.add_option("--keep-float", quantize.keep_float, "Label of a node that stays float; may be repeated")
      ->type_name("NODE")
      ->allow_extra_args(false);
}

} // namespace lockstep
