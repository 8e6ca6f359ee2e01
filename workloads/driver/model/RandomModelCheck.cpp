#include "workloads/driver/model/RandomModelCheck.h"

#include "compiler/pipeline/Compiler.h"
#include "compiler/tensor/TensorFile.h"
#include "workloads/driver/model/ModelEvaluation.h"
#include "workloads/driver/support/WorkerPool.h"
#include "workloads/random_models/Random.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>

namespace lockstep {

namespace {

/// Below this the integer form means something else than the model. Rounding alone keeps far more, unless a
/// whole output is only two or three quantization steps large.
constexpr double kLeastSqnrDb = 6;
constexpr unsigned kProcessorSeconds = 20;

/// One model on its way through all executions; stops at the first failure.
class Check {
public:
  Check(const RandomModel &model, uint64_t seed, const RandomCheckSpec &spec)
      : model(model), seed(seed), spec(spec) {}

  RandomOutcome run() {
    if (Status status = runAll(); !status)
      fail(status.error().message);
    return outcome;
  }

private:
  Status runAll() {
    auto source = ModelSource::parse(onnxOf(model), "model");
    if (!source)
      return source.error();
    NamedTensors inputs = source->inputs();
    auto set = SampleSet::make(randomInputs(model, spec.samples, 2 * seed + 1), inputs);
    if (!set)
      return set.error();
    samples = std::move(*set);
    auto made = source->quantize(randomInputs(model, 4, 2 * seed), randomQuantizeOptions(seed));
    if (!made)
      return Error{made.error().kind, "quantize: " + made.error().message};
    quantized = std::move(made->model);
    if (Status status = runReferences(); !status)
      return status;
    for (const std::string &hw : spec.machines)
      if (Status status = runMachine(hw, {EngineKind::Golden, EngineKind::SystemC}); !status)
        return status;
    for (const std::string &hw : spec.rtl_machines)
      if (Status status = runMachine(hw, {EngineKind::Lockstep}); !status)
        return status;
    return {};
  }

  Result<Evaluation> evaluateOn(const CompileOptions &options, EngineKind engine, const std::string &label) {
    auto compilation = compileModel(*quantized, options);
    if (!compilation)
      return Error{compilation.error().kind, label + ": " + compilation.error().message};
    RunSpec run;
    run.engine = engine;
    return evaluate(compilation->package, run, *samples, label);
  }

  Status runReferences() {
    CompileOptions options;
    options.use_accelerator = false;
    auto integerResult = evaluateOn(options, EngineKind::Golden, "integer reference");
    if (!integerResult)
      return integerResult.error();
    integers = std::move(*integerResult);
    if (!spec.float_check)
      return {};
    options.integer_form = false;
    auto floats = evaluateOn(options, EngineKind::Golden, "QDQ in float");
    if (!floats)
      return floats.error();
    outcome.sqnr_db = sqnrOf(floats->outputs, integers->outputs).value_or(200);
    if (outcome.sqnr_db < kLeastSqnrDb)
      fail(fmt::format("the integer form is only {:.1f} dB from the same QDQ model in float: {}",
                       outcome.sqnr_db,
                       differenceOf(floats->outputs, "float", integers->outputs, "integer")));
    return {};
  }

  void note(const Compilation &compilation) {
    outcome.operators = compilation.places.size();
    outcome.on_accelerator =
        uint64_t(std::count_if(compilation.places.begin(), compilation.places.end(),
                               [](const OperatorPlace &p) { return p.target == "accelerator"; }));
    const std::vector<Piece> &pieces = compilation.package.pieces;
    outcome.pieces = uint64_t(std::count_if(
        pieces.begin(), pieces.end(), [](const Piece &piece) { return piece.target == "accelerator"; }));
  }

  Status runMachine(const std::string &hw, const std::vector<EngineKind> &engines) {
    RunSpec run;
    run.hw = hw;
    run.sets = spec.sets;
    auto parameters = machineOf(run);
    if (!parameters)
      return parameters.error();
    CompileOptions options;
    options.parameters = *parameters;
    auto compilation = compileModel(*quantized, options);
    if (!compilation)
      return Error{compilation.error().kind, hw + ": " + compilation.error().message};
    note(*compilation);
    for (EngineKind engine : engines) {
      run.engine = engine;
      std::string label = hw + " " + engineName(engine);
      auto evaluated = evaluate(compilation->package, run, *samples, label);
      if (!evaluated)
        return evaluated.error();
      outcome.cycles += evaluated->cycles;
      std::string difference =
          differenceOf(integers->outputs, "the integer reference", evaluated->outputs, label);
      fail(difference.empty() ? evaluated->difference : difference);
    }
    return {};
  }

  /// Keeps the first one.
  void fail(const std::string &sentence) {
    if (outcome.failure.empty())
      outcome.failure = sentence;
  }

  const RandomModel &model;
  const uint64_t seed;
  const RandomCheckSpec &spec;
  RandomOutcome outcome;
  std::optional<ModelSource> quantized;
  std::optional<SampleSet> samples;
  std::optional<Evaluation> integers;
};

/// The process ends with a signal if it computes for so much longer: a compiler that does not come to an end
/// is a failure.
void limitProcessor(rlim_t seconds) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  rlimit limit{};
  getrlimit(RLIMIT_CPU, &limit);
  limit.rlim_cur =
      std::min<rlim_t>(rlim_t(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + seconds, limit.rlim_max);
  setrlimit(RLIMIT_CPU, &limit);
}

Row rowOf(const RandomOutcome &outcome) {
  return {{"failure", outcome.failure},
          {"operators", outcome.operators},
          {"on_accelerator", outcome.on_accelerator},
          {"pieces", outcome.pieces},
          {"cycles", outcome.cycles},
          {"sqnr_db", outcome.sqnr_db}};
}

RandomOutcome outcomeOf(const Result<Row> &result) {
  RandomOutcome outcome;
  if (!result) {
    outcome.failure = result.error().message;
    return outcome;
  }
  const Row &row = *result;
  outcome.failure = row["failure"];
  outcome.operators = row["operators"];
  outcome.on_accelerator = row["on_accelerator"];
  outcome.pieces = row["pieces"];
  outcome.cycles = row["cycles"];
  outcome.sqnr_db = row["sqnr_db"];
  return outcome;
}

} // namespace

QuantizeOptions randomQuantizeOptions(uint64_t seed) {
  ModelRandom random(seed ^ 0x5eed);
  QuantizeOptions options;
  options.calibrator = Calibrator(random.below(5));
  options.per_channel = random.chance(70);
  options.symmetric = random.chance(60);
  options.bias_correction = random.chance(15);
  options.fold_batch_norm = random.chance(85);
  return options;
}

std::string commandOptionsOf(const QuantizeOptions &options) {
  std::string text = fmt::format(" --calibrator {}", calibratorName(options.calibrator));
  text += options.per_channel ? "" : " --per-tensor";
  text += options.symmetric ? "" : " --asymmetric";
  text += options.bias_correction ? " --bias-correction" : "";
  return text + (options.fold_batch_norm ? "" : " --no-batch-norm-folding");
}

RandomOutcome checkRandomModel(const RandomModel &model, uint64_t seed, const RandomCheckSpec &spec) {
  return Check(model, seed, spec).run();
}

RandomOutcome checkInWorker(const RandomModel &model, uint64_t seed, const RandomCheckSpec &spec) {
  limitProcessor(kProcessorSeconds);
  return checkRandomModel(model, seed, spec);
}

RandomOutcome checkInProcess(const RandomModel &model, uint64_t seed, const RandomCheckSpec &spec) {
  RandomOutcome outcome;
  WorkerPool pool({1, UINT64_MAX});
  auto work = [&](size_t) -> Result<Row> { return rowOf(checkInWorker(model, seed, spec)); };
  pool.run(
      {{"the model", 0}}, work, [](size_t) {},
      [&](size_t, Result<Row> result) { outcome = outcomeOf(result); });
  return outcome;
}

std::string failureKind(const std::string &failure) {
  for (const char *kind : {" gives ", "ended with", "dB from"})
    if (failure.find(kind) != std::string::npos)
      return kind;
  std::string words; // without names and numbers, which change as the model shrinks
  for (char c : failure)
    if (!std::isdigit(uint8_t(c)))
      words += c;
  return words;
}

RandomModel shrinkFailure(RandomModel model, uint64_t seed, const RandomCheckSpec &spec, unsigned tries) {
  std::string kind = failureKind(checkInProcess(model, seed, spec).failure);
  auto fails = [&](const RandomModel &candidate) {
    std::string failure = checkInProcess(candidate, seed, spec).failure;
    return !failure.empty() && failureKind(failure) == kind;
  };
  return shrinkModel(std::move(model), fails, tries);
}

Result<std::string> writeFailure(const RandomModel &model, uint64_t seed, const RandomCheckSpec &spec,
                                 const std::string &folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  auto file = [&](const char *ending) {
    return (std::filesystem::path(folder) / fmt::format("random_{}{}", seed, ending)).string();
  };
  std::string bytes = onnxOf(model);
  std::ofstream stream(file(".onnx"), std::ios::binary);
  if (failure || !stream.write(bytes.data(), std::streamsize(bytes.size())).flush())
    return Error{ErrorKind::System, fmt::format("{} cannot be written", file(".onnx"))};
  if (Status status = writeNpz(randomInputs(model, 4, 2 * seed), file("_calibration.npz")); !status)
    return status.error();
  if (Status status = writeNpz(randomInputs(model, spec.samples, 2 * seed + 1), file("_inputs.npz")); !status)
    return status.error();
  std::vector<std::string> machines = spec.machines;
  machines.insert(machines.end(), spec.rtl_machines.begin(), spec.rtl_machines.end());
  std::string command =
      fmt::format("lockstep verify {} --data {} --calibrate {} --hw {} --engines golden,systemc{}",
                  file(".onnx"), file("_inputs.npz"), file("_calibration.npz"), fmt::join(machines, ","),
                  spec.rtl_machines.empty() ? "" : ",lockstep");
  for (const std::string &set : spec.sets)
    command += " --set " + set;
  return command + commandOptionsOf(randomQuantizeOptions(seed));
}

} // namespace lockstep
