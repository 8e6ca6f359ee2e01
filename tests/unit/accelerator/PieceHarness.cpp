#include "tests/unit/accelerator/PieceHarness.h"

#include "compiler/host/HostModule.h"
#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/Parser/Parser.h>

#include <algorithm>
#include <random>

namespace lockstep::test {

ParsedModule::ParsedModule(const std::string &text)
    : context(std::make_unique<mlir::MLIRContext>(mlir::MLIRContext::Threading::DISABLED)) {
  context->loadDialect<mlir::func::FuncDialect, mlir::tosa::TosaDialect>();
  owned = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
}

NamedTensors randomInputs(const Program &program, uint64_t seed) {
  std::mt19937_64 random(seed);
  NamedTensors inputs;
  for (const Symbol &symbol : program.symbols)
    if (symbol.name.rfind("in_", 0) == 0) {
      inputs.push_back({"input_" + symbol.name.substr(3), zeroTensor(symbol.element_type, symbol.shape)});
      for (uint8_t &byte : inputs.back().tensor.bytes)
        byte = random() % 5 == 0 ? (random() % 2 ? 0x80 : 0x7f) : static_cast<uint8_t>(random());
    }
  return inputs;
}

Result<ExternalMemory> memoryWith(const Program &program, const NamedTensors &inputs) {
  Result<ExternalMemory> memory = buildMemory(program);
  if (!memory)
    return memory;
  for (const Symbol &symbol : program.symbols)
    for (const NamedTensor &input : inputs)
      if (symbol.name.rfind("in_", 0) == 0 && input.name == "input_" + symbol.name.substr(3))
        std::copy(input.tensor.bytes.begin(), input.tensor.bytes.end(),
                  memory->find(symbol.address, input.tensor.bytes.size()));
  return memory;
}

namespace {

std::string compareOutputs(const Program &program, const ExternalMemory &memory, const NamedTensors &wanted) {
  size_t compared = 0;
  for (const Symbol &symbol : program.symbols)
    for (const NamedTensor &output : wanted) {
      if (symbol.name.rfind("out_", 0) != 0 || output.name != "output_" + symbol.name.substr(4))
        continue;
      const std::vector<uint8_t> &bytes = output.tensor.bytes;
      const uint8_t *got = memory.find(symbol.address, bytes.size());
      if (!got || symbol.shape != output.tensor.shape)
        return symbol.name + " has another shape than " + shapeText(output.tensor.shape);
      ++compared;
      for (size_t i = 0; i < bytes.size(); ++i)
        if (got[i] != bytes[i])
          return "byte " + std::to_string(i) + " of " + symbol.name + " is " + std::to_string(got[i]) +
                 " instead of " + std::to_string(bytes[i]);
    }
  return compared == wanted.size() ? "" : "an output is missing";
}

} // namespace

std::string judgePiece(const std::string &text, const Parameters &machine, uint64_t seed) {
  ParsedModule parsed(text);
  if (!parsed)
    return "the function cannot be parsed";
  Result<AcceleratorPiece> piece = compileAcceleratorPiece(parsed.main(), machine);
  if (!piece)
    return piece.error().message;
  const Program &program = piece->program;
  if (Result<CheckReport> report = checkProgram(program); !report)
    return report.error().message;
  const NamedTensors inputs = randomInputs(program, seed);
  Result<ExternalMemory> memory = memoryWith(program, inputs);
  if (!memory)
    return memory.error().message;
  if (Status status = Golden(machine).run(program, *memory); !status)
    return status.error().message;
  HostOptions options;
  options.library_threshold = UINT64_MAX;
  Result<HostProgram> host = HostProgram::compile(parsed.module(), options);
  if (!host)
    return "host: " + host.error().message;
  Result<NamedTensors> wanted = host->run(inputs);
  if (!wanted)
    return "host: " + wanted.error().message;
  return compareOutputs(program, *memory, *wanted);
}

} // namespace lockstep::test
