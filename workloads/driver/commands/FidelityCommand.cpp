// lockstep fidelity: how near integer recurrent layers come to float.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/recurrent/Fidelity.h"
#include "workloads/driver/support/ExitCode.h"
#include "workloads/driver/support/RowPrinter.h"
#include "workloads/driver/support/WorkerPool.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace lockstep {

namespace {

struct FidelityOptions {
  FidelitySpec spec; // what all rows share
  std::vector<std::string> cells = {"gru"};
  std::vector<int64_t> hidden = {64, 128, 256, 512, 1024};
  std::vector<double> biases = {0, 2, 4, 6};
  std::vector<std::string> states = {"int16", "int8"};
  std::string calibrator = "mse";
  bool reset_before = false;
  std::optional<double> require;
  unsigned jobs = 0;
  std::string json_file;
};

const std::vector<Column> &fidelityColumns() {
  static const std::vector<Column> columns = {
      {"cell", "cell", 4, Show::Text},
      {"hidden", "hidden", 6, Show::Integer},
      {"gate_bias", "bias", 5, Show::Ratio},
      {"steps", "steps", 6, Show::Integer},
      {"sqnr_int16_db", "int16 dB", 8, Show::Ratio},
      {"sqnr_int8_db", "int8 dB", 8, Show::Ratio},
      {"sqnr_exact_x_db", "exact x", 8, Show::Ratio},
      {"input_sqnr_db", "inputs", 7, Show::Ratio},
      {"state_rms", "rms h", 6, Show::Seconds},
      {"cell_rms", "rms c", 6, Show::Seconds},
      {"largest_cell", "max |c|", 7, Show::Ratio},
      {"cell_fraction_bits", "c bits", 6, Show::Integer},
      {"cell_saturated", "too large", 9, Show::Seconds},
      {"seconds", "s", 7, Show::Seconds},
  };
  return columns;
}

Result<CellKind> cellNamed(const std::string &name) {
  for (CellKind cell : {CellKind::Gru, CellKind::Lstm, CellKind::Rnn})
    if (name == cellName(cell))
      return cell;
  return Error{ErrorKind::Usage, fmt::format("fidelity: `{}` is no cell; allowed are gru, lstm, rnn", name)};
}

Status setShared(FidelityOptions &options) {
  const Result<Calibrator> calibrator = calibratorNamed(options.calibrator);
  if (!calibrator)
    return calibrator.error();
  options.spec.calibrator = *calibrator;
  options.spec.linear_before_reset = !options.reset_before;
  options.spec.int16_state = options.spec.int8_state = false;
  for (const std::string &state : options.states)
    if (state == "int16")
      options.spec.int16_state = true;
    else if (state == "int8")
      options.spec.int8_state = true;
    else
      return Error{ErrorKind::Usage, fmt::format("fidelity: state is `{}`; allowed: int16, int8", state)};
  return {};
}

/// An RNN has no gate and so one row for each size.
Result<std::vector<FidelitySpec>> specsOf(const FidelityOptions &options) {
  std::vector<FidelitySpec> list;
  for (const std::string &name : options.cells) {
    const Result<CellKind> cell = cellNamed(name);
    if (!cell)
      return cell.error();
    for (int64_t hidden : options.hidden)
      for (double bias : *cell == CellKind::Rnn ? std::vector<double>{0} : options.biases) {
        FidelitySpec spec = options.spec;
        spec.cell = *cell, spec.hidden = hidden, spec.gate_bias = bias;
        if (Status s = checkFidelitySpec(spec); !s)
          return s.error();
        list.push_back(spec);
      }
  }
  return list;
}

/// The least SQNR of a state of int16, in a sentence; fails below what was required.
int summarize(const FidelityOptions &options, const std::vector<Row> &rows) {
  const Row *least = nullptr;
  for (const Row &row : rows)
    if (row["sqnr_int16_db"].is_number() && (!least || row["sqnr_int16_db"] < (*least)["sqnr_int16_db"]))
      least = &row;
  if (!least)
    return exitOk;
  const double decibels = (*least)["sqnr_int16_db"].get<double>();
  fmt::print("least with a state of int16: {:.2f} dB ({} {}, bias {})\n", decibels,
             (*least)["cell"].get<std::string>(), (*least)["hidden"].get<int64_t>(),
             (*least)["gate_bias"].get<double>());
  if (!options.require || decibels >= *options.require)
    return exitOk;
  fmt::print("required: {:.2f} dB\n", *options.require);
  return exitFailed;
}

int fidelity(FidelityOptions &options) {
  if (Status s = setShared(options); !s)
    return reportError(s.error());
  const Result<std::vector<FidelitySpec>> specs = specsOf(options);
  if (!specs)
    return reportError(specs.error());
  std::vector<PoolJob> jobs;
  for (const FidelitySpec &spec : *specs)
    jobs.push_back({labelOf(spec), memoryOf(spec)});
  RowPrinter printer(fidelityColumns(), specs->size());
  printer.header();
  WorkerPool({options.jobs, 0})
      .run(
          jobs, [&](size_t index) { return measureFidelity((*specs)[index]); }, [](size_t) {},
          [&](size_t index, Result<Row> row) { printer.add(index, jobs[index].label, row); });
  const int result = summarize(options, printer.rows());
  if (!options.json_file.empty())
    if (Status status = writeJson(printer.rows(), options.json_file); !status)
      return reportError(status.error());
  return std::max(result, printer.exitCode());
}

} // namespace

void addFidelityCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<FidelityOptions>();
  CLI::App *command =
      app.add_subcommand("fidelity", "SQNR of integer recurrent layers against float, random weights");
  command->footer(
      "Weights are uniform within 1 / sqrt(hidden), inputs standard normal, as many as hidden; the bias "
      "is that of the\nupdate gate (GRU) or the forget gate (LSTM). SQNR over all states of all steps.\n");
  command->add_option("--cell", options->cells, "gru, lstm, rnn")->delimiter(',')->capture_default_str();
  command->add_option("--hidden", options->hidden, "Sizes of the state")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--bias", options->biases, "Biases of the gate that keeps the state")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--steps", options->spec.steps, "Steps of time")->capture_default_str();
  command->add_option("--state", options->states, "Types of the state: int16, int8")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--seed", options->spec.seed, "Seed of weights and inputs")->capture_default_str();
  command->add_flag("--reset-before", options->reset_before, "GRU: linear_before_reset = 0");
  command
      ->add_option("--calibrator", options->calibrator,
                   "Of the inputs: min-max, percentile, entropy, mse, jeffreys")
      ->capture_default_str();
  command->add_option("--calibration-steps", options->spec.calibration_steps, "Size of the calibration batch")
      ->capture_default_str();
  command
      ->add_option("--cell-fraction-bits", options->spec.cell_fraction_bits,
                   "LSTM: of the cell, 8 to 12; 0: for the largest |c| of the calibration batch")
      ->capture_default_str();
  command->add_option("--require", options->require, "Fail if a state of int16 gives less, in dB");
  command->add_option("--jobs", options->jobs, "Processes at a time; 0: one for each core")
      ->capture_default_str();
  command->add_option("--json", options->json_file, "Write one object per row")->type_name("FILE");
  command->callback([options, &exitCode] { exitCode = fidelity(*options); });
}

} // namespace lockstep
