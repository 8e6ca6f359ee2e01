#include "workloads/driver/model/ConformanceAccelerator.h"

#include "compiler/cases/TestCase.h"
#include "compiler/pipeline/Compiler.h"
#include "workloads/conformance/InputBinding.h"
#include "workloads/driver/model/ModelEngine.h"
#include "workloads/driver/model/ModelEvaluation.h"

#include <fmt/format.h>

#include <algorithm>

namespace lockstep {

namespace {

bool isProductOfOnnx(const std::string &type) {
  static const std::vector<std::string> types{"MatMul",      "Gemm",          "Conv",        "ConvTranspose",
                                              "QLinearConv", "QLinearMatMul", "ConvInteger", "MatMulInteger",
                                              "GRU",         "LSTM",          "RNN"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool isProductOfTosa(const std::string &operation) {
  for (const char *name : {"conv2d", "conv3d", "matmul", "fully_connected", "recurrent."})
    if (operation.find(name) != std::string::npos)
      return true;
  return false;
}

/// One case with some of its inputs fixed.
class AcceleratorCase {
public:
  AcceleratorCase(const std::string &file, const CaseData &data, size_t keptInputs, bool perChannel)
      : file(file) {
    quantize.per_channel = perChannel;
    for (size_t i = 0; i < data.inputs.size(); ++i)
      (i < keptInputs ? inputs : constants).push_back(data.inputs[i]);
  }

  CaseOutcome run(bool rtl) {
    for (const NamedTensor &constant : constants)
      outcome.bound_inputs.push_back(constant.name);
    outcome.status = CaseStatus::Passed;
    if (Status status = runAll(rtl); !status && outcome.status == CaseStatus::Passed) {
      CaseOutcome failed = outcomeOfError(status.error());
      outcome.status = failed.status;
      outcome.reason = failed.reason;
    }
    return outcome;
  }

private:
  Status runAll(bool rtl) {
    if (Status status = prepare(); !status)
      return status;
    CompileOptions options;
    options.use_accelerator = false;
    auto compilation = compileModel(*source, options);
    if (!compilation)
      return compilation.error();
    auto outputs = outputsOf(compilation->package, RunSpec());
    if (!outputs)
      return outputs.error();
    expected = *outputs;
    for (EngineKind engine : {EngineKind::Golden, EngineKind::SystemC})
      if (Status status = runOn("base", engine); !status || outcome.status != CaseStatus::Passed)
        return status;
    return rtl ? runOn("tiny", EngineKind::Lockstep) : Status();
  }

  /// A quantized model, from the case's own inputs if it is not one yet.
  Status prepare() {
    auto bytes = modelWithConstants(file, constants);
    if (!bytes)
      return bytes.error();
    auto parsed = ModelSource::parse(*bytes, "the model");
    if (!parsed)
      return parsed.error();
    source = *parsed;
    if (source->isQuantized())
      return {};
    auto quantized = source->quantize(inputs, quantize);
    if (!quantized)
      return Error{ErrorKind::Model, "it is not supported on the accelerator: " + quantized.error().message};
    source = quantized->model;
    return {};
  }

  Result<NamedTensors> outputsOf(const Package &package, const RunSpec &spec) {
    auto engine = ModelEngine::make(package, spec);
    if (!engine)
      return engine.error();
    auto outputs = engine->run(inputs);
    if (outputs && !engine->cost().difference.empty())
      return Error{ErrorKind::Mismatch, engine->cost().difference};
    if (outputs && !engine->cost().cycles_equal)
      return Error{ErrorKind::Mismatch, "SystemC and RTL differ in cycles"};
    return outputs;
  }

  Status runOn(const std::string &hw, EngineKind engine) {
    RunSpec spec;
    spec.hw = hw;
    spec.engine = engine;
    auto parameters = machineOf(spec);
    if (!parameters)
      return parameters.error();
    CompileOptions options;
    options.parameters = *parameters;
    auto compilation = compileModel(*source, options);
    if (!compilation)
      return compilation.error();
    if (!noteOperators(compilation->places))
      return {};
    auto outputs = outputsOf(compilation->package, spec);
    if (!outputs)
      return outputs.error();
    std::string difference =
        differenceOf(expected, "the integer reference", *outputs, hw + " " + engineName(engine));
    return difference.empty() ? Status() : Status(Error{ErrorKind::Mismatch, difference});
  }

  /// What runs on the accelerator. False, and unsupported: no product does.
  bool noteOperators(const std::vector<OperatorPlace> &places) {
    bool found = false;
    std::string reason;
    outcome.accelerated.clear();
    for (const OperatorPlace &place : places) {
      bool isProduct = isProductOfTosa(place.operation);
      if (place.target == "accelerator")
        outcome.accelerated.push_back(place.operation);
      found |= isProduct && place.target == "accelerator";
      if (place.target != "accelerator" && (isProduct || reason.empty()) && !place.reason.empty())
        reason = fmt::format("{}: {}", place.operation, place.reason);
    }
    if (found)
      return true;
    outcome.status = CaseStatus::Unsupported;
    outcome.reason =
        "not on the accelerator: " +
        (reason.empty() ? "no product, convolution or recurrent layer of integers is left" : reason);
    return false;
  }

  std::string file;
  NamedTensors inputs, constants, expected;
  QuantizeOptions quantize;
  std::optional<ModelSource> source;
  CaseOutcome outcome;
};

} // namespace

bool isAcceleratorCase(const ConformanceCase &given) {
  std::vector<std::string> types = operatorsOfCase(given.folder);
  return std::any_of(types.begin(), types.end(), isProductOfOnnx);
}

CaseOutcome runAcceleratorCase(const ConformanceCase &given, bool rtl) {
  auto test = readTestCase(given.folder);
  if (!test) {
    CaseOutcome outcome = outcomeOfError(test.error());
    outcome.operator_type = operatorOfCase(given.folder);
    return outcome;
  }
  // Weights, scales and zero points come as inputs in these files; constants is what they are in models. A
  // product of two activations is tried first; and where scales by channel keep a model off the machine, one
  // scale for each tensor.
  const CaseData &data = test->sets.front();
  size_t all = data.inputs.size();
  CaseOutcome outcome;
  outcome.status = CaseStatus::Unsupported;
  for (size_t kept : {test->operator_type == "MatMul" ? all : size_t(1), size_t(1)})
    for (bool perChannel : {true, false})
      if (outcome.status == CaseStatus::Unsupported)
        outcome = AcceleratorCase(test->model_file, data, kept, perChannel).run(rtl);
  outcome.operator_type = test->operator_type;
  return outcome;
}

} // namespace lockstep
