#include "workloads/driver/model/AcceleratorRunner.h"

#include "compiler/runtime/LengthMasks.h"
#include "hw/check/ProgramCheck.h"

#include <fmt/format.h>

#include <cstring>

namespace lockstep {

namespace {

Error programError(const Piece &piece, const std::string &message) {
  return {ErrorKind::Program, fmt::format("piece {}: {}", piece.name, message)};
}

/// Bytes of the piece's symbol, which must be as large as the tensor.
Result<uint8_t *> symbolBytes(const Piece &piece, const Program &program, ExternalMemory &memory,
                              const std::string &name, const Tensor &tensor) {
  for (const Symbol &symbol : program.symbols) {
    if (symbol.name != name)
      continue;
    uint64_t size = elementCount(symbol.shape) * elementBytes(symbol.element_type);
    uint8_t *bytes = memory.find(symbol.address, size);
    if (size != tensor.bytes.size() || !bytes)
      return programError(piece, fmt::format("symbol {} has {} bytes, the package's tensor {}", name, size,
                                             tensor.bytes.size()));
    return bytes;
  }
  return programError(piece, fmt::format("its program has no symbol {}", name));
}

void clearWritable(ExternalMemory &memory) {
  for (const Region &region : memory.regions())
    if (region.writable())
      std::memset(memory.find(region.address, region.size_bytes), 0, region.size_bytes);
}

} // namespace

Result<AcceleratorRunner::Prepared *> AcceleratorRunner::prepare(const Piece &piece) {
  auto found = prepared.find(piece.name);
  if (found != prepared.end())
    return &found->second;
  auto program = parseProgram(piece.code, "piece " + piece.name);
  if (!program)
    return program.error();
  program->parameters = parameters;
  if (auto report = checkProgram(*program); !report)
    return Error{report.error().kind, fmt::format("piece {}: {}", piece.name, report.error().message)};
  auto memory = buildMemory(*program);
  if (!memory)
    return memory.error();
  return &prepared.emplace(piece.name, Prepared{std::move(*program), std::move(*memory)}).first->second;
}

uint64_t AcceleratorRunner::cyclesSoFar() const {
  uint64_t cycles = 0;
  for (const PieceExecution &piece : executions)
    cycles += piece.execution.timing ? piece.execution.timing->total_cycles : 0;
  return cycles;
}

Status AcceleratorRunner::run(const Package &, const Piece &piece, const std::vector<const Tensor *> &inputs,
                              const std::vector<Tensor *> &outputs) {
  auto ready = prepare(piece);
  if (!ready)
    return ready.error();
  auto &[program, memory] = **ready;
  clearWritable(memory);
  for (size_t i = 0; i < inputs.size(); ++i) {
    auto bytes = symbolBytes(piece, program, memory, fmt::format("in_{}", i), *inputs[i]);
    if (!bytes)
      return bytes.error();
    std::memcpy(*bytes, inputs[i]->bytes.data(), inputs[i]->bytes.size());
  }
  if (Status status = fillLengthMasks(program, inputs, memory); !status)
    return programError(piece, status.error().message);
  auto execution =
      executor.run(program, memory, listener ? listener(piece, program, cyclesSoFar()) : nullptr);
  if (!execution)
    return Error{execution.error().kind, fmt::format("piece {}: {}", piece.name, execution.error().message)};
  for (size_t i = 0; i < outputs.size(); ++i) {
    auto bytes = symbolBytes(piece, program, memory, fmt::format("out_{}", i), *outputs[i]);
    if (!bytes)
      return bytes.error();
    std::memcpy(outputs[i]->bytes.data(), *bytes, outputs[i]->bytes.size());
  }
  executions.push_back({piece.name, std::move(*execution)});
  return {};
}

} // namespace lockstep
