// lockstep run FILE: a program, a package or a model on any engine.
#include "hw/check/ProgramCheck.h"
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/execution/Execution.h"
#include "workloads/driver/execution/ProgramFile.h"
#include "workloads/driver/execution/RunInputs.h"
#include "workloads/driver/model/ModelRun.h"
#include "workloads/driver/support/ExitCode.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace lockstep {

namespace {

struct RunProgramOptions {
  RunSpec run;
  std::string program, output_dir;
  std::vector<std::string> inputs;
  uint64_t seed = 1;
  bool unchecked = false;
};

/// What the command line holds: which part of it counts depends on the file.
struct RunCommandOptions {
  RunProgramOptions program;
  ModelOptions model;
  bool reference = false;
  std::string output;
};

/// The program with --set applied to the parameters that it carries.
Result<Program> loadProgram(const RunProgramOptions &options) {
  auto program = loadProgramFile(options.program);
  if (!program || options.run.sets.empty())
    return program;
  std::vector<std::pair<std::string, std::string>> overrides;
  for (const std::string &set : options.run.sets) {
    auto setting = parseSetting(set);
    if (!setting)
      return setting.error();
    overrides.push_back(*setting);
  }
  auto parameters = parseParameters(printParameters(program->parameters), options.program, overrides);
  if (!parameters)
    return parameters.error();
  program->parameters = *parameters;
  return program;
}

Status checkUnlessTold(const Program &program, const RunProgramOptions &options) {
  if (options.unchecked)
    return {};
  auto report = checkProgram(program);
  return report ? Status()
                : Status(Error{report.error().kind, options.program + ": " + report.error().message});
}

Status writeResults(const RunProgramOptions &options, const Program &program, const ExternalMemory &memory,
                    const Execution &execution) {
  if (!options.output_dir.empty())
    if (Status status = writeOutputs(program, memory, options.output_dir); !status)
      return status;
  if (options.run.json_file.empty())
    return {};
  Row row = {{"program", options.program},
             {"hw", program.parameters.name},
             {"engine", engineName(options.run.engine)}};
  row.update(rowOf(execution));
  if (execution.bits_equal)
    row["bits_equal"] = *execution.bits_equal;
  return writeJson({row}, options.run.json_file);
}

void showExecution(const RunProgramOptions &options, const Execution &execution) {
  if (execution.timing)
    fmt::print("{}: {} cycles\n{}", options.program, execution.timing->total_cycles,
               showCounters(*execution.timing));
  else
    fmt::print("{}: done; the golden executor has no time\n", options.program);
  if (execution.cycles_equal && execution.difference.empty())
    fmt::print("golden, systemc and rtl: {} events, cycles, counters and all bytes are equal\n",
               execution.equal_events);
  else if (execution.cycles_equal)
    fmt::print("DIFFER: {}\n", execution.difference);
}

Result<int> runProgram(const RunProgramOptions &options) {
  if (Status status = checkRunSpec(options.run); !status)
    return status.error();
  auto program = loadProgram(options);
  if (!program)
    return program.error();
  if (Status status = checkUnlessTold(*program, options); !status)
    return status.error();
  auto memory = buildMemory(*program);
  if (!memory)
    return memory.error();
  if (Status status = placeInputs(*program, *memory, options.inputs, options.seed); !status)
    return status.error();
  auto execution = execute(*program, *memory, options.run);
  if (!execution)
    return Error{execution.error().kind, options.program + ": " + execution.error().message};
  showExecution(options, *execution);
  if (Status status = writeResults(options, *program, *memory, *execution); !status)
    return status.error();
  return execution->difference.empty() ? int(exitOk) : int(exitFailed);
}

Result<int> runFile(const RunCommandOptions &options, bool hasMachine) {
  const std::string &file = options.program.program;
  if (!isModelFile(file)) {
    if (options.reference || hasMachine || !options.output.empty() || !options.model.calibrate.empty())
      return Error{ErrorKind::Usage,
                   fmt::format("{}: --engine reference, --hw, --output and --calibrate are for models, and "
                               "this file is a program",
                               file)};
    return runProgram(options.program);
  }
  if (hasMachine && file.size() > 4 && file.compare(file.size() - 4, 4, ".lsp") == 0)
    return Error{ErrorKind::Usage,
                 fmt::format("{}: a package is compiled for its machine; --set changes single parameters "
                             "of it, --hw is for models",
                             file)};
  ModelRunOptions run{options.model, options.reference, options.program.inputs,
                      options.output.empty() ? options.program.output_dir : options.output,
                      options.program.seed};
  std::string hw = options.model.run.hw;
  run.model.run = options.program.run;
  run.model.run.hw = hw;
  run.model.model = file;
  return runModel(run);
}

} // namespace

void addRunCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<RunCommandOptions>();
  RunProgramOptions &program = options->program;
  CLI::App *command =
      app.add_subcommand("run", "A program, a package (.lsp) or a model (.onnx, .mlir) on any engine");
  command->add_option("program", program.program, "Program, package or model")->required()->type_name("FILE");
  command
      ->add_option(
          "--input", program.inputs,
          "Of a program: a symbol's values, others are random. Of a model: .npy, .npz, .pb, or NAME=FILE, "
          "samples along axis 0; without any, random values")
      ->type_name("FILE|NAME=FILE")
      ->allow_extra_args(false);
  command->add_option("--seed", program.seed, "Seed of the random inputs")->capture_default_str();
  command
      ->add_option("--output", options->output,
                   "Of a model: write the outputs, NAME.npy in a folder or one .npz")
      ->type_name("FOLDER|FILE.npz");
  command->add_option("--output-dir", program.output_dir, "Write every output as NAME.npy")
      ->type_name("FOLDER");
  CLI::Option *machine = command->add_option("--hw", options->model.run.hw, "Of a model: the machine")
                             ->capture_default_str()
                             ->type_name("NAME|FILE");
  command->add_option("--set", program.run.sets, "Change a parameter of the machine; may be repeated")
      ->type_name("GROUP.NAME=VALUE")
      ->allow_extra_args(false);
  command->add_flag("--unchecked", program.unchecked,
                    "Run a program without `lockstep check`: the machine is on its own");
  addEngineOptions(*command, program.run, &options->reference);
  addShapeOption(*command, options->model);
  addCalibrationOptions(*command, options->model);
  command->callback([options, machine, &exitCode] {
    auto code = runFile(*options, machine->count() > 0);
    exitCode = code ? *code : reportError(code.error());
  });
}

} // namespace lockstep
