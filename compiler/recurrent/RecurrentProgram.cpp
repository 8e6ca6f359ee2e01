// The program round a layer's instructions: memory map, symbols, encoding.
#include "compiler/recurrent/RecurrentEmitter.h"
#include "compiler/recurrent/RecurrentScheduler.h"

#include <algorithm>

namespace lockstep {
namespace {

using Shape = std::vector<uint64_t>;

uint64_t sizeOf(int64_t value) { return static_cast<uint64_t>(value); }

/// Appends regions one behind the other, each with a symbol for all of it.
class LayerMemory {
public:
  explicit LayerMemory(Program &program) : program(program) {}

  uint64_t add(const std::string &name, RegionKind kind, const std::string &type, int64_t elementBytes,
               const Shape &shape) {
    uint64_t bytes = sizeOf(elementBytes);
    for (uint64_t extent : shape)
      bytes *= extent;
    const uint64_t address = addRegion(name, kind, bytes);
    program.symbols.push_back({name, address, type, shape});
    return address;
  }
  uint64_t addRegion(const std::string &name, RegionKind kind, uint64_t bytes) {
    const uint64_t address = next;
    program.regions.push_back({name, address, bytes, kind});
    next = (address + bytes + kAlignment - 1) / kAlignment * kAlignment;
    return address;
  }

private:
  static constexpr uint64_t kAlignment = 65536; // also the rows of a DRAM's banks
  Program &program;
  uint64_t next = kAlignment;
};

RecurrentAddresses layOut(const RecurrentProblem &p, const RecurrentSchedule &schedule,
                          const Parameters &parameters, LayerMemory &memory) {
  const uint64_t steps = sizeOf(p.steps), batch = sizeOf(p.batch), hidden = sizeOf(p.hidden);
  const int64_t outputBytes = schedule.shape.output_bytes;
  const char *output = outputBytes == 1 ? "int8" : "int16";
  RecurrentAddresses a;
  a.x = memory.add("x", RegionKind::Input, "int16", 2, {steps, batch, sizeOf(gatesOf(p.cell)) * hidden});
  if (p.writes_y)
    a.y = memory.add("y", RegionKind::Output, output, outputBytes, {steps, batch, hidden});
  if (p.writes_y_h)
    a.y_h = memory.add("y_h", RegionKind::Output, output, outputBytes, {batch, hidden});
  if (p.writes_y_c)
    a.y_c = memory.add("y_c", RegionKind::Output, "int16", 2, {batch, hidden});
  if (p.initial_h)
    a.initial_h = memory.add("initial_h", RegionKind::Input, "int16", 2, {batch, hidden});
  if (p.initial_c)
    a.initial_c = memory.add("initial_c", RegionKind::Input, "int16", 2, {batch, hidden});
  if (p.has_lengths)
    a.mask =
        memory.add("mask", RegionKind::Input, "int8", 1, {steps, batch, sizeOf(parameters.array_columns)});
  a.constants = memory.add("constants", RegionKind::Constant, "uint8", 1,
                           {packedConstantBytes(p, schedule, parameters)});
  if (const uint64_t bytes = cellBytes(schedule))
    a.cells = memory.addRegion("cells", RegionKind::Workspace, bytes);
  return a;
}

} // namespace

Result<std::vector<Instruction>> emitRecurrent(const RecurrentProblem &problem,
                                               const RecurrentSchedule &schedule,
                                               const RecurrentAddresses &addresses,
                                               const Parameters &parameters) {
  if (Status s = checkRecurrentProblem(problem); !s)
    return s.error();
  std::vector<Instruction> list = RecurrentEmitter(problem, schedule, addresses, parameters).emit();
  if (list.size() <= kMaxRecurrentInstructions)
    return list;
  return Error{ErrorKind::Usage, "Recurrent layer: the program has " + std::to_string(list.size()) +
                                     " instructions; allowed are " +
                                     std::to_string(kMaxRecurrentInstructions) + "."};
}

Result<Program> emitRecurrentProgram(const RecurrentProblem &problem, const RecurrentSchedule &schedule,
                                     const Parameters &parameters) {
  Program program;
  program.parameters = parameters;
  LayerMemory memory(program);
  const RecurrentAddresses addresses = layOut(problem, schedule, parameters, memory);
  Result<std::vector<Instruction>> list = emitRecurrent(problem, schedule, addresses, parameters);
  if (!list)
    return list.error();
  list->push_back(HaltInstruction{});
  program.program_address =
      memory.addRegion("program", RegionKind::Program, list->size() * kInstructionBytes);
  for (const Instruction &instruction : *list) {
    const Result<EncodedInstruction> bits = encode(instruction);
    if (!bits)
      return bits.error();
    program.instructions.push_back(*bits);
  }
  return program;
}

} // namespace lockstep
