#include "compiler/cases/HostModel.h"
#include "compiler/cases/TestCase.h"
#include "workloads/conformance/Conformance.h"
#include "workloads/conformance/InputBinding.h"
#include "workloads/conformance/TensorComparison.h"

#include <fmt/format.h>

namespace lockstep {

namespace {

NamedTensors withoutBound(const NamedTensors &inputs, const ImportOptions &options) {
  NamedTensors rest;
  for (const NamedTensor &input : inputs)
    if (!options.bound_inputs.count(input.name))
      rest.push_back(input);
  return rest;
}

std::string compareOutputs(const NamedTensors &found, const NamedTensors &expected) {
  if (found.size() != expected.size())
    return fmt::format("{} outputs instead of {}", found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i)
    if (std::string difference = differenceOf(found[i].tensor, expected[i].tensor); !difference.empty())
      return fmt::format("output `{}`: {}", expected[i].name, difference);
  return "";
}

/// One set of inputs; empty: as expected.
Result<std::string> runSet(const std::string &file, const CaseData &data, std::vector<std::string> &bound) {
  ImportOptions options = optionsFor(data);
  auto compile = [&](const ImportOptions &tried) { return HostModel::compile(file, tried); };
  auto model = compileBinding<HostModel>(data.inputs, options, compile);
  bound.clear();
  for (const auto &[name, tensor] : options.bound_inputs)
    bound.push_back(name);
  if (!model)
    return model.error();
  auto found = model->run(withoutBound(data.inputs, options));
  if (!found)
    return found.error();
  return compareOutputs(*found, data.outputs);
}

} // namespace

CaseOutcome outcomeOfError(const Error &error) {
  bool unsupported =
      error.kind == ErrorKind::Model && error.message.find("not supported") != std::string::npos;
  CaseOutcome outcome;
  outcome.status = unsupported ? CaseStatus::Unsupported : CaseStatus::Wrong;
  outcome.reason = error.message;
  return outcome;
}

CaseOutcome runHostCase(const ConformanceCase &given) {
  CaseOutcome outcome;
  auto test = readTestCase(given.folder);
  if (!test)
    outcome = outcomeOfError(test.error());
  else
    outcome.status = CaseStatus::Passed;
  outcome.operator_type = test ? test->operator_type : operatorOfCase(given.folder);
  for (size_t i = 0; test && i < test->sets.size() && outcome.status == CaseStatus::Passed; ++i) {
    std::vector<std::string> bound;
    auto difference = runSet(test->model_file, test->sets[i], bound);
    CaseOutcome next = difference ? outcome : outcomeOfError(difference.error());
    if (difference && !difference->empty()) {
      next.status = CaseStatus::Wrong;
      next.reason = *difference;
    }
    next.operator_type = outcome.operator_type;
    next.bound_inputs = bound;
    outcome = next;
  }
  return outcome;
}

} // namespace lockstep
