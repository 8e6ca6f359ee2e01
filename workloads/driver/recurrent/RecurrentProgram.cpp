#include "workloads/driver/recurrent/RecurrentProgram.h"

#include "compiler/gemm/GemmLayer.h"
#include "compiler/gemm/GemmScheduler.h"
#include "compiler/gemm/LayerChain.h"

#include <chrono>

namespace lockstep {

namespace {

constexpr uint64_t kRegionAlignment = 65536; // also the rows of a DRAM's banks

uint64_t aligned(uint64_t value, uint64_t unit) { return (value + unit - 1) / unit * unit; }
uint64_t sizeOf(int64_t value) { return static_cast<uint64_t>(value); }

/// Regions one behind the other; tensors one behind the other in a region.
class LayerMemory {
public:
  explicit LayerMemory(Program &program) : program(program) {}

  uint64_t add(const std::string &name, uint64_t bytes, RegionKind kind) {
    const uint64_t address = next;
    program.regions.push_back({name, address, bytes, kind});
    next = aligned(address + bytes, kRegionAlignment);
    return address;
  }
  /// A region with one tensor in it.
  uint64_t add(const std::string &name, const std::string &type, std::vector<uint64_t> shape,
               RegionKind kind) {
    uint64_t bytes = type == "int16" ? 2 : type == "int32" ? 4 : 1;
    for (uint64_t extent : shape)
      bytes *= extent;
    const uint64_t address = add(name, bytes, kind);
    symbol(name, address, type, std::move(shape));
    return address;
  }
  void symbol(const std::string &name, uint64_t address, const std::string &type,
              std::vector<uint64_t> shape) {
    program.symbols.push_back({name, address, type, std::move(shape)});
  }

private:
  Program &program;
  uint64_t next = kRegionAlignment;
};

/// A whole layer as one program: the projection's layer, the loop's layer.
class LayerProgram {
public:
  LayerProgram(RecurrentCode &code, const Parameters &parameters)
      : code(code), p(code.problem), parameters(parameters), memory(code.program) {
    code.program.parameters = parameters;
  }
  Status emit();

private:
  void addConstants();
  void addTensors();
  Status addInstructions();

  RecurrentCode &code;
  const RecurrentProblem &p;
  const Parameters &parameters;
  LayerMemory memory;
  GemmAddresses product;
  RecurrentAddresses loop;
  uint64_t constants_begin = 0, constants_end = 0;
};

/// All constants in one region: LayerChain takes what lies there for never written.
void LayerProgram::addConstants() {
  const uint64_t columns = sizeOf(code.projection.n), inputs = sizeOf(code.projection.k);
  const uint64_t array = aligned(4 * columns, 64), weights = aligned(columns * inputs, 64);
  const uint64_t packed = packedConstantBytes(p, *code.schedule, parameters);
  constants_begin = memory.add("all_constants", weights + 3 * array + packed, RegionKind::Constant);
  constants_end = constants_begin + weights + 3 * array + packed;
  product.b = constants_begin;
  product.parameters = product.b + weights, product.parameter_array_bytes = static_cast<int64_t>(array);
  loop.constants = product.parameters + 3 * array;
  memory.symbol("input_weights", product.b, "int8", {columns, inputs});
  memory.symbol("input_bias", product.parameters, "int32", {columns});
  memory.symbol("input_multiplier", product.parameters + array, "int32", {columns});
  memory.symbol("input_shift", product.parameters + 2 * array, "int32", {columns});
  memory.symbol("constants", loop.constants, "uint8", {packed});
}

void LayerProgram::addTensors() {
  const uint64_t steps = sizeOf(p.steps), batch = sizeOf(p.batch), hidden = sizeOf(p.hidden);
  const std::string type = p.output == RecurrentOutput::Int8 ? "int8" : "int16";
  product.a = memory.add("input", "int8", {steps, batch, sizeOf(code.projection.k)}, RegionKind::Input);
  product.c = loop.x =
      memory.add("x", "int16", {steps, batch, sizeOf(code.projection.n)}, RegionKind::Workspace);
  if (p.initial_h)
    loop.initial_h = memory.add("initial_h", "int16", {batch, hidden}, RegionKind::Input);
  if (p.initial_c)
    loop.initial_c = memory.add("initial_c", "int16", {batch, hidden}, RegionKind::Input);
  if (p.has_lengths)
    loop.mask =
        memory.add("mask", "int8", {steps, batch, sizeOf(parameters.array_columns)}, RegionKind::Input);
  if (p.writes_y)
    loop.y = memory.add("y", type, {steps, batch, hidden}, RegionKind::Output);
  if (p.writes_y_h)
    loop.y_h = memory.add("y_h", type, {batch, hidden}, RegionKind::Output);
  if (p.writes_y_c)
    loop.y_c = memory.add("y_c", "int16", {batch, hidden}, RegionKind::Output);
  if (const uint64_t bytes = cellBytes(*code.schedule))
    loop.cells = memory.add("cells", bytes, RegionKind::Workspace);
}

Status LayerProgram::addInstructions() {
  auto schedule = scheduleGemm(code.projection, parameters);
  if (!schedule)
    return schedule.error();
  auto projection = emitGemmLayer(code.projection, *schedule, product, parameters);
  if (!projection)
    return projection.error();
  auto recurrent = emitRecurrent(p, *code.schedule, loop, parameters);
  if (!recurrent)
    return recurrent.error();
  code.loop_instructions = recurrent->size();
  LayerChain chain(parameters, constants_begin, constants_end);
  for (std::vector<Instruction> *layer : {&*projection, &*recurrent})
    if (auto span = chain.append(std::move(*layer)); !span)
      return span.error();
  for (const Instruction &instruction : chain.finish()) {
    auto bits = encode(instruction);
    if (!bits)
      return bits.error();
    code.program.instructions.push_back(*bits);
  }
  code.program.program_address =
      memory.add("program", code.program.instructions.size() * kInstructionBytes, RegionKind::Program);
  return {};
}

Status LayerProgram::emit() {
  addConstants();
  addTensors();
  return addInstructions();
}

Status emitLoop(RecurrentCode &code, const Parameters &parameters) {
  auto program = emitRecurrentProgram(code.problem, *code.schedule, parameters);
  if (!program)
    return program.error();
  code.program = std::move(*program);
  return {};
}

/// Everything but the program.
Result<RecurrentCode> planRecurrent(const RecurrentSpec &spec, bool wholeLayer, const Parameters &parameters,
                                    const RecurrentOptions &options) {
  RecurrentCode code;
  code.spec = spec, code.whole_layer = wholeLayer;
  code.problem = problemOf(spec), code.projection = projectionOf(spec);
  auto schedule = scheduleRecurrent(code.problem, parameters, options);
  if (!schedule)
    return schedule.error();
  code.schedule = *schedule;
  code.bound = recurrentBound(code.problem, parameters);
  code.predicted_cycles = predictedCycles(*code.schedule);
  if (wholeLayer) {
    code.projection_bound_cycles = boundCycles(code.projection, parameters);
    code.predicted_cycles += code.projection_bound_cycles;
  }
  return code;
}

Result<RecurrentCode> compileWith(const RecurrentSpec &spec, bool wholeLayer, const Parameters &parameters,
                                  const RecurrentOptions &options) {
  auto code = planRecurrent(spec, wholeLayer, parameters, options);
  if (!code)
    return code;
  Status status = wholeLayer ? LayerProgram(*code, parameters).emit() : emitLoop(*code, parameters);
  if (!status)
    return status.error();
  return code;
}

} // namespace

Result<RecurrentCode> compileRecurrent(const RecurrentSpec &spec, bool wholeLayer,
                                       const Parameters &parameters) {
  const auto begin = std::chrono::steady_clock::now();
  RecurrentOptions options;
  options.cells_in_memory = true;
  auto code = compileWith(spec, wholeLayer, parameters, options);
  if (!code)
    return code;
  if (const auto shorter = options.shorter(code->program.instructions.size(), code->loop_instructions))
    code = compileWith(spec, wholeLayer, parameters, *shorter);
  if (!code)
    return code;
  code->compile_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return code;
}

} // namespace lockstep
