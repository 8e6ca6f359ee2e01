// lockstep fuzz: random small models through the whole compiler, on every execution.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/model/RandomModelCheck.h"
#include "workloads/driver/support/ExitCode.h"
#include "workloads/driver/support/WorkerPool.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

#include <unistd.h>

namespace lockstep {

namespace {

struct FuzzOptions {
  RandomCheckSpec check;
  uint64_t count = 100, seed = 1, rtl_every = 10, float_every = 4;
  bool each_machine = false;
  unsigned jobs = 0, shrink = 200;
  std::string folder = "random_failures", json_file;
};

constexpr uint64_t kModelsPerProcess = 10; // a process costs more than a small model

/// Seeds of one worker.
struct Batch {
  uint64_t first, count;
};

/// Machines take turns unless all are wanted.
RandomCheckSpec specOf(const FuzzOptions &options, uint64_t seed) {
  RandomCheckSpec spec = options.check;
  if (!options.each_machine)
    spec.machines = {spec.machines[seed % spec.machines.size()]};
  spec.float_check = options.float_every != 0 && seed % options.float_every == 0;
  if (options.rtl_every == 0 || seed % options.rtl_every != 0)
    spec.rtl_machines.clear();
  return spec;
}

Row rowOf(uint64_t seed, const RandomOutcome &outcome) {
  return {{"seed", seed},
          {"failure", outcome.failure},
          {"operators", outcome.operators},
          {"on_accelerator", outcome.on_accelerator},
          {"pieces", outcome.pieces},
          {"cycles", outcome.cycles},
          {"sqnr_db", outcome.sqnr_db}};
}

/// A row for each seed, one after the other in this process.
Row runBatch(const FuzzOptions &options, const Batch &batch) {
  Row rows = Row::array();
  for (uint64_t seed = batch.first; seed < batch.first + batch.count; ++seed)
    rows.push_back(rowOf(seed, checkInWorker(randomModel(seed), seed, specOf(options, seed))));
  return rows;
}

/// The batch again, each seed in a process of its own: one of them killed the worker.
Row runOneByOne(const FuzzOptions &options, const Batch &batch) {
  Row rows = Row::array();
  for (uint64_t seed = batch.first; seed < batch.first + batch.count; ++seed)
    rows.push_back(rowOf(seed, checkInProcess(randomModel(seed), seed, specOf(options, seed))));
  return rows;
}

std::vector<Row> runAll(const FuzzOptions &options) {
  std::vector<Batch> batches;
  for (uint64_t first = options.seed; first < options.seed + options.count; first += kModelsPerProcess)
    batches.push_back({first, std::min(kModelsPerProcess, options.seed + options.count - first)});
  std::vector<PoolJob> jobs;
  for (const Batch &batch : batches)
    jobs.push_back(
        {fmt::format("models {} to {}", batch.first, batch.first + batch.count - 1), uint64_t(500) << 20});
  std::vector<Row> results(batches.size());
  size_t done = 0;
  WorkerPool({options.jobs, 0})
      .run(
          jobs, [&](size_t index) -> Result<Row> { return runBatch(options, batches[index]); }, [](size_t) {},
          [&](size_t index, Result<Row> result) {
            results[index] = result ? *result : Row(nullptr);
            if (isatty(STDERR_FILENO))
              fmt::print(stderr, "\r\033[K{} of {} batches", ++done, batches.size());
          });
  if (isatty(STDERR_FILENO))
    fmt::print(stderr, "\r\033[K");
  std::vector<Row> rows;
  for (size_t i = 0; i < batches.size(); ++i) {
    Row batch = results[i].is_array() ? results[i] : runOneByOne(options, batches[i]);
    rows.insert(rows.end(), batch.begin(), batch.end());
  }
  return rows;
}

Status tellFailure(const FuzzOptions &options, uint64_t seed, const std::string &failure) {
  fmt::print("model {}: {}\n", seed, failure);
  RandomModel model = randomModel(seed);
  RandomCheckSpec spec = specOf(options, seed);
  if (options.shrink > 0) {
    size_t before = model.nodes.size();
    model = shrinkFailure(std::move(model), seed, spec, options.shrink);
    fmt::print("  {} operators shrunk to {}: {}\n", before, model.nodes.size(),
               checkInProcess(model, seed, spec).failure);
  }
  auto command = writeFailure(model, seed, spec, options.folder);
  if (!command)
    return command.error();
  fmt::print("  {}\n", *command);
  return {};
}

void summarize(const std::vector<Row> &rows, uint64_t failed) {
  uint64_t operators = 0, onAccelerator = 0, several = 0, none = 0, cycles = 0;
  double least = 200;
  for (const Row &row : rows) {
    operators += row["operators"].get<uint64_t>();
    onAccelerator += row["on_accelerator"].get<uint64_t>();
    several += row["pieces"].get<uint64_t>() > 1;
    none += row["pieces"].get<uint64_t>() == 0;
    cycles += row["cycles"].get<uint64_t>();
    if (row["failure"].get<std::string>().empty())
      least = std::min(least, row["sqnr_db"].get<double>());
  }
  fmt::print("{} models, {} failed; {} of {} operations on the accelerator; {} models with several "
             "accelerator pieces, "
             "{} with none; {} cycles; least SQNR against QDQ in float {:.1f} dB\n",
             rows.size(), failed, onAccelerator, operators, several, none, cycles, least);
}

Result<int> fuzz(const FuzzOptions &options) {
  for (const std::string &hw : options.check.machines) {
    RunSpec run;
    run.hw = hw;
    run.sets = options.check.sets;
    if (auto parameters = machineOf(run); !parameters)
      return parameters.error();
  }
  std::vector<Row> rows = runAll(options);
  uint64_t failed = 0;
  for (const Row &row : rows) {
    std::string failure = row["failure"];
    if (failure.empty())
      continue;
    ++failed;
    if (Status status = tellFailure(options, row["seed"], failure); !status)
      return status.error();
  }
  summarize(rows, failed);
  if (!options.json_file.empty())
    if (Status status = writeJson(rows, options.json_file); !status)
      return status.error();
  return failed == 0 ? int(exitOk) : int(exitFailed);
}

} // namespace

void addFuzzCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<FuzzOptions>();
  options->check.machines = {"tiny", "small", "base"};
  options->check.rtl_machines = {"tiny"};
  CLI::App *command = app.add_subcommand(
      "fuzz", "Random small models: quantized, compiled, and equal to the bit on every engine");
  command->add_option("--count", options->count, "Models")->capture_default_str();
  command->add_option("--seed", options->seed, "Of the first model; the others follow")
      ->capture_default_str();
  command
      ->add_option("--hw", options->check.machines,
                   "Machines for golden and SystemC; models take them in turn")
      ->delimiter(',')
      ->capture_default_str()
      ->type_name("NAME|FILE,...");
  command->add_option("--rtl-hw", options->check.rtl_machines, "Machines for SystemC and RTL in lockstep")
      ->delimiter(',')
      ->capture_default_str()
      ->type_name("NAME|FILE,...");
  command->add_flag("--each-machine", options->each_machine, "Every model on every machine");
  command
      ->add_option("--float-every", options->float_every,
                   "Compare with the QDQ model in float for every such seed only; 0: never")
      ->capture_default_str();
  command->add_option("--rtl-every", options->rtl_every, "RTL for every such seed only; 0: never")
      ->capture_default_str();
  command->add_option("--set", options->check.sets, "Change one parameter of each machine; may be repeated")
      ->type_name("GROUP.NAME=VALUE")
      ->allow_extra_args(false);
  command->add_option("--samples", options->check.samples, "Inputs for each model")->capture_default_str();
  command->add_option("--jobs", options->jobs, "Processes at a time; 0: one for each core")
      ->capture_default_str();
  command->add_option("--shrink", options->shrink, "Tries to make a failing model smaller; 0: none")
      ->capture_default_str();
  command->add_option("--folder", options->folder, "Where failing models are written")->capture_default_str();
  command->add_option("--json", options->json_file, "Write a row for each model")->type_name("FILE");
  command->callback([options, &exitCode] {
    auto code = fuzz(*options);
    exitCode = code ? *code : reportError(code.error());
  });
}

} // namespace lockstep
