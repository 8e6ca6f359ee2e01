#include "workloads/driver/gemm/GemmJob.h"

#include "workloads/driver/execution/Execution.h"
#include "workloads/driver/gemm/Selection.h"
#include "workloads/reference/CpuGemm.h"
#include "workloads/reference/GemmInputs.h"

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
constexpr uint64_t goldenMacs = uint64_t(1) << 25;

/// A GEMM on its way to a row.
struct Job {
  GemmSpec gemm;
  RunSpec run;
  GemmProblem problem;
  Program program;
  ExternalMemory memory;
};

const Symbol *findSymbol(const Program &program, const std::string &name) {
  for (const Symbol &symbol : program.symbols)
    if (symbol.name == name)
      return &symbol;
  return nullptr;
}

uint64_t elementsOf(const Symbol &symbol) {
  uint64_t count = 1;
  for (uint64_t extent : symbol.shape)
    count *= extent;
  return count;
}

/// Bytes of the named symbol, or null if the program has none of that name.
uint8_t *bytesOfSymbol(Job &job, const std::string &name) {
  const Symbol *symbol = findSymbol(job.program, name);
  return symbol ? job.memory.find(symbol->address, 1) : nullptr;
}

void fillOperand(Job &job, const std::string &name, GemmElement type, uint64_t seed) {
  const Symbol &symbol = *findSymbol(job.program, name);
  uint64_t columns = symbol.shape.back();
  fillMatrix(bytesOfSymbol(job, name), elementsOf(symbol) / columns, columns, type == GemmElement::Uint8,
             seed);
}

void fillInputs(Job &job) {
  uint64_t seed = job.gemm.seed;
  fillOperand(job, "a", job.problem.a_type, 4 * seed);
  fillOperand(job, "b", job.problem.b_type, 4 * seed + 1);
  auto *bias = reinterpret_cast<int32_t *>(bytesOfSymbol(job, "bias"));
  auto *multiplier = reinterpret_cast<int32_t *>(bytesOfSymbol(job, "multiplier"));
  auto *shift = reinterpret_cast<int32_t *>(bytesOfSymbol(job, "shift"));
  if (bias)
    fillBias(bias, job.gemm.n, job.gemm.k, 4 * seed + 2);
  if (multiplier && shift)
    fillColumnScales(multiplier, shift, job.gemm.n, job.gemm.k, 4 * seed + 3, job.problem.output);
}

GemmComparison compareWithCpu(Job &job) {
  GemmOperands operands;
  operands.a = bytesOfSymbol(job, "a");
  operands.b = bytesOfSymbol(job, "b");
  operands.bias = reinterpret_cast<const int32_t *>(bytesOfSymbol(job, "bias"));
  operands.multiplier = reinterpret_cast<const int32_t *>(bytesOfSymbol(job, "multiplier"));
  operands.shift = reinterpret_cast<const int32_t *>(bytesOfSymbol(job, "shift"));
  CpuGemmOptions options;
  options.seed = job.gemm.seed;
  return compareGemm(job.problem, operands, bytesOfSymbol(job, "c"), options);
}

Result<Job> prepare(const GemmSpec &gemm, const RunSpec &run, const Parameters &parameters) {
  Job job{gemm, run, problemOf(gemm), {}, {}};
  job.run.golden = macsOf(gemm) <= goldenMacs;
  auto schedule = chooseSchedule(job.problem, parameters);
  if (!schedule)
    return schedule.error();
  auto program = emitGemm(job.problem, *schedule, parameters);
  if (!program)
    return program.error();
  job.program = std::move(*program);
  auto memory = openMemory(job.program, run.program_file);
  if (!memory)
    return memory.error();
  job.memory = std::move(*memory);
  if (!run.timing_only)
    fillInputs(job);
  return job;
}

void addComparison(Row &row, const Job &job, const GemmComparison &comparison) {
  row["bits_equal"] = comparison.equal && (row["bits_equal"].is_null() || row["bits_equal"] == true);
  row["plain_rows_checked"] = comparison.plain_rows_checked;
  row["freivalds_rows_checked"] = comparison.freivalds_rows_checked;
  if (comparison.used_onednn)
    row["onednn_macs_per_second"] = double(macsOf(job.gemm)) / std::max(comparison.onednn_seconds, 1e-9);
  row["comparison_seconds"] = comparison.seconds;
  if (!comparison.equal && !row.contains("difference"))
    row["difference"] = comparison.difference;
}

Row describe(const Job &job, const Execution &execution) {
  const Parameters &parameters = job.program.parameters;
  Row row = rowOf(job.gemm);
  row.update(machineRow(parameters, job.run));
  row["bound_cycles"] = boundCycles(job.problem, parameters);
  row["bound_percent"] = nullptr;
  row["bits_equal"] = nullptr;
  row["onednn_macs_per_second"] = nullptr;
  row.update(rowOf(execution));
  row["bytes_moved"] =
      execution.timing ? row["bytes_moved"] : Row(inputBytesOf(job.gemm) + outputBytesOf(job.gemm));
  if (execution.timing)
    row["bound_percent"] = 100.0 * row["bound_cycles"].get<double>() / row["cycles"].get<double>();
  if (execution.bits_equal && !job.run.timing_only)
    row["bits_equal"] = *execution.bits_equal;
  return row;
}

} // namespace

Result<Row> runGemm(const GemmSpec &gemm, const RunSpec &run) {
  auto begin = Clock::now();
  auto parameters = machineOf(run);
  if (!parameters)
    return parameters.error();
  auto job = prepare(gemm, run, *parameters);
  if (!job)
    return job.error();
  double preparation = secondsSince(begin);
  auto execution = execute(job->program, job->memory, job->run);
  if (!execution)
    return execution.error();
  Row row = describe(*job, *execution);
  if (!run.timing_only)
    addComparison(row, *job, compareWithCpu(*job));
  row["preparation_seconds"] = preparation;
  row["seconds"] = secondsSince(begin);
  return row;
}

uint64_t memoryOfGemm(const GemmSpec &gemm, const RunSpec &run) {
  constexpr uint64_t process = uint64_t(300)
                               << 20; // libraries, SystemC, on-chip memories, panels of the CPU result
  if (run.timing_only)
    return process;
  uint64_t bytes = inputBytesOf(gemm) + outputBytesOf(gemm);
  uint64_t panels = 2 * uint64_t(gemm.k + gemm.n) * 64 + (gemm.b_type == "uint8" ? gemm.k * gemm.n : 0);
  uint64_t copies = run.engine == EngineKind::Lockstep ? 3 : 1;
  return process + panels + copies * bytes;
}

} // namespace lockstep
