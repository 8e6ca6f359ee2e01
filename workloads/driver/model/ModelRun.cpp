#include "workloads/driver/model/ModelRun.h"

#include "compiler/tensor/TensorFile.h"
#include "workloads/driver/model/ModelEvaluation.h"
#include "workloads/driver/model/ModelProfile.h"
#include "workloads/driver/support/ExitCode.h"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

bool hasModelEnding(const std::string &file) {
  std::string ending = fs::path(file).extension().string();
  return ending == ".onnx" || ending == ".mlir";
}

std::string firstBytes(const std::string &file, size_t count) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(count, '\0');
  stream.read(bytes.data(), std::streamsize(count));
  bytes.resize(size_t(stream.gcount()));
  return bytes;
}

Result<Package> compiledPackage(const ModelRunOptions &options) {
  auto source = ModelSource::read(options.model.model);
  if (!source)
    return source.error();
  auto compile = compileOptionsOf(options.model, *source);
  if (!compile)
    return compile.error();
  compile->use_accelerator = !options.reference;
  auto compilation = compileModel(*source, *compile);
  if (!compilation)
    return compilation.error();
  return std::move(compilation->package);
}

/// The package with --set applied to the machine that it was compiled for.
Result<Package> loadedPackage(const ModelRunOptions &options) {
  const std::string &file = options.model.model;
  if (options.reference)
    return usage(fmt::format(
        "{}: a package has no CPU reference of what runs on the accelerator; give the model itself, "
        "or take the engine golden",
        file));
  if (!options.model.calibrate.empty() || !options.model.shapes.empty())
    return usage(
        fmt::format("{}: a package is compiled already; --calibrate and --shape are for models", file));
  auto package = readPackage(file);
  if (!package || options.model.run.sets.empty())
    return package;
  std::vector<std::pair<std::string, std::string>> overrides;
  for (const std::string &set : options.model.run.sets) {
    auto setting = parseSetting(set);
    if (!setting)
      return setting.error();
    overrides.push_back(*setting);
  }
  auto parameters = parseParameters(printParameters(package->parameters), file, overrides);
  if (!parameters)
    return parameters.error();
  package->parameters = *parameters;
  return package;
}

Tensor randomTensor(const Tensor &like, std::mt19937_64 &random) {
  Tensor tensor = zeroTensor(like.element_type, like.shape);
  if (like.element_type == "float32")
    for (size_t i = 0; i + 4 <= tensor.bytes.size(); i += 4) {
      float value = float(int64_t(random() % 2001) - 1000) / 1000;
      std::memcpy(tensor.bytes.data() + i, &value, 4);
    }
  else if (elementBytes(like.element_type) == 1)
    for (uint8_t &byte : tensor.bytes)
      byte = uint8_t(random() % (like.element_type == "bool" ? 2 : 256));
  return tensor; // other types: zeros, since they are mostly indices and lengths
}

Result<SampleSet> samplesOf(const ModelRunOptions &options, const Package &package) {
  NamedTensors inputs = inputsOf(package), matched;
  std::mt19937_64 random(options.seed);
  if (options.inputs.empty()) {
    for (const NamedTensor &input : inputs)
      matched.push_back({input.name, randomTensor(input.tensor, random)});
    return SampleSet::make(matched, inputs);
  }
  auto arrays = readArrays(options.inputs);
  if (!arrays)
    return arrays.error();
  auto found = matchInputs(*arrays, inputs);
  if (!found)
    return Error{ErrorKind::Usage, fmt::format("--input: {}", found.error().message)};
  return SampleSet::make(*found, inputs);
}

std::string fileNameOf(std::string name) {
  for (char &c : name)
    if (c == '/' || c == '\\' || c == ':')
      c = '_';
  return name.empty() || name[0] == '.' ? "_" + name : name;
}

Status writeArrays(const NamedTensors &arrays, const std::string &output) {
  if (output.empty())
    return {};
  if (fs::path(output).extension() == ".npz")
    return writeNpz(arrays, output);
  std::error_code failure;
  fs::create_directories(output, failure);
  if (failure)
    return Error{ErrorKind::System, fmt::format("--output {}: {}", output, failure.message())};
  for (const NamedTensor &array : arrays)
    if (Status status =
            writeTensor(array.tensor, (fs::path(output) / (fileNameOf(array.name) + ".npy")).string());
        !status)
      return status;
  return {};
}

Status writeJsonFile(const ModelRunOptions &options, const Package &package, const ModelProfile &profile,
                     const ModelRunCost &first, const std::vector<uint64_t> &runCycles) {
  if (options.model.run.json_file.empty())
    return {};
  Row pieces = Row::array();
  for (const PieceExecution &piece : first.pieces) {
    Row row = {{"piece", piece.piece}};
    row.update(rowOf(piece.execution));
    if (piece.execution.bits_equal)
      row["bits_equal"] = *piece.execution.bits_equal;
    pieces.push_back(std::move(row));
  }
  Row host = Row::object();
  for (const auto &[piece, seconds] : first.host_seconds)
    host[piece] = seconds;
  Row row = {{"model", package.model},
             {"hw", package.parameters.name},
             {"engine", options.reference ? "reference" : engineName(options.model.run.engine)},
             {"run_cycles", runCycles},
             {"pieces", pieces},
             {"layers", profile.rows()},
             {"host_seconds", host}};
  return writeJson({row}, options.model.run.json_file);
}

/// All runs; the first one is profiled and traced.
struct Session {
  const ModelRunOptions &options;
  const Package &package;
  ModelProfile profile;
  ModelRunCost first;
  std::vector<uint64_t> run_cycles;
  std::string difference;

  Session(const ModelRunOptions &options, const Package &package)
      : options(options), package(package), profile(package, options.model.run.trace_file) {}

  Result<NamedTensors> run(const SampleSet &samples) {
    RunSpec spec = options.model.run;
    spec.trace_file.clear(); // the profile writes it, with layers
    auto engine = ModelEngine::make(package, spec);
    if (!engine)
      return engine.error();
    OutputCollector collector(samples);
    for (size_t i = 0; i < samples.numRuns(); ++i) {
      engine->accelerator().listen({});
      if (i == 0)
        engine->accelerator().listen([this](const Piece &piece, const Program &program, uint64_t cycles) {
          return profile.listen(piece, program, cycles);
        });
      auto outputs = engine->run(samples.run(i));
      if (!outputs)
        return Error{outputs.error().kind,
                     fmt::format("{}: {}", options.model.model, outputs.error().message)};
      collector.add(*outputs);
      if (Status status = note(engine->cost(), i); !status)
        return status.error();
    }
    return collector.arrays();
  }

  Status note(const ModelRunCost &cost, size_t run) {
    run_cycles.push_back(cost.cycles);
    if (difference.empty() && !cost.difference.empty())
      difference = fmt::format("run {}: {}", run, cost.difference);
    if (run > 0)
      return {};
    first = cost;
    return profile.finish(first);
  }
};

void show(const Session &session, const SampleSet &samples, const NamedTensors &outputs) {
  const ModelRunOptions &options = session.options;
  fmt::print("{}", showProfile(session.profile, session.first));
  if (samples.numRuns() > 1)
    fmt::print("{} runs; the profile is that of the first\n", samples.numRuns());
  for (const NamedTensor &output : outputs)
    fmt::print("output {} {} {}\n", output.name, output.tensor.element_type, shapeText(output.tensor.shape));
  if (options.model.run.engine == EngineKind::Lockstep && !options.reference)
    fmt::print("{}\n", session.difference.empty()
                           ? "golden, systemc and rtl: events, cycles, counters and all bytes are equal"
                           : "DIFFER: " + session.difference);
}

} // namespace

bool isModelFile(const std::string &file) {
  return hasModelEnding(file) || fs::path(file).extension() == ".lsp" || firstBytes(file, 4) == "LSTK";
}

Result<int> runModel(const ModelRunOptions &options) {
  if (Status status = checkRunSpec(options.model.run); !status)
    return status.error();
  if (!options.reference && options.model.run.timing_only)
    return usage("--timing-only is for programs: a model's layers on the host need values");
  auto package = hasModelEnding(options.model.model) ? compiledPackage(options) : loadedPackage(options);
  if (!package)
    return package.error();
  auto samples = samplesOf(options, *package);
  if (!samples)
    return samples.error();
  Session session(options, *package);
  auto outputs = session.run(*samples);
  if (!outputs)
    return outputs.error();
  show(session, *samples, *outputs);
  if (Status status = writeArrays(*outputs, options.output); !status)
    return status.error();
  if (Status status = writeJsonFile(options, *package, session.profile, session.first, session.run_cycles);
      !status)
    return status.error();
  return session.difference.empty() ? int(exitOk) : int(exitFailed);
}

} // namespace lockstep
