#include "workloads/driver/recurrent/RecurrentJob.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace lockstep {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// The golden executor joins a lockstep run up to that many multiply-accumulates: about a second.
constexpr uint64_t goldenMacs = uint64_t(1) << 24;

bool hasRtl(EngineKind engine) { return engine == EngineKind::Rtl || engine == EngineKind::Lockstep; }

/// `name` of a part's file beside the other part's.
std::string fileOfPart(const std::string &file, bool wholeLayer, RecurrentPart part) {
  return file.empty() || !wholeLayer || part != RecurrentPart::Both ? file : file + ".layer";
}

void addDifference(Row &row, const char *key, bool equal, const std::string &sentence) {
  row[key] = equal && (row[key].is_null() || row[key] == true);
  if (!equal && !row.contains("difference"))
    row["difference"] = sentence;
}

/// The whole layer's results beside those of the loop.
void addLayer(Row &row, const Row &layer) {
  for (const char *key :
       {"cycles", "bound_cycles", "bound_percent", "predicted_cycles", "program_instructions",
        "program_bytes", "simulation_seconds", "bytes_moved", "units", "compile_seconds"})
    row[std::string("layer_") + key] = layer.contains(key) ? layer[key] : Row();
  const std::string sentence =
      layer.contains("difference") ? "whole layer: " + layer["difference"].get<std::string>() : "";
  for (const char *key : {"bits_equal", "cycles_equal"})
    if (layer[key].is_boolean())
      addDifference(row, key, layer[key].get<bool>(), sentence);
}

} // namespace

RecurrentRunner::RecurrentRunner(const Parameters &parameters, const RecurrentRun &run)
    : parameters(parameters), options(run), executor(parameters, run.run) {}

/// Cycles of so many steps of the loop, from the SystemC model without values.
Result<double> RecurrentRunner::cyclesOf(RecurrentSpec spec, int64_t steps) {
  spec.steps = std::min(spec.steps, steps);
  auto code = compileRecurrent(spec, false, parameters);
  if (!code)
    return code.error();
  auto memory = buildMemory(code->program);
  if (!memory)
    return memory.error();
  RunSpec timed;
  timed.timing_only = true;
  auto execution = Executor(parameters, timed).run(code->program, *memory);
  if (!execution)
    return execution.error();
  return double(execution->timing->total_cycles);
}

/// Steps are alike: what four of them take tells of all.
Result<RecurrentSpec> RecurrentRunner::shortened(const RecurrentSpec &spec) {
  if (!hasRtl(options.run.engine) || options.rtl_cycles == 0 || spec.steps <= 2)
    return spec;
  auto few = cyclesOf(spec, 2), more = cyclesOf(spec, 6);
  if (!few || !more)
    return few ? more.error() : few.error();
  const double step = (*more - *few) / double(std::min<int64_t>(spec.steps, 6) - 2);
  if (*few + step * double(spec.steps - 2) <= double(options.rtl_cycles))
    return spec;
  const double cycles = double(std::min(options.rtl_cycles, options.rtl_short));
  const double steps = 2 + (cycles - *few) / std::max(step, 1.0);
  RecurrentSpec run = spec;
  run.steps = int64_t(std::clamp(steps, 2.0, double(spec.steps)));
  return run;
}

/// Empty if all bits are those of the CPU.
std::string RecurrentRunner::judge(const RecurrentCode &code, RecurrentData &data, ExternalMemory &memory) {
  RecurrentInputs inputs = data.values.inputs();
  if (code.whole_layer) {
    if (std::string difference = projectionDifference(code, memory); !difference.empty())
      return difference;
    inputs.x = projectionsIn(code, memory); // which are right
  }
  if (!isExpected)
    expected = recurrentReference(code.problem, data.constants, inputs);
  isExpected = true;
  return outputDifference(code, expected, memory);
}

Row RecurrentRunner::describe(const RecurrentCode &code, const Execution &execution) const {
  Row row;
  row["bound_cycles"] = code.boundCycles();
  row["bound_percent"] = nullptr;
  row["bound_array_cycles"] = code.bound.array_cycles;
  row["bound_read_cycles"] = code.bound.read_cycles;
  row["bound_write_cycles"] = code.bound.write_cycles;
  row["bound_projection_cycles"] = code.projection_bound_cycles;
  row["predicted_cycles"] = code.predicted_cycles;
  row["program_instructions"] = code.program.instructions.size();
  row["program_bytes"] = code.program.instructions.size() * kInstructionBytes;
  row["compile_seconds"] = code.compile_seconds;
  row["bits_equal"] = nullptr;
  row.update(rowOf(execution));
  if (!execution.timing)
    return row;
  const auto cycles = row["cycles"].get<double>();
  row["bound_percent"] = 100.0 * double(code.boundCycles()) / cycles;
  row["cycles_per_step"] = cycles / double(code.spec.steps);
  if (execution.bits_equal && !options.run.timing_only)
    row["bits_equal"] = *execution.bits_equal;
  return row;
}

Status RecurrentRunner::prepare(const RecurrentCode &code, RecurrentData &data, ExternalMemory &memory) {
  auto built = openMemory(code.program, fileOfPart(options.run.program_file, code.whole_layer, options.part));
  if (!built)
    return built.error();
  memory = std::move(*built);
  if (options.run.timing_only)
    return {};
  if (!code.whole_layer)
    drawProjections(code.spec, data);
  fillMemory(code, data, memory);
  return {};
}

Result<Row> RecurrentRunner::runProgram(const RecurrentSpec &spec, bool wholeLayer, RecurrentData &data) {
  auto code = compileRecurrent(spec, wholeLayer, parameters);
  if (!code)
    return code.error();
  ExternalMemory memory;
  if (Status status = prepare(*code, data, memory); !status)
    return status.error();
  auto execution = executor.run(code->program, memory);
  if (!execution)
    return execution.error();
  Row row = describe(*code, *execution);
  if (options.run.timing_only)
    return row;
  const std::string difference = judge(*code, data, memory);
  addDifference(row, "bits_equal", difference.empty(), difference);
  if (wholeLayer &&
      options.part == RecurrentPart::Both) { // the loop alone is to have the same expected outputs
    const int16_t *x = projectionsIn(*code, memory);
    data.values.x.assign(x, x + code->projection.m * code->projection.n);
  }
  return row;
}

Row RecurrentRunner::begin(const RecurrentSpec &asked, const RecurrentSpec &spec) const {
  Row row = rowOf(asked);
  row["steps_run"] = spec.steps;
  row["m"] = spec.steps * spec.batch;
  row.update(machineRow(parameters, options.run));
  return row;
}

Result<Row> RecurrentRunner::runParts(const RecurrentSpec &spec) {
  RecurrentData data;
  if (!options.run.timing_only)
    data = drawRecurrent(spec);
  isExpected = false;
  if (options.part != RecurrentPart::Both)
    return runProgram(spec, options.part == RecurrentPart::Layer, data);
  auto layer = runProgram(spec, true, data);
  if (!layer)
    return layer;
  auto row = runProgram(spec, false, data);
  if (row)
    addLayer(*row, *layer);
  return row;
}

Result<Row> RecurrentRunner::run(const RecurrentSpec &asked) {
  const auto start = Clock::now();
  if (Status status = checkRecurrentSpec(asked, options.part); !status)
    return status.error();
  auto spec = shortened(asked);
  if (!spec)
    return spec.error();
  auto parts = runParts(*spec);
  if (!parts)
    return parts;
  Row row = begin(asked, *spec);
  row.update(*parts);
  if (row["cycles"].is_number()) // of the definition: both halves of a state count once
    row["macs_per_cycle"] = double(macsOf(*spec)) / row["cycles"].get<double>();
  row["seconds"] = secondsSince(start);
  return row;
}

Result<Row> runRecurrent(const RecurrentSpec &spec, const RecurrentRun &run) {
  auto parameters = machineOf(run.run);
  if (!parameters)
    return parameters.error();
  RecurrentRun one = run;
  one.run.golden = macsOf(spec) <= goldenMacs;
  return RecurrentRunner(*parameters, one).run(spec);
}

Result<std::string> explainRecurrent(const RecurrentSpec &spec, const RecurrentRun &run) {
  if (Status status = checkRecurrentSpec(spec, run.part); !status)
    return status.error();
  auto parameters = machineOf(run.run);
  if (!parameters)
    return parameters.error();
  auto code = compileRecurrent(spec, false, *parameters);
  if (!code)
    return code.error();
  const RecurrentBound &bound = code->bound;
  std::string text =
      fmt::format("{} on {}: bound {} cycles (array {}, reads {}, writes {}), predicted {}, {:.2f} % of "
                  "the bound; program {} bytes\n",
                  labelOf(spec), parameters->name, bound.cycles(), bound.array_cycles, bound.read_cycles,
                  bound.write_cycles, code->predicted_cycles,
                  100.0 * double(bound.cycles()) / double(code->predicted_cycles),
                  code->program.instructions.size() * kInstructionBytes);
  return text + explain(*code->schedule);
}

uint64_t memoryOfRecurrent(const RecurrentSpec &spec, const RecurrentRun &run) {
  constexpr uint64_t process = uint64_t(300) << 20; // libraries, SystemC, on-chip memories
  if (run.run.timing_only)
    return process;
  const auto rows = uint64_t(spec.steps) * uint64_t(spec.batch), hidden = uint64_t(spec.hidden);
  const GemmProblem projection = projectionOf(spec);
  const uint64_t x = rows * uint64_t(projection.n) * 2, y = rows * hidden * 2;
  const uint64_t weights = uint64_t(projection.n) * (hidden + uint64_t(projection.k)) * 3;
  const uint64_t copies = run.run.engine == EngineKind::Lockstep ? 3 : 1;
  return process + weights + (copies + 1) * x + (copies + 1) * y +
         copies * (run.part == RecurrentPart::Recurrent ? 0 : rows * uint64_t(projection.k));
}

} // namespace lockstep
