// lockstep bench <table>...: every GEMM, convolution or recurrent layer of the tables, on all cores.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/conv/ConvJob.h"
#include "workloads/driver/gemm/GemmJob.h"
#include "workloads/driver/gemm/GemmTables.h"
#include "workloads/driver/recurrent/RecurrentJob.h"
#include "workloads/driver/recurrent/RecurrentTables.h"
#include "workloads/driver/support/ExitCode.h"
#include "workloads/driver/support/RowPrinter.h"
#include "workloads/driver/support/Summary.h"
#include "workloads/driver/support/WorkerPool.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace lockstep {

namespace {

struct BenchOptions {
  RunSpec run;
  GemmSpec gemm; // types, bias and seed; sizes and layouts come from the tables
  std::vector<std::string> tables;
  std::string filter;
  uint64_t limit = 0;
  unsigned jobs = 0;
  double memory_gib = 0;
  std::string mapping;  // convolutions: only this one
  bool explain = false; // convolutions, recurrent layers: list what would be done, run nothing
  RecurrentSelection recurrent;
};

Result<std::vector<GemmSpec>> gemmsOf(const BenchOptions &options) {
  auto filter = parseGemmFilter(options.filter);
  if (!filter)
    return filter.error();
  std::vector<GemmSpec> gemms;
  for (const std::string &name : options.tables) {
    auto table = readGemmTable(name);
    if (!table)
      return table.error();
    for (const GemmSpec &sizes : *table) {
      GemmSpec gemm = options.gemm;
      gemm.m = sizes.m, gemm.n = sizes.n, gemm.k = sizes.k;
      gemm.a_transposed = sizes.a_transposed, gemm.b_transposed = sizes.b_transposed;
      if (matches(gemm, *filter))
        gemms.push_back(gemm);
    }
  }
  if (options.limit != 0 && gemms.size() > options.limit)
    gemms.resize(options.limit);
  if (gemms.empty())
    return Error{ErrorKind::Usage, fmt::format("no row of {} matches --filter {}",
                                               fmt::join(options.tables, ", "), options.filter)};
  return gemms;
}

/// "trace.json" of row 3 is "trace.3.json" when there are several rows.
std::string fileOfRow(const std::string &file, size_t index, size_t total) {
  if (file.empty() || total == 1)
    return file;
  size_t dot = file.rfind('.');
  size_t cut = dot == std::string::npos || dot < file.rfind('/') + 1 ? file.size() : dot;
  return fmt::format("{}.{}{}", file.substr(0, cut), index + 1, file.substr(cut));
}

Result<Row> runRow(const BenchOptions &options, const std::vector<GemmSpec> &gemms, size_t index) {
  RunSpec run = options.run;
  run.trace_file = fileOfRow(run.trace_file, index, gemms.size());
  run.wave_file = fileOfRow(run.wave_file, index, gemms.size());
  return runGemm(gemms[index], run);
}

Result<std::vector<ConvSpec>> convsOf(const BenchOptions &options) {
  std::vector<ConvSpec> convs;
  for (const std::string &name : options.tables) {
    auto table = readConvTable(name);
    if (!table)
      return table.error();
    for (const ConvTableRow &shape : *table)
      if (ConvSpec conv{shape, options.gemm}; labelOf(conv).find(options.filter) != std::string::npos)
        convs.push_back(conv);
  }
  if (options.limit != 0 && convs.size() > options.limit)
    convs.resize(options.limit);
  if (convs.empty())
    return Error{ErrorKind::Usage, fmt::format("no row of {} has --filter {} in its name",
                                               fmt::join(options.tables, ", "), options.filter)};
  return convs;
}

Result<Row> runRow(const BenchOptions &options, const std::vector<ConvSpec> &convs, size_t index) {
  RunSpec run = options.run;
  run.trace_file = fileOfRow(run.trace_file, index, convs.size());
  run.wave_file = fileOfRow(run.wave_file, index, convs.size());
  return runConv(convs[index], run, options.mapping);
}

RecurrentRun recurrentRun(const BenchOptions &options) {
  return {options.run, options.recurrent.part, options.recurrent.rtl_cycles, options.recurrent.rtl_short};
}

Result<Row> runRow(const BenchOptions &options, const std::vector<RecurrentSpec> &layers, size_t index) {
  RecurrentRun run = recurrentRun(options);
  run.run.trace_file = fileOfRow(run.run.trace_file, index, layers.size());
  run.run.wave_file = fileOfRow(run.run.wave_file, index, layers.size());
  return runRecurrent(layers[index], run);
}

uint64_t memoryOf(const GemmSpec &gemm, const BenchOptions &options) {
  return memoryOfGemm(gemm, options.run);
}
uint64_t memoryOf(const ConvSpec &conv, const BenchOptions &options) {
  return memoryOfConv(conv, options.run);
}
uint64_t memoryOf(const RecurrentSpec &layer, const BenchOptions &options) {
  return memoryOfRecurrent(layer, recurrentRun(options));
}

template <typename Spec>
void runAll(const BenchOptions &options, const std::vector<Spec> &specs, RowPrinter &printer) {
  std::vector<PoolJob> jobs;
  for (const Spec &spec : specs)
    jobs.push_back({labelOf(spec), memoryOf(spec, options)});
  PoolLimits limits = {options.jobs, uint64_t(options.memory_gib * double(uint64_t(1) << 30))};
  printer.header();
  WorkerPool(limits).run(
      jobs, [&](size_t index) { return runRow(options, specs, index); }, [](size_t) {},
      [&](size_t index, Result<Row> result) { printer.add(index, jobs[index].label, result); });
}

template <typename Spec>
int benchAll(const BenchOptions &options, const std::vector<Column> &columns,
             const Result<std::vector<Spec>> &specs) {
  if (!specs)
    return reportError(specs.error());
  RowPrinter printer(columns, specs->size());
  runAll(options, *specs, printer);
  std::vector<Row> rows = printer.rows();
  fmt::print("{}", showSummary(summarize(rows, printer.failed()), printer.elapsedSeconds()));
  fmt::print("{}", showCells(rows));
  if (!options.run.json_file.empty())
    if (Status status = writeJson(rows, options.run.json_file); !status)
      return reportError(status.error());
  return printer.exitCode();
}

Result<std::string> explainRow(const BenchOptions &options, const ConvSpec &conv) {
  return explainConv(conv, options.run);
}
Result<std::string> explainRow(const BenchOptions &options, const RecurrentSpec &layer) {
  return explainRecurrent(layer, recurrentRun(options));
}

template <typename Spec> int explainAll(const BenchOptions &options, const Result<std::vector<Spec>> &specs) {
  if (!specs)
    return reportError(specs.error());
  for (const Spec &spec : *specs) {
    auto text = explainRow(options, spec);
    if (!text)
      return reportError(text.error());
    fmt::print("{}\n", *text);
  }
  return exitOk;
}

int benchRecurrent(const BenchOptions &options) {
  const auto layers =
      recurrentLayers(options.tables, options.recurrent, options.filter, options.limit, options.gemm.seed);
  return options.explain ? explainAll(options, layers) : benchAll(options, recurrentColumns(), layers);
}

int bench(const BenchOptions &options) {
  if (Status status = checkRunSpec(options.run); !status)
    return reportError(status.error());
  if (auto machine = machineOf(options.run); !machine)
    return reportError(machine.error());
  const auto count = [&](bool (*isOne)(const std::string &)) {
    return size_t(std::count_if(options.tables.begin(), options.tables.end(), isOne));
  };
  const size_t convs = count(isConvTable), recurrent = count(isRecurrentTable), all = options.tables.size();
  if ((convs != 0 && convs != all) || (recurrent != 0 && recurrent != all))
    return reportError(
        {ErrorKind::Usage, "bench: tables are all of GEMMs, all of convolutions or all of recurrent layers"});
  if (convs == 0 && !options.mapping.empty())
    return reportError({ErrorKind::Usage, "bench: --mapping is for tables of convolutions"});
  if (recurrent != 0)
    return benchRecurrent(options);
  if (convs == 0 && options.explain)
    return reportError({ErrorKind::Usage,
                        "bench: --explain is for tables of convolutions or recurrent layers; "
                        "for a GEMM there is `lockstep explain`"});
  if (options.explain)
    return explainAll(options, convsOf(options));
  return convs == 0 ? benchAll(options, gemmColumns(), gemmsOf(options))
                    : benchAll(options, convColumns(), convsOf(options));
}

} // namespace

void addBenchCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App *command = app.add_subcommand(
      "bench",
      "Every GEMM, convolution or recurrent layer of one or more tables, compared with the CPU's result");
  command->footer(
      "Tables of GEMMs: deepbench/gemm_inference_device, deepbench/gemm_inference_server, "
      "deepbench/gemm_train, and\n"
      "deepbench/gemm_all for these three. Of convolutions: deepbench/conv_inference_device,\n"
      "deepbench/conv_inference_server, deepbench/conv_train, layers/conv. Of recurrent layers:\n"
      "deepbench/rnn_inference_device, deepbench/rnn_inference_server, deepbench/rnn_train, and "
      "deepbench/rnn_all.\n"
      "With several rows, trace and wave files are numbered. For convolutions, A is the input and B "
      "the weights;\n"
      "of the options for values, recurrent layers have --seed alone.\n");
  command->add_option("tables", options->tables, "Names of tables")->required()->type_name("TABLE");
  command
      ->add_option("--filter", options->filter,
                   "Only these rows: such as 35x700x2048 or *x1x* of GEMMs, a part of the name of "
                   "convolutions and layers")
      ->type_name("TEXT");
  command->add_option("--mapping", options->mapping,
                      "Convolutions: this mapping, even if it is not the best");
  command->add_flag(
      "--explain", options->explain,
      "Convolutions, recurrent layers: list mappings or schedules with their costs, run nothing");
  addRecurrentSelection(*command, options->recurrent);
  command->add_option("--limit", options->limit, "Only the first rows")->type_name("ROWS");
  command->add_option("--jobs", options->jobs, "Processes at a time; 0: one for each core")
      ->capture_default_str();
  command
      ->add_option("--memory", options->memory_gib,
                   "GiB for all processes together; 0: 6, or 3/4 of what is free")
      ->capture_default_str();
  addMachineOptions(*command, options->run);
  addEngineOptions(*command, options->run);
  addGemmOptions(*command, options->gemm);
  command->callback([options, &exitCode] { exitCode = bench(*options); });
}

} // namespace lockstep
