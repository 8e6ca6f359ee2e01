// lockstep speed: how fast the engines are here, beside oneDNN in the same run.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/gemm/GemmJob.h"
#include "workloads/driver/support/ExitCode.h"
#include "workloads/driver/support/RowPrinter.h"
#include "workloads/driver/support/WorkerPool.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace lockstep {

namespace {

struct SpeedOptions {
  std::string json_file;
  std::vector<std::string> machines = {"tiny", "base", "datacenter"};
  std::string rtl_machine = "base";
  bool rtl = true;
  uint64_t rtl_size = 512; // m = n = k
};

struct Measurement {
  RunSpec run;
  GemmSpec gemm;
};

const std::vector<Column> &speedColumns() {
  static const std::vector<Column> columns = {
      {"engine", "engine", 8, Show::Text},
      {"values", "values", 6, Show::Text},
      {"hw", "machine", 10, Show::Text},
      {"m", "M", 5, Show::Integer},
      {"n", "N", 5, Show::Integer},
      {"k", "K", 5, Show::Integer},
      {"cycles", "cycles", 12, Show::Integer},
      {"instructions", "instr.", 8, Show::Integer},
      {"read_bursts", "bursts", 10, Show::Integer},
      {"simulation_seconds", "s", 8, Show::Seconds},
      {"macs_per_second", "MAC/s", 7, Show::Rate},
      {"cycles_per_second", "cycle/s", 7, Show::Rate},
      {"onednn_macs_per_second", "oneDNN", 7, Show::Rate},
      {"bits_equal", "bits", 5, Show::YesNo},
  };
  return columns;
}

GemmSpec sized(uint64_t m, uint64_t n, uint64_t k) {
  GemmSpec gemm;
  gemm.m = m, gemm.n = n, gemm.k = k;
  return gemm;
}

/// DeepBench's largest inference product on every machine, with and without values; then the RTL.
std::vector<Measurement> measurementsOf(const SpeedOptions &options) {
  std::vector<Measurement> list;
  for (bool timingOnly : {false, true})
    for (const std::string &machine : options.machines) {
      RunSpec run;
      run.hw = machine;
      run.timing_only = timingOnly;
      list.push_back({run, sized(5124, 700, 2048)});
    }
  if (options.rtl) {
    RunSpec run;
    run.hw = options.rtl_machine;
    run.engine = EngineKind::Rtl;
    run.assertions = false;
    list.push_back({run, sized(options.rtl_size, options.rtl_size, options.rtl_size)});
  }
  return list;
}

int speed(const SpeedOptions &options) {
  const std::vector<Measurement> list = measurementsOf(options);
  std::vector<PoolJob> jobs;
  for (const Measurement &each : list)
    jobs.push_back({fmt::format("{} {}", engineName(each.run.engine), each.run.hw), 0});
  RowPrinter printer(speedColumns(), list.size());
  printer.header();
  auto work = [&](size_t index) {
    auto row = runGemm(list[index].gemm, list[index].run);
    if (row)
      (*row)["values"] = list[index].run.timing_only ? "no" : "yes";
    return row;
  };
  WorkerPool({1, 0}).run(
      jobs, work, [](size_t) {},
      [&](size_t index, Result<Row> row) { printer.add(index, jobs[index].label, row); });
  if (!options.json_file.empty())
    if (Status status = writeJson(printer.rows(), options.json_file); !status)
      return reportError(status.error());
  return printer.exitCode();
}

} // namespace

void addSpeedCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<SpeedOptions>();
  CLI::App *command = app.add_subcommand("speed", "How fast the engines are here, one core, beside oneDNN");
  command->footer("5124x700x2048 on the SystemC engine, with and without values, then a cube on the RTL "
                  "without assertions.\n"
                  "The time is that of the simulation proper; oneDNN's rate is that of the same product in "
                  "the same process.\n");
  command->add_option("--machines", options->machines, "Machines of the SystemC engine")
      ->capture_default_str();
  command->add_option("--rtl-machine", options->rtl_machine, "Machine of the RTL engine")
      ->capture_default_str();
  command->add_option("--rtl-size", options->rtl_size, "m, n and k of the product on the RTL")
      ->capture_default_str();
  command->add_flag("!--no-rtl", options->rtl, "Leave the RTL out");
  command->add_option("--json", options->json_file, "Write one object per row")->type_name("FILE");
  command->callback([options, &exitCode] { exitCode = speed(*options); });
}

} // namespace lockstep
