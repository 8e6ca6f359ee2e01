#include "hw/golden/Golden.h"

#include "hw/check/Legality.h"
#include "hw/golden/UnitExecution.h"
#include "hw/golden/Work.h"

#include <array>

namespace lockstep {

Golden::Golden(const Parameters &parameters) : parameters(parameters) { clear(); }

void Golden::clear() {
  state.scratchpad.assign(static_cast<size_t>(parameters.scratchpadWords() * parameters.vectorBytes()), 0);
  state.accumulator.assign(
      static_cast<size_t>(parameters.accumulatorWords() * parameters.accumulatorWordBytes()), 0);
  state.tables.assign(static_cast<size_t>(parameters.vector_tables * kTableEntries), 0);
}

Status Golden::step(const Instruction &resolved, ExternalMemory &memory, uint64_t index) {
  if (Status status = checkInstruction(resolved, index, parameters, memory.regions()); !status)
    return status;
  executeUnitInstruction(resolved, parameters, state, memory);
  return {};
}

namespace {

/// Cycles that each unit needs at least, summed over the run.
class CycleBudget {
public:
  CycleBudget(const Parameters &parameters, uint64_t limit) : parameters(parameters), limit(limit) {}

  Status charge(const ResolvedInstruction &item) {
    __int128 &used = cycles[static_cast<size_t>(item.unit)];
    used += leastCycles(*item.instruction, parameters);
    if (limit == 0 || used <= static_cast<__int128>(limit))
      return {};
    return Error{ErrorKind::Limit, "Instruction " + std::to_string(item.index) + " brings the " +
                                       unitName(item.unit) + " unit beyond the " + std::to_string(limit) +
                                       " cycles allowed."};
  }

private:
  const Parameters &parameters;
  const uint64_t limit;
  std::array<__int128, kNumQueuedUnits> cycles{};
};

} // namespace

Status Golden::run(const Program &program, ExternalMemory &memory, const Observer &observer,
                   uint64_t instructionLimit, uint64_t cycleLimit) {
  clear();
  const Result<std::vector<DecodedInstruction>> decoded = decodeProgram(program);
  if (!decoded)
    return decoded.error();
  Walker walker(*decoded, program.arguments, instructionLimit);
  CycleBudget budget(parameters, cycleLimit);
  while (true) {
    const Result<const ResolvedInstruction *> item = walker.next();
    if (!item)
      return item.error();
    if (*item == nullptr)
      return {};
    if (Status status = checkInstruction(*(*item)->instruction, (*item)->index, parameters, memory.regions());
        !status)
      return status;
    if (Status status = budget.charge(**item); !status)
      return status;
    executeUnitInstruction(*(*item)->instruction, parameters, state, memory);
    if (observer)
      observer(**item);
  }
}

} // namespace lockstep
