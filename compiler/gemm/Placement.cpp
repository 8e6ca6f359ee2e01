#include "compiler/gemm/Placement.h"

#include <algorithm>

namespace lockstep {

int64_t blockCount(const BlockSplit &split) {
  int64_t count = 0;
  for (const BlockRun &run : split)
    count += run.count;
  return count;
}

int64_t largestBlock(const BlockSplit &split) {
  int64_t size = 0;
  for (const BlockRun &run : split)
    size = std::max(size, run.size);
  return size;
}

TileShape::TileShape(const GemmProblem &problem, const GemmRoles &roles, const Parameters &parameters)
    : rows(parameters.array_rows), columns(parameters.array_columns), vector_bytes(parameters.vectorBytes()) {
  const int64_t words =
      roles.transpose_stationary ? std::min(columns, roles.columns) : std::min(rows, roles.reduction);
  stationary_pitch = roundUp(words, parameters.weightWordsPerCycle());
  const int64_t bytes = elementBytes(problem.output);
  output_words = bytes > 1 ? ceilDivide(bytes * columns, vector_bytes) : 1;
  parameter_rows = problem.has_bias + 2 * problem.per_column;
}

namespace {

/// Places rings one after the other, each from a bank boundary on.
class BankAllocator {
public:
  BankAllocator(int64_t bankWords) : bankWords(bankWords) {}

  Ring place(int64_t slotWords, int64_t slots) {
    Ring ring{nextBank * bankWords, slotWords, slots};
    usedWords += ring.words();
    nextBank += ceilDivide(ring.words(), bankWords);
    return ring;
  }
  /// Behind a ring, in its last bank.
  Ring placeBehind(const Ring &before, int64_t slotWords, int64_t slots) {
    Ring ring{before.endWord(), slotWords, slots};
    usedWords += ring.words();
    nextBank = ceilDivide(ring.endWord(), bankWords);
    return ring;
  }

  int64_t nextBank = 0, usedWords = 0;

private:
  int64_t bankWords;
};

Status checkBanks(const char *memory, int64_t used, int64_t available) {
  if (used <= available)
    return {};
  return Error{ErrorKind::Usage, std::string("GEMM schedule: needs ") + std::to_string(used) +
                                     " banks of the " + memory + ", which has " + std::to_string(available) +
                                     "."};
}

/// With late output, the next block's matmul and its parameters come before this block's requantize in
/// program order: neither may wait for it (semaphore_c2).
Status checkLateOutput(const GemmSchedule &schedule, bool hasParameters) {
  if (!schedule.late_output)
    return {};
  const bool parametersWait =
      hasParameters && schedule.parameter_residency == Residency::Chunk && schedule.parameter_slots < 2;
  if (!schedule.serial && schedule.accumulator_slots >= 2 && !parametersWait)
    return {};
  return Error{ErrorKind::Usage,
               "GEMM schedule: late_output needs at least 2 slots for blocks in the accumulator and for "
               "their parameters, and is impossible with serial."};
}

} // namespace

Result<Placement> placeGemm(const GemmProblem &problem, const GemmRoles &roles, const GemmSchedule &schedule,
                            const Parameters &parameters) {
  const TileShape shape(problem, roles, parameters);
  const int64_t streams = largestBlock(schedule.stream_split), columns = largestBlock(schedule.column_split);
  const int64_t reduction = largestBlock(schedule.reduction_split);
  Placement placement;

  BankAllocator scratchpad(parameters.scratchpadBankWords());
  placement.stationary =
      scratchpad.place(shape.stationaryWords(columns, reduction), schedule.stationary_slots);
  placement.streamed = scratchpad.place(shape.streamedWords(streams, reduction), schedule.streamed_slots);
  const int64_t outputWords = shape.outputWords(streams, columns, schedule.transposed_output);
  placement.output = schedule.serial
                         ? scratchpad.placeBehind(placement.streamed, outputWords, schedule.output_slots)
                         : scratchpad.place(outputWords, schedule.output_slots);
  placement.scratchpad_banks = scratchpad.nextBank;
  placement.scratchpad_words = scratchpad.usedWords;

  const int64_t bankWords = parameters.accumulatorBankWords();
  BankAllocator accumulator(bankWords);
  const int64_t tileWords = shape.accumulatorWords(streams, columns);
  placement.accumulator = accumulator.place(roundUp(tileWords, bankWords), schedule.accumulator_slots);
  const int64_t channels = roles.channels_are_streams ? streams : columns;
  if (shape.parameter_rows > 0)
    placement.parameters = accumulator.place(shape.parameterWords(channels), schedule.parameter_slots);
  placement.accumulator_banks = accumulator.nextBank;
  placement.accumulator_words = tileWords * schedule.accumulator_slots + placement.parameters.words();

  if (Status s = checkBanks("scratchpad", placement.scratchpad_banks, parameters.scratchpad_banks); !s)
    return s.error();
  if (Status s = checkBanks("accumulator", placement.accumulator_banks, parameters.accumulator_banks); !s)
    return s.error();
  if (Status s = checkLateOutput(schedule, shape.parameter_rows > 0); !s)
    return s.error();
  return placement;
}

} // namespace lockstep
