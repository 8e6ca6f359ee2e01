// lockstep asm, objdump and check: programs as files.
#include "hw/check/ProgramCheck.h"
#include "hw/isa/Assembler.h"
#include "hw/program/Program.h"
#include "workloads/driver/commands/Commands.h"
#include "workloads/driver/execution/ProgramFile.h"
#include "workloads/driver/support/ExitCode.h"
#include "workloads/driver/support/Row.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace lockstep {

namespace {

struct Files {
  std::string input, output;
};

std::string withEnding(const std::string &file, const char *ending) {
  size_t dot = file.rfind('.');
  bool hasEnding =
      dot != std::string::npos && (file.rfind('/') == std::string::npos || dot > file.rfind('/'));
  return (hasEnding ? file.substr(0, dot) : file) + ending;
}

int assemble(const Files &files) {
  auto text = readText(files.input);
  if (!text)
    return reportError(text.error());
  auto program = assembleProgram(*text, files.input);
  if (!program)
    return reportError(program.error());
  std::string output = files.output.empty() ? withEnding(files.input, ".lstp") : files.output;
  if (Status status = writeProgram(*program, output); !status)
    return reportError(status.error());
  fmt::print("{}: {} instructions for {}\n", output, program->instructions.size(), program->parameters.name);
  return exitOk;
}

int disassemble(const Files &files) {
  auto program = loadProgramFile(files.input);
  if (!program)
    return reportError(program.error());
  std::string text = disassembleProgram(*program);
  if (files.output.empty()) {
    fmt::print("{}", text);
    return exitOk;
  }
  Status status = writeText(text, files.output);
  return status ? int(exitOk) : reportError(status.error());
}

int check(const std::string &file) {
  auto program = loadProgramFile(file);
  if (!program)
    return reportError(program.error());
  auto report = checkProgram(*program);
  if (!report)
    return reportError({report.error().kind, fmt::format("{}: {}", file, report.error().message)});
  fmt::print("{}: legal and free of races; {} instructions run: {} load, {} matrix, {} vector, {} store\n",
             file, report->executed_instructions, report->unit_instructions[0], report->unit_instructions[1],
             report->unit_instructions[2], report->unit_instructions[3]);
  return exitOk;
}

} // namespace

void addAsmCommand(CLI::App &app, int &exitCode) {
  auto files = std::make_shared<Files>();
  CLI::App *command = app.add_subcommand("asm", "Assembly text to a program file");
  command->footer("The text's form: hw/isa/Assembler.h and `lockstep hw manual`; examples: `lockstep objdump "
                  "PROGRAM`.\n");
  command->add_option("file", files->input, "Assembly text")->required()->type_name("FILE");
  command->add_option("-o,--output", files->output, "Program file; default: FILE with .lstp")
      ->type_name("FILE");
  command->callback([files, &exitCode] { exitCode = assemble(*files); });
}

void addObjdumpCommand(CLI::App &app, int &exitCode) {
  auto files = std::make_shared<Files>();
  CLI::App *command = app.add_subcommand("objdump", "A program file as assembly text");
  command->add_option("file", files->input, "Program file")->required()->type_name("PROGRAM");
  command->add_option("-o,--output", files->output, "Assembly text; default: the terminal")
      ->type_name("FILE");
  command->callback([files, &exitCode] { exitCode = disassemble(*files); });
}

void addCheckCommand(CLI::App &app, int &exitCode) {
  auto file = std::make_shared<std::string>();
  CLI::App *command = app.add_subcommand("check", "Is a program legal and free of races?");
  command->add_option("file", *file, "Program file")->required()->type_name("PROGRAM");
  command->callback([file, &exitCode] { exitCode = check(*file); });
}

} // namespace lockstep
