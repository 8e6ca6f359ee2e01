// lockstep compile MODEL: from a model to a package, and what was decided on the way.
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/model/ModelOptions.h"
#include "workloads/driver/model/ModelTables.h"
#include "workloads/driver/support/ExitCode.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <memory>

namespace lockstep {

namespace {

struct CompileCommandOptions {
  ModelOptions model;
  std::string output, emit, host_triple, json_file;
  bool explain = false, cpu_only = false;
};

Status writePackageFile(const CompileCommandOptions &options, const Package &package) {
  if (options.output.empty())
    return {};
  if (Status status = writePackage(package, options.output); !status)
    return status;
  fmt::print("wrote {}: {} bytes\n", options.output, std::filesystem::file_size(options.output));
  return {};
}

void showCompilation(const CompileCommandOptions &options, const Compilation &compilation) {
  fmt::print("{}", showPlaces(compilation.places));
  fmt::print("{}", showPieces(compilation.package));
  if (options.explain)
    fmt::print("{}", showLayerPlans(compilation.layers));
  fmt::print("{}", showSeconds(compilation.seconds));
}

Result<int> emitPhase(const CompileCommandOptions &options, const Compilation &compilation) {
  for (const auto &[phase, text] : compilation.phases)
    if (phase == options.emit)
      fmt::print("{}", text);
  return int(exitOk);
}

Result<int> compile(const CompileCommandOptions &options) {
  auto source = ModelSource::read(options.model.model);
  if (!source)
    return source.error();
  auto compile = compileOptionsOf(options.model, *source);
  if (!compile)
    return compile.error();
  compile->stop_after = options.emit;
  compile->host_triple = options.host_triple;
  compile->use_accelerator = !options.cpu_only;
  auto compilation = compileModel(*source, *compile);
  if (!compilation)
    return compilation.error();
  if (!options.emit.empty())
    return emitPhase(options, *compilation);
  showCompilation(options, *compilation);
  if (Status status = writePackageFile(options, compilation->package); !status)
    return status.error();
  if (!options.json_file.empty())
    if (Status status = writeText(compilationRow(*compilation).dump(1) + "\n", options.json_file); !status)
      return status.error();
  return int(exitOk);
}

} // namespace

void addCompileCommand(CLI::App &app, int &exitCode) {
  auto options = std::make_shared<CompileCommandOptions>();
  CLI::App *command = app.add_subcommand("compile", "A model to a package: programs, host code, manifest");
  command->add_option("model", options->model.model, "ONNX or MLIR file")->required()->type_name("MODEL");
  command->add_option("-o,--output", options->output, "Write the package")->type_name("FILE.lsp");
  command
      ->add_option("--emit", options->emit,
                   fmt::format("Print a phase and stop: {}", fmt::join(phaseNames(), ", ")))
      ->type_name("PHASE");
  command->add_flag("--explain", options->explain,
                    "For each layer on the accelerator all mappings with their costs");
  command->add_flag("--cpu-only", options->cpu_only, "Everything on the host: the integer CPU reference");
  command
      ->add_option("--host-triple", options->host_triple,
                   "Where the host part runs, such as aarch64-linux-gnu; default: this computer")
      ->type_name("TRIPLE");
  command->add_option("--json", options->json_file, "Write operators, pieces, layers and seconds")
      ->type_name("FILE");
  addShapeOption(*command, options->model);
  addCalibrationOptions(*command, options->model);
  addMachineOptions(*command, options->model.run);
  command->callback([options, &exitCode] {
    auto code = compile(*options);
    exitCode = code ? *code : reportError(code.error());
  });
}

} // namespace lockstep
