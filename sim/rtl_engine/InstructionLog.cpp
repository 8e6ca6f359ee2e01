#include "sim/rtl_engine/InstructionLog.h"

namespace lockstep {

namespace {

/// What one execution adds to the totals; zero for instructions that move or multiply nothing.
struct Work {
  uint64_t read_bytes = 0, written_bytes = 0, macs = 0;
};

template <typename T> uint64_t transferBytes(const T &i) {
  return i.row_bytes * i.count_0 * i.count_1 * i.count_2;
}

uint64_t macsOf(const MatmulInstruction &i, const Parameters &parameters) {
  const uint64_t rows = (i.tile_count_0 - 1) * uint64_t(parameters.array_rows) + i.last_rows;
  const uint64_t columns = (i.tile_count_3 - 1) * uint64_t(parameters.array_columns) + i.last_columns;
  return rows * columns * i.tile_count_1 * i.tile_count_2 * i.stream_count_0 * i.stream_count_1;
}

Work workOf(const EncodedInstruction &bits, const Parameters &parameters) {
  Work work;
  auto instruction = decode(bits);
  if (!instruction)
    return work;
  if (const auto *load = std::get_if<LoadInstruction>(&*instruction))
    work.read_bytes = transferBytes(*load);
  if (const auto *store = std::get_if<StoreInstruction>(&*instruction))
    work.written_bytes = transferBytes(*store);
  if (const auto *matmul = std::get_if<MatmulInstruction>(&*instruction))
    work.macs = macsOf(*matmul, parameters);
  return work;
}

} // namespace

InstructionLog::InstructionLog(const RtlPorts &ports, const Parameters &parameters, const Program &program,
                               EventSink *events)
    : ports(ports), parameters(parameters), program(program), events(events),
      dispatched_counts(program.instructions.size()), started_counts(dispatched_counts),
      finished_counts(dispatched_counts) {}

void InstructionLog::record(uint64_t cycle) {
  ++event_count;
  for (unsigned unit = 0; unit < kNumQueuedUnits; ++unit) {
    if (*ports.event_finished_o >> unit & 1)
      finish(unit, cycle);
    if (*ports.event_started_o >> unit & 1)
      start(unit, cycle);
    if (*ports.event_dispatched_o >> unit & 1)
      dispatch(unit, cycle);
  }
}

void InstructionLog::contradict(unsigned unit, const char *what, uint64_t cycle) {
  if (wrong.empty())
    wrong = std::string("The RTL's ") + unitName(Unit(unit)) + " unit " + what + " in cycle " +
            std::to_string(cycle) + ".";
}

void InstructionLog::dispatch(unsigned unit, uint64_t cycle) {
  const uint64_t instruction = *ports.dispatched_pc_o;
  if (instruction >= dispatched_counts.size())
    return contradict(unit, "got an instruction from beyond the program", cycle);
  ++dispatched_counts[instruction];
  units[unit].queued.push({units[unit].dispatched++, instruction, cycle, 0});
}

void InstructionLog::start(unsigned unit, uint64_t cycle) {
  UnitState &state = units[unit];
  if (state.queued.empty())
    return contradict(unit, "started an instruction that was not dispatched", cycle);
  Record record = state.queued.front();
  state.queued.pop();
  record.started = cycle;
  ++started_counts[record.instruction];
  state.running.push(record);
}

void InstructionLog::finish(unsigned unit, uint64_t cycle) {
  UnitState &state = units[unit];
  if (state.running.empty())
    return contradict(unit, "finished an instruction that was not started", cycle);
  const Record record = state.running.front();
  state.running.pop();
  ++finished_counts[record.instruction];
  if (events)
    events->instruction(
        {Track(unit), record.index, record.instruction, record.dispatched, record.started, cycle});
}

void InstructionLog::addTotals(RunResult &result) const {
  for (size_t i = 0; i < dispatched_counts.size(); ++i) {
    if (!dispatched_counts[i])
      continue;
    const Work work = workOf(program.instructions[i], parameters);
    result.instructions += dispatched_counts[i];
    result.read_bytes += dispatched_counts[i] * work.read_bytes;
    result.written_bytes += dispatched_counts[i] * work.written_bytes;
    result.macs += dispatched_counts[i] * work.macs;
  }
}

std::array<int64_t, kNumSemaphores> InstructionLog::semaphoreCounts() const {
  std::array<int64_t, kNumSemaphores> counts{};
  for (size_t i = 0; i < finished_counts.size(); ++i) {
    auto instruction = decode(program.instructions[i]);
    if (!instruction)
      continue;
    const SemaphoreList posts = postsOf(*instruction), waits = waitsOf(*instruction);
    for (unsigned k = 0; k < posts.count; ++k)
      counts[posts.ids[k]] += int64_t(finished_counts[i]);
    for (unsigned k = 0; k < waits.count; ++k)
      counts[waits.ids[k]] -= int64_t(started_counts[i]);
  }
  return counts;
}

} // namespace lockstep
