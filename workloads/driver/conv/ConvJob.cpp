#include "workloads/driver/conv/ConvJob.h"

#include "compiler/conv/ConvScheduler.h"
#include "workloads/driver/execution/Execution.h"
#include "workloads/reference/ConvReference.h"
#include "workloads/reference/GemmInputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>

namespace lockstep {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// The golden executor joins a lockstep run up to that many multiply-accumulates: about a second.
constexpr uint64_t goldenMacs = uint64_t(1) << 25;

/// A convolution on its way to a row.
struct Job {
  ConvSpec conv;
  RunSpec run;
  ConvProblem problem;
  ConvAlternative alternative;
  Program program;
  ExternalMemory memory;
  std::vector<int8_t> weights; // [groups, r, s, c, k]
  double compile_seconds = 0;
};

uint8_t *bytesOfSymbol(Job &job, const std::string &name) {
  for (const Symbol &symbol : job.program.symbols)
    if (symbol.name == name)
      return job.memory.find(symbol.address, 1);
  return nullptr;
}
int32_t *wordsOfSymbol(Job &job, const std::string &name) {
  return reinterpret_cast<int32_t *>(bytesOfSymbol(job, name));
}

Result<ConvAlternative> choose(const std::vector<ConvAlternative> &list, const std::string &mapping) {
  std::string names;
  for (const ConvAlternative &alternative : list) {
    names += (names.empty() ? "" : ", ") + alternative.mapping;
    if (!mapping.empty() && alternative.mapping != mapping)
      continue;
    if (alternative.schedule)
      return alternative;
    if (!mapping.empty())
      return Error{ErrorKind::Usage, fmt::format("mapping `{}`: {}", mapping, alternative.refusal)};
  }
  if (mapping.empty())
    return Error{ErrorKind::Usage, fmt::format("no mapping fits: {}", list.front().refusal)};
  return Error{ErrorKind::Usage, fmt::format("mapping `{}` is unknown; there are {}", mapping, names)};
}

void fillInputs(Job &job) {
  const uint64_t seed = job.conv.options.seed, channels = uint64_t(job.conv.shape.k);
  const uint64_t taps = weightBytesOf(job.conv) / channels;
  const auto pixelBytes = uint64_t(job.conv.shape.c);
  fillMatrix(bytesOfSymbol(job, "input"), inputBytesOf(job.conv) / pixelBytes, pixelBytes, false, 4 * seed);
  job.weights.resize(weightBytesOf(job.conv));
  fillMatrix(reinterpret_cast<uint8_t *>(job.weights.data()), taps, channels, false, 4 * seed + 1);
  const std::vector<int8_t> packed = packConvWeights(job.problem, *job.alternative.schedule, job.weights);
  std::memcpy(bytesOfSymbol(job, "weights"), packed.data(), packed.size());
  if (int32_t *bias = wordsOfSymbol(job, "bias"))
    fillBias(bias, channels, taps, 4 * seed + 2);
  if (int32_t *multiplier = wordsOfSymbol(job, "multiplier"))
    fillColumnScales(multiplier, wordsOfSymbol(job, "shift"), channels, taps, 4 * seed + 3);
}

ConvComparison compareWithCpu(Job &job) {
  ConvOperands operands;
  operands.input = bytesOfSymbol(job, "input");
  operands.weights = reinterpret_cast<const uint8_t *>(job.weights.data());
  operands.bias = wordsOfSymbol(job, "bias");
  operands.multiplier = wordsOfSymbol(job, "multiplier");
  operands.shift = wordsOfSymbol(job, "shift");
  CpuGemmOptions options;
  options.seed = job.conv.options.seed;
  return compareConv(job.problem, operands, bytesOfSymbol(job, "output"), options);
}

/// Schedules and emits.
Status compile(Job &job, const Parameters &parameters, const std::string &mapping) {
  const auto begin = Clock::now();
  auto alternatives = convAlternatives(job.problem, parameters);
  if (!alternatives)
    return alternatives.error();
  auto alternative = choose(*alternatives, mapping);
  if (!alternative)
    return alternative.error();
  job.alternative = *alternative;
  auto program = emitConvProgram(job.problem, *job.alternative.schedule, parameters);
  if (!program)
    return program.error();
  job.program = std::move(*program);
  job.compile_seconds = secondsSince(begin);
  return {};
}

Result<Job> prepare(const ConvSpec &conv, const RunSpec &run, const Parameters &parameters,
                    const std::string &mapping) {
  Job job{conv, run, problemOf(conv), {}, {}, {}, {}, 0};
  job.run.golden = macsOf(conv) <= goldenMacs;
  if (Status status = compile(job, parameters, mapping); !status)
    return status.error();
  auto memory = openMemory(job.program, run.program_file);
  if (!memory)
    return memory.error();
  job.memory = std::move(*memory);
  if (!run.timing_only)
    fillInputs(job);
  return job;
}

void addComparison(Row &row, const Job &job, const ConvComparison &comparison) {
  row["bits_equal"] = comparison.equal && (row["bits_equal"].is_null() || row["bits_equal"] == true);
  row["plain_pixels_checked"] = comparison.plain_pixels_checked;
  row["freivalds_pixels_checked"] = comparison.freivalds_pixels_checked;
  if (comparison.used_onednn)
    row["onednn_macs_per_second"] = double(macsOf(job.conv)) / std::max(comparison.onednn_seconds, 1e-9);
  row["comparison_seconds"] = comparison.seconds;
  if (!comparison.equal && !row.contains("difference"))
    row["difference"] = comparison.difference;
}

Row describe(const Job &job, const Execution &execution) {
  const Parameters &parameters = job.program.parameters;
  Row row = rowOf(job.conv);
  row["mapping"] = job.alternative.mapping;
  row["array_share"] = job.alternative.array_share;
  row["predicted_cycles"] = job.alternative.predicted_cycles;
  row.update(machineRow(parameters, job.run));
  row["bound_cycles"] = boundCycles(job.problem, parameters);
  row["bound_percent"] = nullptr;
  row["bits_equal"] = nullptr;
  row["onednn_macs_per_second"] = nullptr;
  row.update(rowOf(execution));
  if (!execution.timing)
    row["bytes_moved"] = inputBytesOf(job.conv) + weightBytesOf(job.conv) + outputBytesOf(job.conv);
  else
    row["bound_percent"] = 100.0 * row["bound_cycles"].get<double>() / row["cycles"].get<double>();
  if (execution.timing) // tiles that are not full count less than the layer's own products
    row["macs_per_cycle"] = double(macsOf(job.conv)) / row["cycles"].get<double>();
  if (execution.bits_equal && !job.run.timing_only)
    row["bits_equal"] = *execution.bits_equal;
  row["program_instructions"] = job.program.instructions.size();
  row["compile_seconds"] = job.compile_seconds;
  return row;
}

} // namespace

Result<Row> runConv(const ConvSpec &conv, const RunSpec &run, const std::string &mapping) {
  auto begin = Clock::now();
  if (Status status = checkConvSpec(conv); !status)
    return status.error();
  auto parameters = machineOf(run);
  if (!parameters)
    return parameters.error();
  auto job = prepare(conv, run, *parameters, mapping);
  if (!job)
    return job.error();
  auto execution = execute(job->program, job->memory, job->run);
  if (!execution)
    return execution.error();
  Row row = describe(*job, *execution);
  if (!run.timing_only)
    addComparison(row, *job, compareWithCpu(*job));
  row["seconds"] = secondsSince(begin);
  return row;
}

Result<std::string> explainConv(const ConvSpec &conv, const RunSpec &run) {
  if (Status status = checkConvSpec(conv); !status)
    return status.error();
  auto parameters = machineOf(run);
  if (!parameters)
    return parameters.error();
  const ConvProblem problem = problemOf(conv);
  auto alternatives = convAlternatives(problem, *parameters);
  if (!alternatives)
    return alternatives.error();
  const uint64_t bound = boundCycles(problem, *parameters);
  std::string text = fmt::format("{} on {}: bound {} cycles\n", labelOf(conv), parameters->name, bound);
  for (const ConvAlternative &a : *alternatives)
    text += a.schedule ? fmt::format("  {}: {} cycles, {:.2f} % of the bound, {:.2f} % of the array ({})\n",
                                     a.mapping, a.predicted_cycles,
                                     100.0 * double(bound) / double(a.predicted_cycles), 100 * a.array_share,
                                     a.index_map)
                       : fmt::format("  {}: no, {}\n", a.mapping, a.refusal);
  if (alternatives->front().schedule)
    text += explain(*alternatives->front().schedule);
  return text;
}

uint64_t memoryOfConv(const ConvSpec &conv, const RunSpec &run) {
  constexpr uint64_t process = uint64_t(300)
                               << 20; // libraries, SystemC, on-chip memories, panels of the CPU result
  if (run.timing_only)
    return process;
  const uint64_t bytes = inputBytesOf(conv) + 16 * weightBytesOf(conv) + outputBytesOf(conv);
  return process + (run.engine == EngineKind::Lockstep ? 3 : 1) * bytes;
}

} // namespace lockstep
