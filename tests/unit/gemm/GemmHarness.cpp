#include "tests/unit/gemm/GemmHarness.h"

#include "compiler/gemm/Placement.h"
#include "compiler/gemm/Roles.h"
#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"
#include "hw/numbers/Numbers.h"

#include <algorithm>
#include <cstring>

namespace lockstep::test {

int64_t pick(Random &random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
}

namespace {

bool flip(Random &random) { return random() & 1; }

Parameters oddMachine(int64_t rows, int64_t columns, int64_t scratchpadBanks, int64_t bankWords) {
  Parameters machine;
  machine.name = "odd";
  machine.array_rows = rows;
  machine.array_columns = columns;
  machine.array_stage_rows = machine.array_stage_columns = 1;
  machine.array_weight_load_bytes_per_cycle = machine.vectorBytes();
  machine.scratchpad_banks = scratchpadBanks;
  machine.scratchpad_size_bytes = scratchpadBanks * bankWords * machine.vectorBytes();
  machine.accumulator_banks = 2;
  machine.accumulator_size_bytes = 2 * 16 * machine.accumulatorWordBytes();
  machine.vector_lanes = 1;
  return machine;
}

Parameters wideLoader(Parameters machine, int64_t words) {
  machine.array_stage_rows = machine.array_stage_columns = words;
  machine.array_weight_load_bytes_per_cycle = words * machine.vectorBytes();
  return machine;
}

std::vector<uint8_t> randomBytes(Random &random, size_t count) {
  std::vector<uint8_t> bytes(count);
  for (uint8_t &byte : bytes)
    byte = random() % 4 == 0 ? (flip(random) ? 0x80 : 0x7f) : static_cast<uint8_t>(random());
  return bytes;
}

std::vector<uint8_t> asBytes(const std::vector<int32_t> &values) {
  std::vector<uint8_t> bytes(4 * values.size());
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

int64_t elementOf(uint8_t byte, GemmElement type) {
  return type == GemmElement::Int8 ? static_cast<int8_t>(byte) : byte;
}

struct Inputs {
  std::vector<uint8_t> a, b;
  std::vector<int32_t> bias, multiplier, shift;
};

Inputs randomInputs(Random &random, const GemmProblem &p) {
  Inputs inputs{randomBytes(random, static_cast<size_t>(p.m * p.k)),
                randomBytes(random, static_cast<size_t>(p.k * p.n)),
                {},
                {},
                {}};
  for (int64_t i = 0; i < p.n; ++i) {
    inputs.bias.push_back(static_cast<int32_t>(random()) >> pick(random, 0, 24));
    inputs.multiplier.push_back(static_cast<int32_t>(random() & 0x7fffffff));
    inputs.shift.push_back(static_cast<int32_t>(pick(random, 30, 50)));
  }
  return inputs;
}

int32_t product(const GemmProblem &p, const Inputs &in, int64_t m, int64_t n) {
  uint32_t sum = 0;
  for (int64_t k = 0; k < p.k; ++k) {
    const auto a = static_cast<size_t>(p.a_transposed ? k * p.m + m : m * p.k + k);
    const auto b = static_cast<size_t>(p.b_transposed ? n * p.k + k : k * p.n + n);
    sum += static_cast<uint32_t>((elementOf(in.a[a], p.a_type) - p.a_zero_point) *
                                 (elementOf(in.b[b], p.b_type) - p.b_zero_point));
  }
  return static_cast<int32_t>(sum +
                              (p.has_bias ? static_cast<uint32_t>(in.bias[static_cast<size_t>(n)]) : 0u));
}

/// The rescale in 128-bit mathematics, not by the shared header: an independent judge.
int64_t rescaled(const GemmProblem &p, const Inputs &in, int32_t value, int64_t n) {
  const auto channel = static_cast<size_t>(n);
  const int64_t multiplier = p.per_column ? in.multiplier[channel] : p.multiplier;
  const int64_t shift = p.per_column ? in.shift[channel] : p.shift;
  const __int128 sum = static_cast<__int128>(value) * multiplier + (static_cast<__int128>(1) << (shift - 1));
  const int64_t r = static_cast<int32_t>(static_cast<uint32_t>(static_cast<uint64_t>(sum >> shift)));
  if (p.output == GemmOutput::Int16)
    return std::clamp<int64_t>(r, -32768, 32767);
  return std::clamp(r + p.output_zero_point, p.clamp_minimum, p.clamp_maximum);
}

std::vector<uint8_t> expected(const GemmProblem &p, const Inputs &in) {
  std::vector<uint8_t> bytes;
  for (int64_t m = 0; m < p.m; ++m)
    for (int64_t n = 0; n < p.n; ++n) {
      const int32_t sum = product(p, in, m, n);
      const int64_t value = p.output == GemmOutput::Int32 ? sum : rescaled(p, in, sum, n);
      for (int i = 0; i < elementBytes(p.output); ++i)
        bytes.push_back(static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i)));
    }
  return bytes;
}

uint8_t *bytesOf(const Program &program, ExternalMemory &memory, const std::string &name, size_t size) {
  for (const Symbol &symbol : program.symbols)
    if (symbol.name == name)
      return memory.find(symbol.address, size);
  return nullptr;
}

std::string fill(const Program &program, ExternalMemory &memory, const char *name,
                 const std::vector<uint8_t> &bytes) {
  uint8_t *target = bytesOf(program, memory, name, bytes.size());
  if (!target)
    return std::string("symbol ") + name + " is missing or too small";
  std::copy(bytes.begin(), bytes.end(), target);
  return {};
}

std::string fillAll(const GemmProblem &problem, const Inputs &inputs, const Program &program,
                    ExternalMemory &memory) {
  std::string wrong = fill(program, memory, "a", inputs.a) + fill(program, memory, "b", inputs.b);
  if (problem.has_bias)
    wrong += fill(program, memory, "bias", asBytes(inputs.bias));
  if (problem.per_column)
    wrong += fill(program, memory, "multiplier", asBytes(inputs.multiplier)) +
             fill(program, memory, "shift", asBytes(inputs.shift));
  return wrong;
}

BlockSplit randomSplit(Random &random, int64_t total, int64_t unit) {
  const int64_t units = ceilDivide(total, unit);
  BlockSplit split;
  int64_t left = total;
  while (left > 0) {
    const int64_t size = unit * pick(random, 1, std::max<int64_t>(1, units / pick(random, 1, 4)));
    const int64_t count = std::min(left / size, pick(random, 1, 4));
    if (count == 0)
      split.push_back({left, 1}), left = 0;
    else
      split.push_back({size, count}), left -= size * count;
  }
  return split;
}

Residency residencyOf(Random &random, bool followsOuter) {
  return flip(random) ? Residency::Chunk : followsOuter ? Residency::Panel : Residency::Whole;
}

int64_t slotsOf(Random &random, Residency residency, int64_t panel, int64_t inner) {
  if (residency == Residency::Chunk)
    return pick(random, 1, 4);
  return residency == Residency::Panel ? panel + pick(random, 0, 2) : inner * panel;
}

GemmSchedule anySchedule(Random &random, const GemmRoles &roles, const Parameters &machine) {
  GemmSchedule s;
  s.stationary_is_a = roles.stationary_is_a;
  s.transposed_output = roles.transposed_output;
  s.columns_outer = flip(random);
  s.unrolled = random() % 4 == 0;
  s.peeled_start = flip(random);
  s.stream_split = randomSplit(random, roles.streams, 1);
  s.column_split = randomSplit(random, roles.columns, machine.array_columns);
  s.reduction_split = randomSplit(random, roles.reduction, machine.array_rows);
  const int64_t chunks = blockCount(s.reduction_split);
  const int64_t inner = blockCount(s.columns_outer ? s.stream_split : s.column_split);
  s.late_output = flip(random);
  s.serial = machine.scratchpad_banks < 3;
  if (!s.serial) {
    s.streamed_residency = residencyOf(random, !s.columns_outer);
    s.stationary_residency = residencyOf(random, s.columns_outer);
  }
  s.parameter_residency = residencyOf(random, roles.channels_are_streams != s.columns_outer);
  s.streamed_slots = slotsOf(random, s.streamed_residency, chunks, inner);
  s.stationary_slots = slotsOf(random, s.stationary_residency, chunks, inner);
  s.parameter_slots = slotsOf(random, s.parameter_residency, 1, inner);
  s.accumulator_slots = pick(random, 1, 3);
  s.output_slots = pick(random, 1, 3);
  s.output_pieces = pick(random, 1, 3);
  return s;
}

} // namespace

std::vector<Parameters> machines() {
  std::vector<Parameters> list;
  for (const char *name : {"tiny", "small", "base"})
    list.push_back(*loadParameters(name));
  list.push_back(oddMachine(3, 5, 4, 64));
  list.push_back(oddMachine(4, 16, 4, 128));
  list.push_back(oddMachine(32, 8, 8, 64));
  list.push_back(oddMachine(5, 3, 2, 128));
  list.push_back(oddMachine(12, 15, 2, 32));
  list.push_back(wideLoader(oddMachine(6, 7, 4, 256), 4));
  list.push_back(wideLoader(oddMachine(8, 8, 8, 128), 4));
  return list;
}

GemmProblem randomProblem(Random &random, int64_t largest) {
  GemmProblem p;
  auto dimension = [&] { return random() % 5 == 0 ? 1 : pick(random, 1, largest); };
  p.m = dimension(), p.n = dimension(), p.k = dimension();
  p.a_transposed = flip(random), p.b_transposed = flip(random);
  p.a_type = static_cast<GemmElement>(random() % 2), p.b_type = static_cast<GemmElement>(random() % 2);
  p.a_zero_point = p.a_type == GemmElement::Int8 ? pick(random, -128, 127) : pick(random, 0, 255);
  p.b_zero_point = p.b_type == GemmElement::Int8 ? pick(random, -128, 127) : pick(random, 0, 255);
  p.output = static_cast<GemmOutput>(random() % 4);
  p.has_bias = flip(random);
  p.per_column = p.output != GemmOutput::Int32 && flip(random);
  p.multiplier = pick(random, 0, 2147483647);
  p.shift = p.output == GemmOutput::Int16 ? pick(random, 24, 44) : pick(random, 30, 50);
  const int64_t lowest = p.output == GemmOutput::Uint8 ? 0 : -128;
  p.output_zero_point = lowest + pick(random, 0, 255);
  p.clamp_minimum = lowest + pick(random, 0, 100);
  p.clamp_maximum = lowest + pick(random, 100, 255);
  return p;
}

Result<GemmSchedule> randomSchedule(Random &random, const GemmProblem &problem, const Parameters &machine) {
  for (int attempt = 0; attempt < 2000; ++attempt) {
    const Result<GemmRoles> roles = assignRoles(problem, flip(random));
    if (!roles)
      continue;
    const GemmSchedule schedule = anySchedule(random, *roles, machine);
    if (placeGemm(problem, *roles, schedule, machine))
      return schedule;
  }
  return Error{ErrorKind::Usage, "no random schedule fits"};
}

std::string judge(Random &random, const GemmProblem &problem, const GemmSchedule &schedule,
                  const Parameters &machine) {
  Result<Program> program = emitGemm(problem, schedule, machine);
  if (!program)
    return program.error().message;
  if (Result<CheckReport> report = checkProgram(*program); !report)
    return report.error().message;
  Result<ExternalMemory> memory = buildMemory(*program);
  if (!memory)
    return memory.error().message;
  const Inputs inputs = randomInputs(random, problem);
  if (std::string wrong = fillAll(problem, inputs, *program, *memory); !wrong.empty())
    return wrong;
  if (Status status = Golden(machine).run(*program, *memory); !status)
    return status.error().message;
  const std::vector<uint8_t> wanted = expected(problem, inputs);
  const uint8_t *got = bytesOf(*program, *memory, "c", wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i)
    if (got[i] != wanted[i])
      return "byte " + std::to_string(i) + " of c is " + std::to_string(got[i]) + " instead of " +
             std::to_string(wanted[i]);
  return {};
}

std::string describe(const GemmProblem &p) {
  return "m " + std::to_string(p.m) + " n " + std::to_string(p.n) + " k " + std::to_string(p.k) + " at " +
         std::to_string(p.a_transposed) + " bt " + std::to_string(p.b_transposed) + " output " +
         elementTypeName(p.output) + " bias " + std::to_string(p.has_bias) + " per_column " +
         std::to_string(p.per_column);
}

} // namespace lockstep::test
