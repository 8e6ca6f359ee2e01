#include "tests/unit/accelerator/PieceHarness.h"

#include "compiler/host/HostModule.h"
#include "compiler/runtime/LengthMasks.h"
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
  std::vector<const Tensor *> tensors;
  for (const NamedTensor &input : inputs) // in the order of their numbers
    tensors.push_back(&input.tensor);
  if (Status status = fillLengthMasks(program, tensors, *memory); !status)
    return status.error();
  return memory;
}

Result<NamedTensors> goldenOutputs(const Program &program, const NamedTensors &inputs) {
  if (Result<CheckReport> report = checkProgram(program); !report)
    return report.error();
  Result<ExternalMemory> memory = memoryWith(program, inputs);
  if (!memory)
    return memory.error();
  if (Status status = Golden(program.parameters).run(program, *memory); !status)
    return status.error();
  NamedTensors outputs;
  for (const Symbol &symbol : program.symbols)
    if (symbol.name.rfind("out_", 0) == 0) {
      outputs.push_back({"output_" + symbol.name.substr(4), zeroTensor(symbol.element_type, symbol.shape)});
      std::vector<uint8_t> &bytes = outputs.back().tensor.bytes;
      std::copy_n(memory->find(symbol.address, bytes.size()), bytes.size(), bytes.begin());
    }
  return outputs;
}

namespace {

const Tensor *find(const NamedTensors &tensors, const std::string &name) {
  for (const NamedTensor &tensor : tensors)
    if (tensor.name == name)
      return &tensor.tensor;
  return nullptr;
}

} // namespace

std::string differenceOf(const NamedTensors &got, const NamedTensors &wanted) {
  for (const NamedTensor &output : wanted) {
    const Tensor *mine = find(got, output.name);
    if (!mine || mine->shape != output.tensor.shape || mine->element_type != output.tensor.element_type)
      return output.name + " is not " + output.tensor.element_type + " " + shapeText(output.tensor.shape);
    for (size_t i = 0; i < mine->bytes.size(); ++i)
      if (mine->bytes[i] != output.tensor.bytes[i])
        return "byte " + std::to_string(i) + " of " + output.name + " is " + std::to_string(mine->bytes[i]) +
               " instead of " + std::to_string(output.tensor.bytes[i]);
  }
  return got.size() == wanted.size() ? ""
                                     : "there are other than " + std::to_string(wanted.size()) + " outputs";
}

std::string judgePiece(const std::string &text, const Parameters &machine, uint64_t seed) {
  ParsedModule parsed(text);
  if (!parsed)
    return "the function cannot be parsed";
  Result<AcceleratorPiece> piece = compileAcceleratorPiece(parsed.main(), machine);
  if (!piece)
    return piece.error().message;
  const Program &program = piece->program;
  const NamedTensors inputs = randomInputs(program, seed);
  const Result<NamedTensors> got = goldenOutputs(program, inputs);
  if (!got)
    return got.error().message;
  HostOptions options;
  options.library_threshold = UINT64_MAX;
  Result<HostProgram> host = HostProgram::compile(parsed.module(), options);
  if (!host)
    return "host: " + host.error().message;
  Result<NamedTensors> wanted = host->run(inputs);
  if (!wanted)
    return "host: " + wanted.error().message;
  return differenceOf(*got, *wanted);
}

} // namespace lockstep::test
