// The program round a GEMM's instructions: memory map, symbols, encoding.
#include "compiler/gemm/Emitter.h"
#include "compiler/gemm/GemmScheduler.h"

#include <algorithm>

namespace lockstep {
namespace {

using Shape = std::vector<uint64_t>;

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
  const int64_t outputBytes = problem.output == GemmOutput::Int32 ? 4 : 1;
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
  return Error{ErrorKind::Usage, std::string("GEMM schedule: the blocks of the ") + dimension + " dimension add up to " +
                                     std::to_string(sum) + " of " + std::to_string(total) +
                                     ", or some but the last are not multiples of " + std::to_string(unit) + "."};
}

Status checkSchedule(const GemmRoles &roles, const GemmSchedule &schedule, const Parameters &parameters) {
  if (Status s = checkSplit("stream", schedule.stream_split, roles.streams, 1); !s)
    return s;
  if (Status s = checkSplit("column", schedule.column_split, roles.columns, parameters.array_columns); !s)
    return s;
  return checkSplit("reduction", schedule.reduction_split, roles.reduction, parameters.array_rows);
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

Result<Program> emitGemm(const GemmProblem &problem, const GemmSchedule &schedule, const Parameters &parameters) {
  if (Status s = checkGemmProblem(problem); !s)
    return s.error();
  const Result<GemmRoles> roles = assignRoles(problem, schedule.stationary_is_a);
  if (!roles)
    return roles.error();
  if (Status s = checkSchedule(*roles, schedule, parameters); !s)
    return s.error();
  const Result<Placement> placement = placeGemm(problem, *roles, schedule, parameters);
  if (!placement)
    return placement.error();
  Program program;
  program.parameters = parameters;
  const GemmAddresses addresses = layOutGemm(problem, program);
  GemmEmitter emitter(problem, *roles, schedule, *placement, addresses, parameters);
  const std::vector<Instruction> instructions = emitter.emit();
  program.program_address =
      MemoryMap(program).addRegion("program", instructions.size() * kInstructionBytes, RegionKind::Program);
  if (Status s = encodeAll(instructions, program); !s)
    return s.error();
  return program;
}

} // namespace lockstep
