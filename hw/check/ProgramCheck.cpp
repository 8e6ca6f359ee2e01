#include "hw/check/ProgramCheck.h"

#include "hw/check/Footprint.h"
#include "hw/check/LegalityCache.h"
#include "hw/check/RaceDetector.h"
#include "hw/check/SemaphoreRules.h"

#include <optional>

namespace lockstep {
namespace {

/// Waits and posts of each static instruction, looked up once.
struct Synchronization {
  SemaphoreList waits, posts;
};

class ProgramChecker {
public:
  ProgramChecker(const Program &program, const std::vector<DecodedInstruction> &decoded)
      : program(program), legality(program), races(program.parameters, program.regions) {
    for (const DecodedInstruction &instruction : decoded)
      synchronization.push_back({waitsOf(instruction.instruction), postsOf(instruction.instruction)});
  }

  Status check(const ResolvedInstruction &item);
  RacePair raceAt(uint64_t later) const { return {races.earlierIndex(), later}; }
  CheckReport report;

private:
  Status checkLoaderBanks(const ResolvedInstruction &item, const InstructionPoint &at);
  Status takeWaits(const InstructionPoint &at);
  Status makePosts(const InstructionPoint &at);

  const Program &program;
  LegalityCache legality;
  RaceDetector races;
  SemaphoreRules semaphores;
  std::vector<Synchronization> synchronization;
  std::array<VectorClock, kNumQueuedUnits> clocks{}; // what each unit knows at its next start
  std::optional<Access> streamed;                    // of the last matmul
  uint64_t streamedNumber = 0;                       // that matmul's InstructionPoint::number
};

Status ProgramChecker::check(const ResolvedInstruction &item) {
  if (Status status = legality.check(item); !status)
    return status;
  const auto unit = static_cast<size_t>(item.unit);
  const InstructionPoint at{item.unit, item.index, ++report.unit_instructions[unit]};
  if (Status status = takeWaits(at); !status)
    return status;
  if (Status status = checkLoaderBanks(item, at); !status)
    return status;
  if (Status status = races.access(at, legality.footprint(), clocks); !status)
    return status;
  return makePosts(at);
}

Status ProgramChecker::takeWaits(const InstructionPoint &at) {
  const SemaphoreList &waits = synchronization[at.index].waits;
  for (unsigned i = 0; i < waits.count; ++i)
    if (Status status = semaphores.wait(waits.ids[i], at, clocks[static_cast<size_t>(at.unit)]); !status)
      return status;
  return {};
}

Status ProgramChecker::makePosts(const InstructionPoint &at) {
  const SemaphoreList &posts = synchronization[at.index].posts;
  VectorClock atFinish = clocks[static_cast<size_t>(at.unit)];
  atFinish[static_cast<size_t>(at.unit)] = at.number;
  for (unsigned i = 0; i < posts.count; ++i)
    if (Status status = semaphores.post(posts.ids[i], at, atFinish); !status)
      return status;
  return {};
}

/// matmul_c9. The accesses of a matmul are: stationary, streamed, accumulator. Where the matrix unit has
/// heard of the last matmul's finish by way of other units, its loader cannot be ahead of it.
Status ProgramChecker::checkLoaderBanks(const ResolvedInstruction &item, const InstructionPoint &at) {
  if (!std::holds_alternative<MatmulInstruction>(*item.instruction))
    return {};
  const Footprint &footprint = legality.footprint();
  const Access &stationary = footprint.accesses[0];
  const auto unit = static_cast<size_t>(at.unit);
  const bool ahead = streamed && clocks[unit][unit] < streamedNumber;
  if (ahead && shareBank(stationary, *streamed, program.parameters.scratchpadBankWords()))
    return Error{ErrorKind::Legality, "matmul_c9: instruction " + std::to_string(item.index) +
                                          " (matmul): its stationary words " + toString(stationary.low) +
                                          " to " + toString(stationary.high) +
                                          " share a scratchpad bank with words " + toString(streamed->low) +
                                          " to " + toString(streamed->high) +
                                          " that the matmul before it streams; allowed are other banks."};
  streamed = footprint.accesses[1];
  streamedNumber = at.number;
  return {};
}

} // namespace

Result<CheckReport> checkProgram(const Program &program, const CheckLimits &limits, RacePair *race) {
  if (Status status = checkParameters(program.parameters); !status)
    return status.error();
  const Result<std::vector<DecodedInstruction>> decoded = decodeProgram(program);
  if (!decoded)
    return decoded.error();
  Walker walker(*decoded, program.arguments, limits.instructions);
  ProgramChecker checker(program, *decoded);
  while (true) {
    const Result<const ResolvedInstruction *> item = walker.next();
    if (!item)
      return item.error();
    if (*item == nullptr)
      break;
    if (Status status = checker.check(**item); !status) {
      if (race && status.error().kind == ErrorKind::Race)
        *race = checker.raceAt((*item)->index);
      return status.error();
    }
  }
  checker.report.executed_instructions = walker.executedInstructions();
  return checker.report;
}

} // namespace lockstep
