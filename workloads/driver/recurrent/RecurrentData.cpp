// Values into the memory of a recurrent layer's program, and out of it again.
#include "workloads/driver/recurrent/RecurrentProgram.h"
#include "workloads/reference/CpuGemm.h"
#include "workloads/reference/GemmInputs.h"

#include <fmt/format.h>

#include <cstring>

namespace lockstep {

namespace {

/// Where a symbol stands; null if the program has none of that name.
uint8_t *bytesOf(const RecurrentCode &code, ExternalMemory &memory, const std::string &name) {
  for (const Symbol &symbol : code.program.symbols)
    if (symbol.name == name)
      return memory.find(symbol.address, 1);
  return nullptr;
}
int32_t *wordsOf(const RecurrentCode &code, ExternalMemory &memory, const std::string &name) {
  return reinterpret_cast<int32_t *>(bytesOf(code, memory, name));
}

template <typename Value>
void copyTo(const RecurrentCode &code, ExternalMemory &memory, const std::string &name,
            const std::vector<Value> &values) {
  uint8_t *target = bytesOf(code, memory, name);
  if (target && !values.empty())
    std::memcpy(target, values.data(), values.size() * sizeof(Value));
}

/// int8 [steps, batch, columns]: all lanes of (t, b) are t < length[b].
void fillMask(const RecurrentCode &code, const RecurrentData &data, ExternalMemory &memory) {
  uint8_t *mask = bytesOf(code, memory, "mask");
  if (!mask)
    return;
  const auto columns = static_cast<size_t>(code.program.parameters.array_columns);
  for (int64_t t = 0; t < code.problem.steps; ++t)
    for (int64_t length : data.values.lengths) {
      std::memset(mask, t < length ? 1 : 0, columns);
      mask += columns;
    }
}

void fillProjection(const RecurrentCode &code, ExternalMemory &memory) {
  const GemmProblem &g = code.projection;
  const auto rows = uint64_t(g.m), columns = uint64_t(g.n), depth = uint64_t(g.k);
  const uint64_t seed = 4 * code.spec.seed;
  fillMatrix(bytesOf(code, memory, "input"), rows, depth, false, seed);
  fillMatrix(bytesOf(code, memory, "input_weights"), columns, depth, false, seed + 1);
  fillBias(wordsOf(code, memory, "input_bias"), columns, depth, seed + 2);
  fillColumnScales(wordsOf(code, memory, "input_multiplier"), wordsOf(code, memory, "input_shift"), columns,
                   depth, seed + 3, g.output);
}

/// The first element of `name` ([.., batch, hidden]) that is not as expected.
template <typename Value>
std::string firstDifference(const RecurrentCode &code, ExternalMemory &memory, const std::string &name,
                            const std::vector<int16_t> &expected) {
  const auto *values = reinterpret_cast<const Value *>(bytesOf(code, memory, name));
  if (!values)
    return "";
  for (size_t i = 0; i < expected.size(); ++i) {
    if (values[i] == expected[i])
      continue;
    const auto hidden = size_t(code.problem.hidden), batch = size_t(code.problem.batch);
    const std::string step = name == "y" ? fmt::format("step {}, ", i / hidden / batch) : "";
    return fmt::format("{}: {}row {}, unit {} is {} instead of {}", name, step, i / hidden % batch,
                       i % hidden, int(values[i]), expected[i]);
  }
  return "";
}

} // namespace

RecurrentData drawRecurrent(const RecurrentSpec &spec) {
  const RecurrentProblem problem = problemOf(spec);
  return {recurrentConstants(problem, spec.seed, valueKindOf(spec)),
          recurrentValues(problem, spec.seed, valueKindOf(spec), false)};
}

void drawProjections(const RecurrentSpec &spec, RecurrentData &data) {
  if (data.values.x.empty())
    data.values.x = recurrentProjections(problemOf(spec), spec.seed, valueKindOf(spec));
}

void fillMemory(const RecurrentCode &code, const RecurrentData &data, ExternalMemory &memory) {
  copyTo(code, memory, "constants",
         packRecurrentConstants(code.problem, *code.schedule, data.constants, code.program.parameters));
  copyTo(code, memory, "initial_h", data.values.initial_h);
  copyTo(code, memory, "initial_c", data.values.initial_c);
  fillMask(code, data, memory);
  if (code.whole_layer)
    fillProjection(code, memory);
  else
    copyTo(code, memory, "x", data.values.x);
}

const int16_t *projectionsIn(const RecurrentCode &code, ExternalMemory &memory) {
  return reinterpret_cast<const int16_t *>(bytesOf(code, memory, "x"));
}

std::string projectionDifference(const RecurrentCode &code, ExternalMemory &memory) {
  GemmOperands operands;
  operands.a = bytesOf(code, memory, "input");
  operands.b = bytesOf(code, memory, "input_weights");
  operands.bias = wordsOf(code, memory, "input_bias");
  operands.multiplier = wordsOf(code, memory, "input_multiplier");
  operands.shift = wordsOf(code, memory, "input_shift");
  const GemmComparison comparison =
      compareGemm(code.projection, operands, projectionsIn(code, memory), {code.spec.seed});
  return comparison.equal ? "" : "projection: " + comparison.difference;
}

std::string outputDifference(const RecurrentCode &code, const RecurrentOutputs &expected,
                             ExternalMemory &memory) {
  const bool narrow = code.problem.output == RecurrentOutput::Int8;
  for (const auto &[name, values] : {std::pair<std::string, const std::vector<int16_t> &>{"y", expected.y},
                                     {"y_h", expected.y_h},
                                     {"y_c", expected.y_c}}) {
    const bool isByte = narrow && name != "y_c";
    std::string difference = isByte ? firstDifference<int8_t>(code, memory, name, values)
                                    : firstDifference<int16_t>(code, memory, name, values);
    if (!difference.empty())
      return difference;
  }
  return "";
}

} // namespace lockstep
