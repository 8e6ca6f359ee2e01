#include "workloads/driver/model/Verification.h"

#include "workloads/driver/model/ModelEvaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace lockstep {

namespace {

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

/// What stays the same for all machines and engines.
struct Verifier {
  const VerifySpec &spec;
  VerifyReport report;
  std::optional<ModelSource> source; // quantized, if it was float
  std::optional<SampleSet> samples;
  std::optional<std::vector<int64_t>> labels;
  std::optional<Evaluation> floats, integers;

  Status readModel();
  Status readData(const ModelSource &model);
  Status quantize(const ModelSource &model);
  Result<Compilation> compile(const ModelSource &model, const Parameters &parameters, bool accelerator,
                              bool integers);
  Status runReferences(const ModelSource &model);
  Status runMachine(const std::string &hw);
  Status runEngine(const Package &package, const std::string &hw, const std::string &engine,
                   std::optional<Evaluation> &systemc);
  Status addRow(const std::string &hw, const std::string &engine, const Evaluation &evaluation);
  void check(const std::string &group, const std::string &name, const std::string &failure,
             double seconds = 0) {
    report.checks.push_back({group, name, failure, seconds});
  }
  void checkReferences();
  void checkCycles(const std::string &hw, const Evaluation &evaluation);
};

const NamedTensor *findArray(const NamedTensors &arrays, const std::string &name) {
  auto found =
      std::find_if(arrays.begin(), arrays.end(), [&](const NamedTensor &each) { return each.name == name; });
  return found == arrays.end() ? nullptr : &*found;
}

Result<std::optional<std::vector<int64_t>>> findLabels(const VerifySpec &spec, const NamedTensors &data) {
  std::optional<Tensor> labels;
  std::vector<std::string> names = {"label", "labels"};
  if (!spec.labels.empty())
    names = {spec.labels};
  for (const std::string &name : names)
    if (const NamedTensor *array = findArray(data, name); array && !labels)
      labels = array->tensor;
  if (!labels && !spec.labels.empty()) {
    auto arrays = readArrays({spec.labels});
    if (!arrays)
      return arrays.error();
    if (arrays->size() != 1)
      return usage(
          fmt::format("--labels {}: it holds {} arrays; one is wanted", spec.labels, arrays->size()));
    labels = arrays->front().tensor;
  }
  if (!labels)
    return std::optional<std::vector<int64_t>>();
  auto list = labelsOf(*labels);
  if (!list)
    return list.error();
  return std::optional<std::vector<int64_t>>(*list);
}

} // namespace

bool VerifyReport::passed() const {
  return std::all_of(checks.begin(), checks.end(),
                     [](const VerifyCheck &check) { return check.failure.empty(); });
}

const std::vector<Column> &verifyColumns() {
  static const std::vector<Column> columns = {
      {"hw", "machine", 12, Show::Text},           {"engine", "engine", 10, Show::Text},
      {"samples", "samples", 8, Show::Integer},    {"bits_equal", "bits", 5, Show::YesNo},
      {"cycles_equal", "cycles=", 8, Show::YesNo}, {"cycles_per_run", "cycles/run", 11, Show::Integer},
      {"cycles", "cycles", 13, Show::Integer},     {"accuracy_percent", "accuracy", 9, Show::Percent},
      {"sqnr_db", "SQNR dB", 8, Show::Ratio},      {"seconds", "seconds", 8, Show::Seconds}};
  return columns;
}

Status Verifier::readModel() {
  auto model = ModelSource::read(spec.model.model);
  if (!model)
    return model.error();
  if (Status status = readData(*model); !status)
    return status;
  if (Status status = quantize(*model); !status)
    return status;
  return runReferences(*model);
}

Status Verifier::readData(const ModelSource &model) {
  auto import = importOptionsOf(spec.model);
  if (!import)
    return import.error();
  auto arrays = readArrays(spec.data);
  if (!arrays)
    return arrays.error();
  NamedTensors inputs = model.inputs(*import);
  if (!model.isOnnx()) { // an MLIR file tells its inputs when it is compiled
    auto compiled = compile(model, Parameters(), false, true);
    if (!compiled)
      return compiled.error();
    inputs = inputsOf(compiled->package);
  }
  auto matched = matchInputs(*arrays, inputs);
  if (!matched)
    return Error{ErrorKind::Usage, fmt::format("--data: {}", matched.error().message)};
  auto set = SampleSet::make(*matched, inputs);
  if (!set)
    return Error{ErrorKind::Usage, fmt::format("--data: {}", set.error().message)};
  samples = std::move(*set);
  if (spec.num_samples)
    samples->keep(spec.num_samples);
  auto found = findLabels(spec, *arrays);
  if (!found)
    return found.error();
  labels = std::move(*found);
  return {};
}

Status Verifier::quantize(const ModelSource &model) {
  source = model;
  if (!model.isOnnx() || (model.isQuantized() && spec.model.calibrate.empty()))
    return {};
  auto calibration = calibrationOf(spec.model, model);
  auto import = importOptionsOf(spec.model);
  if (!calibration || !import)
    return calibration ? import.error() : calibration.error();
  if (!*calibration) {
    *calibration = samples->arrays(spec.calibration_samples);
    report.remarks.push_back(
        fmt::format("calibrated with the first {} samples of the data; --calibrate takes others",
                    spec.calibration_samples));
  }
  auto quantized = model.quantize(**calibration, spec.model.quantize, *import);
  if (!quantized)
    return quantized.error();
  source = std::move(quantized->model);
  return {};
}

Result<Compilation> Verifier::compile(const ModelSource &model, const Parameters &parameters,
                                      bool accelerator, bool integer) {
  CompileOptions options;
  auto import = importOptionsOf(spec.model);
  if (!import)
    return import.error();
  options.import = *import;
  options.parameters = parameters;
  options.use_accelerator = accelerator;
  options.integer_form = integer;
  return compileModel(model, options);
}

Status Verifier::addRow(const std::string &hw, const std::string &engine, const Evaluation &evaluation) {
  Row row = {{"hw", hw}, {"engine", engine}, {"samples", samples->numSamples()}};
  for (const char *key :
       {"bits_equal", "cycles_equal", "cycles_per_run", "cycles", "accuracy_percent", "sqnr_db"})
    row[key] = nullptr;
  if (labels) {
    auto accuracy = accuracyOf(evaluation, *labels);
    if (!accuracy)
      return accuracy.error();
    row["accuracy_percent"] = *accuracy;
  }
  if (floats)
    if (auto sqnr = sqnrOf(floats->outputs, evaluation.outputs))
      row["sqnr_db"] = *sqnr;
  if (evaluation.cycles > 0) {
    row["cycles"] = evaluation.cycles;
    row["cycles_per_run"] = evaluation.cycles / evaluation.run_cycles.size();
    row["macs"] = evaluation.macs;
    row["bytes_moved"] = evaluation.bytes;
  }
  row["seconds"] = evaluation.seconds;
  report.rows.push_back(std::move(row));
  return {};
}

Status Verifier::runReferences(const ModelSource &model) {
  auto floatCode = compile(model, Parameters(), false, false);
  if (!floatCode)
    return floatCode.error();
  auto evaluated = evaluate(floatCode->package, {}, *samples, "float reference");
  if (!evaluated)
    return evaluated.error();
  if (Status status = addRow("-", "float", *evaluated); !status)
    return status;
  floats = std::move(*evaluated);
  auto integerCode = compile(*source, Parameters(), false, true);
  if (!integerCode)
    return integerCode.error();
  evaluated = evaluate(integerCode->package, {}, *samples, "integer reference");
  if (!evaluated)
    return evaluated.error();
  integers = std::move(*evaluated);
  if (Status status = addRow("-", "reference", *integers); !status)
    return status;
  checkReferences();
  return {};
}

void Verifier::checkReferences() {
  const VerifyThresholds &limits = spec.thresholds;
  double drop = 0, accuracy = 0;
  if (labels) {
    accuracy = *accuracyOf(*integers, *labels);
    drop = *accuracyOf(*floats, *labels) - accuracy;
  }
  if (limits.min_accuracy)
    check("model", "min-accuracy",
          accuracy >= *limits.min_accuracy
              ? ""
              : fmt::format("accuracy {:.2f} % is below {} %", accuracy, *limits.min_accuracy));
  if (limits.max_accuracy_drop)
    check("model", "max-accuracy-drop",
          drop <= *limits.max_accuracy_drop ? ""
                                            : fmt::format("accuracy drops by {:.2f} points; {} are allowed",
                                                          drop, *limits.max_accuracy_drop));
  if (limits.min_sqnr_db) {
    double sqnr = sqnrOf(floats->outputs, integers->outputs).value_or(0);
    check("model", "min-sqnr-db",
          sqnr >= *limits.min_sqnr_db
              ? ""
              : fmt::format("SQNR {:.2f} dB is below {} dB", sqnr, *limits.min_sqnr_db));
  }
}

void Verifier::checkCycles(const std::string &hw, const Evaluation &evaluation) {
  const VerifyThresholds &limits = spec.thresholds;
  uint64_t most = *std::max_element(evaluation.run_cycles.begin(), evaluation.run_cycles.end());
  if (limits.max_cycles_total)
    check(hw, "max-cycles-total",
          evaluation.cycles <= *limits.max_cycles_total
              ? ""
              : fmt::format("{} cycles in all; {} are allowed", evaluation.cycles, *limits.max_cycles_total));
  if (limits.max_cycles_per_run)
    check(hw, "max-cycles-per-run",
          most <= *limits.max_cycles_per_run
              ? ""
              : fmt::format("{} cycles in one run; {} are allowed", most, *limits.max_cycles_per_run));
}

Status Verifier::runEngine(const Package &package, const std::string &hw, const std::string &engine,
                           std::optional<Evaluation> &systemc) {
  RunSpec run = spec.model.run;
  auto kind = parseEngine(engine);
  if (!kind)
    return kind.error();
  run.engine = *kind;
  SampleSet all = *samples;
  bool hasRtl = *kind == EngineKind::Rtl || *kind == EngineKind::Lockstep;
  if (hasRtl)
    samples->keep(spec.rtl_samples);
  auto evaluated = evaluate(package, run, *samples, hw + " " + engine);
  if (!evaluated)
    return evaluated.error();
  Status added = addRow(hw, engine, *evaluated);
  samples = std::move(all);
  if (!added)
    return added;
  std::string difference = differenceOf(integers->outputs, "integer reference", evaluated->outputs, engine);
  report.rows.back()["bits_equal"] = difference.empty();
  check(hw, engine + " bits", difference, evaluated->seconds);
  if (*kind == EngineKind::Lockstep) {
    report.rows.back()["cycles_equal"] = evaluated->cycles_equal;
    check(hw, "lockstep events", evaluated->difference);
  }
  if (*kind == EngineKind::Rtl && systemc) {
    auto differs = std::mismatch(evaluated->run_cycles.begin(), evaluated->run_cycles.end(),
                                 systemc->run_cycles.begin());
    bool equal = differs.first == evaluated->run_cycles.end();
    report.rows.back()["cycles_equal"] = equal;
    check(hw, "rtl cycles",
          equal
              ? ""
              : fmt::format("run {}: SystemC takes {} cycles, RTL {}",
                            differs.first - evaluated->run_cycles.begin(), *differs.second, *differs.first));
  }
  if (*kind == EngineKind::SystemC) {
    checkCycles(hw, *evaluated);
    systemc = std::move(*evaluated);
  }
  return {};
}

Status Verifier::runMachine(const std::string &hw) {
  RunSpec run = spec.model.run;
  run.hw = hw;
  auto parameters = machineOf(run);
  if (!parameters)
    return parameters.error();
  auto compiled = compile(*source, *parameters, true, true);
  if (!compiled)
    return compiled.error();
  auto onAccelerator = [](const Piece &piece) { return piece.target == "accelerator"; };
  const std::vector<Piece> &pieces = compiled->package.pieces;
  if (std::none_of(pieces.begin(), pieces.end(), onAccelerator))
    report.remarks.push_back(
        fmt::format("{}: nothing of the model runs on the accelerator; `lockstep compile` says why", hw));
  std::optional<Evaluation> systemc;
  for (const std::string &engine : spec.engines)
    if (engine != "reference")
      if (Status status = runEngine(compiled->package, hw, engine, systemc); !status)
        return status;
  return {};
}

Result<VerifyReport> verifyModel(const VerifySpec &spec) {
  Verifier verifier{spec, {}, {}, {}, {}, {}, {}};
  if (Status status = verifier.readModel(); !status)
    return status.error();
  for (const std::string &hw : spec.machines)
    if (Status status = verifier.runMachine(hw); !status)
      return status.error();
  return std::move(verifier.report);
}

} // namespace lockstep
