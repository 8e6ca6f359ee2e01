// lockstep recurrent: one GRU, LSTM or RNN layer of any size and variant, or many random ones.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/recurrent/RandomRecurrent.h"
#include "workloads/driver/recurrent/RecurrentJob.h"
#include "workloads/driver/support/ExitCode.h"
#include "workloads/driver/support/RowPrinter.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace lockstep {

namespace {

struct CommandOptions {
  RecurrentRun run;
  RecurrentSpec spec;
  bool explain = false;
  uint64_t random = 0; // so many random layers
};

int explainOne(const CommandOptions &options) {
  auto text = explainRecurrent(options.spec, options.run);
  if (!text)
    return reportError(text.error());
  fmt::print("{}", *text);
  return exitOk;
}

int runOne(const CommandOptions &options) {
  auto row = runRecurrent(options.spec, options.run);
  if (!row)
    return reportError(row.error());
  RowPrinter printer(recurrentColumns(), 1);
  printer.header();
  printer.add(0, labelOf(options.spec), row);
  if (!options.run.run.json_file.empty())
    if (Status status = writeJson({*row}, options.run.run.json_file); !status)
      return reportError(status.error());
  return printer.exitCode();
}

/// The command that shows a layer again.
std::string again(const CommandOptions &options, const RecurrentSpec &spec) {
  std::string text = fmt::format("lockstep recurrent {} --engine {} --part {}", commandOf(spec),
                                 engineName(options.run.run.engine), partName(options.run.part));
  text += " --hw " + options.run.run.hw;
  for (const std::string &set : options.run.run.sets)
    text += " --set " + set;
  return text;
}

/// 0 if the layer is right; its exit code, with a sentence and the command on stderr, if it is not.
int runRandom(const CommandOptions &options, const RecurrentSpec &spec, RecurrentRunner &runner,
              std::vector<Row> &rows) {
  auto row = runner.run(spec);
  if (row)
    rows.push_back(*row);
  if (row && isEqual(*row))
    return exitOk;
  const std::string sentence = !row                          ? row.error().message
                               : row->contains("difference") ? (*row)["difference"].get<std::string>()
                                                             : "bits or cycles differ";
  fmt::print(stderr, "{}\n    {}\n", sentence, again(options, spec));
  return row ? int(exitFailed) : exitCodeOf(row.error().kind);
}

int runMany(const CommandOptions &options) {
  auto parameters = machineOf(options.run.run);
  if (!parameters)
    return reportError(parameters.error());
  RecurrentRunner runner(*parameters, options.run);
  std::vector<Row> rows;
  int worst = exitOk;
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < options.random; ++i) {
    const int code = runRandom(options, randomRecurrent(options.spec.seed + i, *parameters), runner, rows);
    worst = std::max(worst, code);
    wrong += code != exitOk;
  }
  fmt::print("{} random layers from seed {} on {}: {}\n", options.random, options.spec.seed, parameters->name,
             wrong == 0 ? "all equal" : fmt::format("{} WRONG", wrong));
  if (!options.run.run.json_file.empty())
    if (Status status = writeJson(rows, options.run.run.json_file); !status)
      return reportError(status.error());
  return worst;
}

int recurrent(const CommandOptions &options) {
  if (Status status = checkRunSpec(options.run.run); !status)
    return reportError(status.error());
  if (options.random > 0)
    return runMany(options);
  if (options.spec.hidden == 0)
    return reportError(
        {ErrorKind::Usage, "recurrent: --hidden is missing: the units of the state, 1 to 65536"});
  return options.explain ? explainOne(options) : runOne(options);
}

} // namespace

void addRecurrentCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<CommandOptions>();
  options->run.rtl_cycles = 0;
  CLI::App *command =
      app.add_subcommand("recurrent", "One GRU, LSTM or RNN layer, compared with the CPU's integer result");
  addRecurrentSizes(*command, options->spec);
  addRecurrentVariants(*command, options->spec);
  addPartOption(*command, options->run.part);
  command->add_flag("--explain", options->explain,
                    "Print the schedule's decisions and the bound, run nothing");
  command
      ->add_option("--random", options->random,
                   "Instead of one layer that many random ones, from --seed on; those that are wrong are "
                   "printed as commands")
      ->type_name("COUNT");
  addMachineOptions(*command, options->run.run);
  addEngineOptions(*command, options->run.run);
  command
      ->add_option("--emit", options->run.run.program_file,
                   "Write the program too, for lockstep run, objdump, check")
      ->type_name("FILE");
  command->callback([options, &exitCode] { exitCode = recurrent(*options); });
}

} // namespace lockstep
