// The program round a GEMM's instructions: memory map, symbols, encoding.
#include "compiler/gemm/Emitter.h"
#include "compiler/gemm/GemmScheduler.h"

#include <algorithm>

namespace lockstep {
namespace {

using Shape = std::vector<uint64_t>;

constexpr int64_t kMaxSlots = 120; // a semaphore's count is at most 127 (semaphore_c3)

/// Appends regions one behind the other, each from a multiple of `kAlignment` on.
class MemoryMap {
public:
  explicit MemoryMap(Program &program) : program(program) {
    for (const Region &region : program.regions)
      next = aligned(region.address + region.size_bytes);
  }

  uint64_t addRegion(const std::string &name, uint64_t bytes, RegionKind kind) {
    const uint64_t address = next;
    program.regions.push_back({name, address, bytes, kind});
    next = aligned(address + bytes);
    return address;
  }
  void addSymbol(const std::string &name, uint64_t address, const std::string &type, const Shape &shape) {
    program.symbols.push_back({name, address, type, shape});
  }

private:
  static constexpr uint64_t kAlignment = 65536; // also the rows of a DRAM's banks
  static uint64_t aligned(uint64_t address) { return (address + kAlignment - 1) / kAlignment * kAlignment; }

  Program &program;
  uint64_t next = kAlignment;
};

uint64_t sizeOf(int64_t value) { return static_cast<uint64_t>(value); }

Shape matrixShape(int64_t rows, int64_t columns, bool transposed) {
  return transposed ? Shape{sizeOf(columns), sizeOf(rows)} : Shape{sizeOf(rows), sizeOf(columns)};
}

uint64_t addParameters(const GemmProblem &problem, MemoryMap &map, int64_t arrayBytes) {
  const int64_t arrays = problem.has_bias + 2 * problem.per_column;
  if (arrays == 0)
    return 0;
  const uint64_t first = map.addRegion("parameters", sizeOf(arrays * arrayBytes), RegionKind::Constant);
  uint64_t address = first;
  auto add = [&](const char *name) {
    map.addSymbol(name, address, "int32", {sizeOf(problem.n)});
    address += sizeOf(arrayBytes);
  };
  if (problem.has_bias)
    add("bias");
  if (problem.per_column) {
    add("multiplier");
    add("shift");
  }
  return first;
}

GemmAddresses layOut(const GemmProblem &problem, MemoryMap &map) {
  GemmAddresses addresses;
  const int64_t outputBytes = elementBytes(problem.output);
  addresses.a = map.addRegion("a", sizeOf(problem.m * problem.k), RegionKind::Input);
  addresses.b = map.addRegion("b", sizeOf(problem.k * problem.n), RegionKind::Input);
  addresses.c = map.addRegion("c", sizeOf(problem.m * problem.n * outputBytes), RegionKind::Output);
  map.addSymbol("a", addresses.a, elementTypeName(problem.a_type),
                matrixShape(problem.m, problem.k, problem.a_transposed));
  map.addSymbol("b", addresses.b, elementTypeName(problem.b_type),
                matrixShape(problem.k, problem.n, problem.b_transposed));
  map.addSymbol("c", addresses.c, elementTypeName(problem.output), matrixShape(problem.m, problem.n, false));
  addresses.parameter_array_bytes = roundUp(4 * problem.n, 64);
  addresses.parameters = addParameters(problem, map, addresses.parameter_array_bytes);
  return addresses;
}

Status checkSplit(const char *dimension, const BlockSplit &split, int64_t total, int64_t unit) {
  int64_t sum = 0;
  bool whole = true;
  for (const BlockRun &run : split) {
    whole = whole && run.size > 0 && run.count > 0;
    sum += run.size * run.count;
    whole = whole && (sum % unit == 0 || sum == total);
  }
  if (whole && sum == total)
    return {};
  return Error{ErrorKind::Usage, std::string("GEMM schedule: the blocks of the ") + dimension +
                                     " dimension add up to " + std::to_string(sum) + " of " +
                                     std::to_string(total) + ", or some but the last are not multiples of " +
                                     std::to_string(unit) + "."};
}

Error scheduleError(const std::string &what) { return {ErrorKind::Usage, "GEMM schedule: " + what + "."}; }

/// An operand of the outer loop may stay for a panel, one of the inner loop for the whole run; then all its
/// chunks need their places.
Status checkRing(const char *name, Residency residency, bool followsOuter, int64_t slots, int64_t panel,
                 int64_t innerBlocks) {
  if (residency == Residency::Panel && !followsOuter)
    return scheduleError(std::string(name) + " is held for the inner loop but changes with it");
  if (residency == Residency::Whole && followsOuter)
    return scheduleError(std::string(name) + " is held for the whole run but changes with the outer loop");
  const int64_t least = residency == Residency::Chunk   ? 1
                        : residency == Residency::Panel ? panel
                                                        : innerBlocks * panel;
  const int64_t most = residency == Residency::Whole ? least : kMaxSlots;
  if (slots >= least && (slots <= most || slots == least))
    return {};
  return scheduleError(std::string(name) + " has " + std::to_string(slots) + " slots; allowed is " +
                       std::to_string(least) + " to " + std::to_string(std::max(least, most)));
}

Status checkRings(const GemmProblem &problem, const GemmRoles &roles, const GemmSchedule &s) {
  const int64_t chunks = blockCount(s.reduction_split);
  const int64_t inner = blockCount(s.columns_outer ? s.stream_split : s.column_split);
  if (Status status = checkRing("the streamed operand", s.streamed_residency, !s.columns_outer,
                                s.streamed_slots, chunks, inner);
      !status)
    return status;
  if (Status status = checkRing("the stationary operand", s.stationary_residency, s.columns_outer,
                                s.stationary_slots, chunks, inner);
      !status)
    return status;
  if (Status status = checkRing("the accumulator", Residency::Chunk, true, s.accumulator_slots, 1, 1);
      !status)
    return status;
  if (Status status = checkRing("the output", Residency::Chunk, true, s.output_slots, 1, 1); !status)
    return status;
  if (!problem.has_bias && !problem.per_column)
    return {};
  return checkRing("the parameters", s.parameter_residency, roles.channels_are_streams != s.columns_outer,
                   s.parameter_slots, 1, inner);
}

Status checkSchedule(const GemmProblem &problem, const GemmRoles &roles, const GemmSchedule &schedule,
                     const Parameters &parameters) {
  if (schedule.transposed_output != roles.transposed_output)
    return scheduleError(std::string("the output has to be ") +
                         (roles.transposed_output ? "turned" : "plain"));
  if (schedule.output_pieces < 1)
    return scheduleError("output_pieces is less than 1");
  const bool holds =
      schedule.streamed_residency != Residency::Chunk || schedule.stationary_residency != Residency::Chunk;
  if (schedule.serial && holds)
    return scheduleError("serial blocks cannot hold operands");
  if (Status s = checkSplit("stream", schedule.stream_split, roles.streams, 1); !s)
    return s;
  if (Status s = checkSplit("column", schedule.column_split, roles.columns, parameters.array_columns); !s)
    return s;
  if (Status s = checkSplit("reduction", schedule.reduction_split, roles.reduction, parameters.array_rows);
      !s)
    return s;
  return checkRings(problem, roles, schedule);
}

Status encodeAll(const std::vector<Instruction> &instructions, Program &program) {
  for (const Instruction &instruction : instructions) {
    Result<EncodedInstruction> bits = encode(instruction);
    if (!bits)
      return bits.error();
    program.instructions.push_back(*bits);
  }
  return {};
}

} // namespace

GemmAddresses layOutGemm(const GemmProblem &problem, Program &program) {
  MemoryMap map(program);
  return layOut(problem, map);
}

namespace {

struct PlacedGemm {
  GemmRoles roles;
  Placement placement;
};

Result<PlacedGemm> checkAndPlace(const GemmProblem &problem, const GemmSchedule &schedule,
                                 const Parameters &parameters) {
  if (Status s = checkGemmProblem(problem); !s)
    return s.error();
  const Result<GemmRoles> roles = assignRoles(problem, schedule.stationary_is_a);
  if (!roles)
    return roles.error();
  if (Status s = checkSchedule(problem, *roles, schedule, parameters); !s)
    return s.error();
  const Result<Placement> placement = placeGemm(problem, *roles, schedule, parameters);
  if (!placement)
    return placement.error();
  return PlacedGemm{*roles, *placement};
}

} // namespace

Result<std::vector<Instruction>> emitGemmLayer(const GemmProblem &problem, const GemmSchedule &schedule,
                                               const GemmAddresses &addresses, const Parameters &parameters,
                                               const GemmBatch &batch) {
  const Result<PlacedGemm> placed = checkAndPlace(problem, schedule, parameters);
  if (!placed)
    return placed.error();
  if (batch.count < 1)
    return Error{ErrorKind::Usage,
                 "GEMM: a batch of " + std::to_string(batch.count) + " products; allowed is 1 or more."};
  return GemmEmitter(problem, placed->roles, schedule, placed->placement, addresses, parameters, batch)
      .emitLayer();
}

Result<Program> emitGemm(const GemmProblem &problem, const GemmSchedule &schedule,
                         const Parameters &parameters) {
  const Result<PlacedGemm> placed = checkAndPlace(problem, schedule, parameters);
  if (!placed)
    return placed.error();
  Program program;
  program.parameters = parameters;
  const GemmAddresses addresses = layOutGemm(problem, program);
  GemmEmitter emitter(problem, placed->roles, schedule, placed->placement, addresses, parameters);
  const std::vector<Instruction> instructions = emitter.emit();
  program.program_address =
      MemoryMap(program).addRegion("program", instructions.size() * kInstructionBytes, RegionKind::Program);
  if (Status s = encodeAll(instructions, program); !s)
    return s.error();
  return program;
}

} // namespace lockstep
