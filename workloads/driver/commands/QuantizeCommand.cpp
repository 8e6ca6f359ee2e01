// lockstep quantize MODEL: a float model and a batch of inputs to a quantized model, with a report.
#include "compiler/quantize/PrintReport.h"
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/model/ModelEvaluation.h"
#include "workloads/driver/model/ModelOptions.h"
#include "workloads/driver/support/ExitCode.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace lockstep {

namespace {

struct QuantizeCommandOptions {
  ModelOptions model;
  std::vector<std::string> data;
  std::string output, labels, json_file;
};

/// Accuracies of the float and the integer model.
struct Accuracies {
  double before = 0, after = 0;
};

Result<double> accuracyOn(const ModelSource &source, const ImportOptions &import, const SampleSet &samples,
                          const std::vector<int64_t> &labels) {
  CompileOptions options;
  options.import = import;
  options.use_accelerator = false;
  auto compilation = compileModel(source, options);
  if (!compilation)
    return compilation.error();
  auto evaluation = evaluate(compilation->package, {}, samples, source.origin());
  if (!evaluation)
    return evaluation.error();
  return accuracyOf(*evaluation, labels);
}

Result<std::vector<int64_t>> labelsIn(const NamedTensors &arrays, const std::string &wanted) {
  for (const NamedTensor &array : arrays)
    if (array.name == wanted || (wanted.empty() && (array.name == "label" || array.name == "labels")))
      return labelsOf(array.tensor);
  auto file = readArrays({wanted});
  if (!file)
    return file.error();
  if (file->size() != 1)
    return Error{ErrorKind::Usage,
                 fmt::format("--labels {}: it holds {} arrays; one is wanted", wanted, file->size())};
  return labelsOf(file->front().tensor);
}

Result<Accuracies> accuraciesOf(const QuantizeCommandOptions &options, const ModelSource &before,
                                const ModelSource &after) {
  auto import = importOptionsOf(options.model);
  auto arrays = readArrays(options.data);
  if (!import || !arrays)
    return import ? arrays.error() : import.error();
  auto labels = labelsIn(*arrays, options.labels);
  if (!labels)
    return labels.error();
  NamedTensors inputs = before.inputs(*import);
  auto matched = matchInputs(*arrays, inputs);
  if (!matched)
    return Error{ErrorKind::Usage, fmt::format("--data: {}", matched.error().message)};
  auto samples = SampleSet::make(*matched, inputs);
  if (!samples)
    return Error{ErrorKind::Usage, fmt::format("--data: {}", samples.error().message)};
  auto accuracyBefore = accuracyOn(before, *import, *samples, *labels);
  if (!accuracyBefore)
    return accuracyBefore.error();
  auto accuracyAfter = accuracyOn(after, *import, *samples, *labels);
  if (!accuracyAfter)
    return accuracyAfter.error();
  return Accuracies{*accuracyBefore, *accuracyAfter};
}

Status writeReport(const QuantizeCommandOptions &options, const QuantizationReport &report,
                   const std::optional<Accuracies> &accuracies) {
  if (options.json_file.empty())
    return {};
  Row row = Row::parse(reportJson(report));
  row["model"] = options.model.model;
  row["accuracy_percent_float"] = accuracies ? Row(accuracies->before) : Row(nullptr);
  row["accuracy_percent_quantized"] = accuracies ? Row(accuracies->after) : Row(nullptr);
  return writeText(row.dump(1) + "\n", options.json_file);
}

Result<int> quantize(const QuantizeCommandOptions &options) {
  if (options.data.empty() && !options.labels.empty())
    return Error{ErrorKind::Usage, "--labels needs --data: the inputs that they belong to"};
  auto source = ModelSource::read(options.model.model);
  if (!source)
    return source.error();
  auto import = importOptionsOf(options.model);
  auto calibration = calibrationOf(options.model, *source);
  if (!import || !calibration)
    return import ? calibration.error() : import.error();
  auto quantized = source->quantize(**calibration, options.model.quantize, *import);
  if (!quantized)
    return quantized.error();
  std::optional<Accuracies> accuracies;
  if (!options.data.empty()) {
    auto measured = accuraciesOf(options, *source, quantized->model);
    if (!measured)
      return measured.error();
    accuracies = *measured;
  }
  fmt::print("{}", printReport(quantized->report));
  if (accuracies)
    fmt::print("accuracy: float {:.2f} %, quantized {:.2f} %\n", accuracies->before, accuracies->after);
  if (!options.output.empty())
    if (Status status = quantized->model.write(options.output); !status)
      return status.error();
  if (Status status = writeReport(options, quantized->report, accuracies); !status)
    return status.error();
  return int(exitOk);
}

} // namespace

void addQuantizeCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<QuantizeCommandOptions>();
  CLI::App *command =
      app.add_subcommand("quantize", "A float ONNX model and a batch of inputs to a quantized model");
  command->add_option("model", options->model.model, "Float ONNX file")->required()->type_name("MODEL.onnx");
  command
      ->add_option("-o,--output", options->output,
                   "Write the quantized model (QuantizeLinear, DequantizeLinear)")
      ->type_name("FILE.onnx");
  addShapeOption(*command, options->model);
  addCalibrationOptions(*command, options->model);
  command->get_option("--calibrate")->required();
  command->add_option("--data", options->data, "Inputs with labels, for the accuracy before and after")
      ->type_name("FILE...");
  command
      ->add_option("--labels", options->labels, "Classes: a file, or an array of the data; default: `label`")
      ->type_name("FILE|NAME");
  command->add_option("--json", options->json_file, "Write the report")->type_name("FILE");
  command->callback([options, &exitCode] {
    auto code = quantize(*options);
    exitCode = code ? *code : reportError(code.error());
  });
}

} // namespace lockstep
