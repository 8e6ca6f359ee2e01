#include "tests/unit/recurrent/RecurrentHarness.h"

#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"

#include <cstring>

namespace lockstep::test {
namespace {

const Symbol *symbolOf(const Program &program, const std::string &name) {
  for (const Symbol &symbol : program.symbols)
    if (symbol.name == name)
      return &symbol;
  return nullptr;
}

template <typename Value>
void put(Program &program, const std::string &name, const std::vector<Value> &values) {
  const Symbol *symbol = symbolOf(program, name);
  if (!symbol || values.empty())
    return;
  DataBlock block;
  block.address = symbol->address;
  block.bytes.resize(values.size() * sizeof(Value));
  std::memcpy(block.bytes.data(), values.data(), block.bytes.size());
  program.data.push_back(std::move(block));
}

std::vector<int8_t> masksOf(const Layer &layer, int64_t lanes) {
  const RecurrentProblem &p = layer.problem;
  std::vector<int8_t> masks;
  for (int64_t t = 0; p.has_lengths && t < p.steps; ++t)
    for (int64_t b = 0; b < p.batch; ++b)
      masks.insert(masks.end(), size_t(lanes), t < layer.values.lengths[size_t(b)]);
  return masks;
}

std::string compare(const std::string &name, const Program &program, const ExternalMemory &memory,
                    const std::vector<int16_t> &wanted) {
  const Symbol *symbol = symbolOf(program, name);
  if (!symbol)
    return {};
  const size_t size = symbol->element_type == "int8" ? 1 : 2;
  const uint8_t *bytes = memory.find(symbol->address, wanted.size() * size);
  if (!bytes)
    return name + " is not in memory";
  for (size_t i = 0; i < wanted.size(); ++i) {
    int16_t got = static_cast<int8_t>(bytes[i]);
    if (size == 2)
      std::memcpy(&got, bytes + 2 * i, 2);
    if (got != wanted[i])
      return name + "[" + std::to_string(i) + "] is " + std::to_string(got) + " instead of " +
             std::to_string(wanted[i]);
  }
  return {};
}

} // namespace

int64_t pick(Random &random, int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random);
}

std::vector<Parameters> machines() {
  std::vector<Parameters> list;
  for (const char *name : {"tiny", "small", "base"})
    list.push_back(*loadParameters(name));
  const auto odd = [&](int64_t rows, int64_t columns, int64_t port) {
    Parameters p = *loadParameters("tiny");
    p.name = "odd";
    p.array_rows = rows, p.array_columns = columns;
    p.array_stage_rows = p.array_stage_columns = 4;
    p.vector_lanes = columns % 2 ? columns : columns / 2;
    p.array_weight_load_bytes_per_cycle = port * p.vectorBytes();
    p.scratchpad_size_bytes = 16 * 256 * p.vectorBytes();
    p.scratchpad_banks = 16;
    p.accumulator_size_bytes = 8 * 128 * p.accumulatorWordBytes();
    p.vector_tables = 3;
    list.push_back(p);
  };
  odd(3, 5, 1), odd(5, 3, 2), odd(8, 4, 4), odd(4, 16, 2);
  return list;
}

RecurrentProblem randomLayer(Random &random, const Parameters &machine, int64_t blocks, int64_t batch,
                             int64_t steps) {
  const auto flip = [&] { return pick(random, 0, 1) == 1; };
  const int64_t unit = std::min(machine.array_rows, machine.array_columns);
  RecurrentProblem p;
  p.cell = static_cast<CellKind>(pick(random, 0, 2));
  p.hidden =
      std::max<int64_t>(1, unit * pick(random, 1, blocks) + pick(random, -1, 1) * pick(random, 0, unit - 1));
  p.batch = pick(random, 1, batch);
  p.steps = pick(random, 1, steps);
  p.linear_before_reset = flip();
  p.reverse = flip();
  p.has_lengths = pick(random, 0, 2) == 0;
  p.initial_h = flip();
  p.state_int8 = pick(random, 0, 3) == 0;
  p.writes_y_h = flip();
  p.writes_y = !p.writes_y_h || flip();
  if (p.cell == CellKind::Lstm) {
    p.peepholes = flip(), p.initial_c = flip(), p.writes_y_c = flip();
    p.h_is_g = machine.vector_tables < 3 || flip();
  }
  p.clip = flip() ? 32767 : pick(random, 1, 32767);
  p.output = flip() ? RecurrentOutput::Int16 : RecurrentOutput::Int8;
  p.output_multiplier = static_cast<int32_t>(pick(random, 0, 300));
  p.output_zero_point = static_cast<int32_t>(pick(random, -128, 127));
  p.shift = usualShift(p);
  if (p.cell == CellKind::Lstm)
    p.cell_fraction_bits = static_cast<int>(pick(random, 8, 12));
  return p;
}

std::string describe(const RecurrentProblem &p) {
  std::string text = std::string(cellName(p.cell)) + " hidden " + std::to_string(p.hidden) + " batch " +
                     std::to_string(p.batch) + " steps " + std::to_string(p.steps);
  const auto add = [&](bool is, const char *name) { text += is ? std::string(" ") + name : ""; };
  add(p.cell == CellKind::Gru && !p.linear_before_reset, "reset_first");
  add(p.peepholes, "peepholes"), add(p.reverse, "reverse"), add(p.has_lengths, "lengths");
  add(p.initial_h, "initial_h"), add(p.initial_c, "initial_c"), add(p.state_int8, "state_int8");
  add(p.writes_y, "y"), add(p.writes_y_h, "y_h"), add(p.writes_y_c, "y_c");
  add(p.output == RecurrentOutput::Int8, "output_int8"), add(!p.h_is_g, "h_apart");
  add(p.cell_fraction_bits != 12, ("cell_bits " + std::to_string(p.cell_fraction_bits)).c_str());
  return text + " clip " + std::to_string(p.clip);
}

Layer makeLayer(RecurrentProblem problem, uint64_t seed, RecurrentValueKind kind) {
  Layer layer = {problem, recurrentConstants(problem, seed, kind), recurrentValues(problem, seed, kind)};
  if (problem.h_is_g)
    layer.constants.h = layer.constants.g;
  return layer;
}

void fill(Program &program, const Layer &layer, const RecurrentSchedule &schedule) {
  put(program, "x", layer.values.x);
  put(program, "initial_h", layer.values.initial_h);
  put(program, "initial_c", layer.values.initial_c);
  put(program, "mask", masksOf(layer, program.parameters.array_columns));
  put(program, "constants",
      packRecurrentConstants(layer.problem, schedule, layer.constants, program.parameters));
}

std::string differenceOf(const Program &program, const ExternalMemory &memory, const Layer &layer) {
  const RecurrentOutputs wanted =
      recurrentReference(layer.problem, layer.constants, layer.values.inputs(), true);
  if (std::string s = compare("y", program, memory, wanted.y); !s.empty())
    return s;
  if (std::string s = compare("y_h", program, memory, wanted.y_h); !s.empty())
    return s;
  return compare("y_c", program, memory, wanted.y_c);
}

RecurrentOptions cellsInMemory() {
  RecurrentOptions options;
  options.cells_in_memory = true;
  return options;
}

std::string judge(const Layer &layer, const Parameters &machine) {
  const auto schedule = scheduleRecurrent(layer.problem, machine, cellsInMemory());
  if (!schedule)
    return "no schedule: " + schedule.error().message;
  Result<Program> program = emitRecurrentProgram(layer.problem, **schedule, machine);
  if (!program)
    return "no program: " + program.error().message;
  fill(*program, layer, **schedule);
  if (const auto report = checkProgram(*program); !report)
    return report.error().message;
  Result<ExternalMemory> memory = buildMemory(*program);
  if (!memory)
    return memory.error().message;
  Golden golden(machine);
  if (Status s = golden.run(*program, *memory); !s)
    return s.error().message;
  return differenceOf(*program, *memory, layer);
}

} // namespace lockstep::test
