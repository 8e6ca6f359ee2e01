#include "compiler/gemm/TimingModel.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr size_t kLoadWindow = 8, kMatrixWindow = 16, kStoreWindow = 8;
constexpr uint64_t kShortRun = 30000; // cycles; beyond, the order of fetches and bursts does not matter
constexpr unsigned kPasses = 4;
constexpr uint64_t kToleranceIterations = 6; // after which nearly equal times are equal
constexpr uint64_t kSettleIterations = 12;   // after which an average of jittering iterations will do

bool near(uint64_t a, uint64_t b, uint64_t tolerance) { return a <= b + tolerance && b <= a + tolerance; }

/// The list of the latest `window` times; true if it was full.
void remember(std::deque<uint64_t> &times, uint64_t time, size_t window) {
  times.push_back(time);
  if (times.size() > window)
    times.pop_front();
}

/// First cycle in which a place of the window is seen free.
uint64_t windowFree(const std::deque<uint64_t> &times, size_t window) {
  return times.size() < window ? 0 : times[times.size() - window] + 1;
}

} // namespace

TimingModel::TimingModel(const Parameters &parameters, const std::vector<Instruction> &code)
    : parameters(parameters), code(code), readSide(parameters), writeSide(parameters), matrixSide(parameters),
      arrived(code.size(), 0) {
  decoded.reserve(code.size());
  for (const Instruction &instruction : code)
    decoded.push_back({unitOf(instruction), waitsOf(instruction), postsOf(instruction)});
}

/// Requests what may be fetched once PC is seen as `pc` in cycle `visible`.
void TimingModel::fetchUpTo(uint64_t visible) {
  const size_t ahead = std::min<size_t>(static_cast<size_t>(parameters.sequencer_fetch_ahead),
                                        static_cast<size_t>(parameters.sequencer_instruction_buffer));
  while (fetched < std::min(code.size(), pc + ahead)) {
    last_fetch_request = std::max(last_fetch_request + 1, visible);
    last_arrival = arrived[fetched++] = readSide.fetch(last_fetch_request);
  }
}

uint64_t TimingModel::run(uint64_t limit) {
  fetchUpTo(1);
  uint64_t exec = 0;
  while (true) {
    exec = std::max(ready, arrived[pc] + 1) + 1;
    const Instruction &instruction = code[pc];
    if (std::holds_alternative<HaltInstruction>(instruction))
      break;
    exec = execute(instruction);
    if (exec > limit)
      return exec;
  }
  uint64_t last = exec;
  for (const UnitState &unit : units)
    last = std::max(last, unit.finish);
  return last + 1;
}

/// Returns the cycle of the successful EXEC.
uint64_t TimingModel::execute(const Instruction &instruction) {
  uint64_t exec = std::max(ready, arrived[pc] + 1) + 1;
  if (const auto *set = std::get_if<SetInstruction>(&instruction)) {
    registers[set->destination_register] = set->value;
  } else if (const auto *add = std::get_if<AddInstruction>(&instruction)) {
    registers[add->destination_register] =
        registers[add->source_register] + static_cast<uint64_t>(add->value);
    is_ring[add->destination_register] = add->modulus != 0;
  } else if (const auto *loop = std::get_if<LoopInstruction>(&instruction)) {
    loops.push_back({pc + 1, loop->count - 1, 0, {snapshot()}, registers});
  } else if (std::holds_alternative<EndInstruction>(instruction)) {
    endLoop(exec);
    return exec;
  } else {
    exec = dispatch(instruction, exec);
  }
  ++pc;
  ready = exec + 1;
  fetchUpTo(exec + 1);
  return exec;
}

void TimingModel::jumpBack(size_t target, uint64_t exec) {
  pc = target;
  ready = exec + 1;
  if (target >= base && target + static_cast<size_t>(parameters.sequencer_instruction_buffer) > fetched) {
    fetchUpTo(exec + 1);
    return;
  }
  const uint64_t flushed = std::max(exec + 1, last_arrival + 1);
  fetched = base = target;
  ready = flushed + 1;
  fetchUpTo(flushed + 1);
}

void TimingModel::endLoop(uint64_t exec) {
  Frame &frame = loops.back();
  ++frame.iterations;
  if (frame.remaining > 0) {
    --frame.remaining;
    jumpBack(frame.begin, exec);
    extrapolate(frame);
    frame.registers = registers;
    return;
  }
  loops.pop_back();
  ++pc;
  ready = exec + 1;
  fetchUpTo(exec + 1);
}

TimingModel::Snapshot TimingModel::snapshot() const {
  return {ready,           readSide.front_free, readSide.done,  matrixSide.loader_free,
          units[1].finish, units[2].finish,     units[3].finish};
}

/// If the last iterations took equal times in all units that took part, the remaining ones will. If they
/// never do so (rows that are not aligned jitter), their average stands for the remaining ones.
bool TimingModel::extrapolate(Frame &frame) {
  frame.history.push_back(snapshot());
  const size_t n = frame.history.size();
  if (n < 4 || frame.remaining < 2)
    return false;
  const Snapshot &now = frame.history[n - 1], &before = frame.history[n - 2], &earlier = frame.history[n - 3];
  const uint64_t step = now[0] - before[0];
  bool settled = true;
  for (size_t i = 0; i < kSnapshot; ++i) {
    const uint64_t moved = now[i] - before[i];
    const uint64_t tolerance = n >= kToleranceIterations ? step / 512 : 0;
    settled = settled && (moved == 0 || near(moved, step, tolerance)) &&
              near(moved, before[i] - earlier[i], tolerance);
  }
  uint64_t total = step * (frame.remaining - 1);
  if (!settled) {
    if (n < kSettleIterations + 2)
      return false;
    const Snapshot &old = frame.history[n - 1 - kSettleIterations / 2];
    uint64_t slowest = 0;
    for (size_t i = 0; i < kSnapshot; ++i)
      slowest = std::max(slowest, now[i] - old[i]);
    total = slowest * (frame.remaining - 1) / (kSettleIterations / 2);
  }
  for (size_t r = 0; r < kNumRegisters; ++r)
    if (!is_ring[r])
      registers[r] += (registers[r] - frame.registers[r]) * (frame.remaining - 1);
  shift(before, now, total);
  frame.remaining = 1;
  frame.history.clear();
  return true;
}

/// Moves everything that took part in the last iteration.
void TimingModel::shift(const Snapshot &before, const Snapshot &now, uint64_t cycles) {
  const uint64_t since = before[0];
  ready += cycles;
  last_fetch_request += cycles;
  readSide.shift(cycles);
  writeSide.shift(cycles);
  if (now[3] != before[3])
    matrixSide.shift(cycles);
  for (size_t u = 0; u < kNumQueuedUnits; ++u) {
    UnitState &unit = units[u];
    const size_t component = u == 0 ? 2 : u + 3;
    if (now[component] == before[component])
      continue;
    unit.finish += cycles;
    for (uint64_t &time : unit.starts)
      time += cycles;
    for (uint64_t &time : unit.finishes)
      time += cycles;
  }
  for (size_t s = 0; s < kNumSemaphores; ++s)
    if (latest_post[s] >= since) {
      latest_post[s] += cycles;
      for (uint64_t &time : posts[s])
        time += cycles;
    }
}

namespace {

/// Registers added, where they matter to the time.
template <typename Transfer>
Transfer resolved(Transfer transfer, const std::array<uint64_t, kNumRegisters> &registers) {
  transfer.external_address += registers[transfer.external_register];
  return transfer;
}

} // namespace

uint64_t TimingModel::startOf(const Decoded &instruction, UnitState &unit, uint64_t exec) {
  uint64_t start = exec + 1;
  for (unsigned i = 0; i < instruction.waits.count; ++i) {
    std::deque<uint64_t> &queue = posts[instruction.waits.ids[i]];
    if (queue.empty())
      continue;
    start = std::max(start, queue.front() + 1);
    queue.pop_front();
  }
  switch (instruction.unit) {
  case Unit::Load:
    return std::max({start, readSide.front_free, windowFree(unit.finishes, kLoadWindow)});
  case Unit::Matrix:
    return std::max({start, matrixSide.loader_free, windowFree(unit.finishes, kMatrixWindow)});
  case Unit::Vector:
    return std::max(start, unit.finish + 1);
  default:
    return std::max({start, writeSide.front_free, windowFree(unit.finishes, kStoreWindow)});
  }
}

uint64_t TimingModel::naturalFinish(const Instruction &instruction, Unit unit, uint64_t start) {
  if (const auto *load = std::get_if<LoadInstruction>(&instruction)) {
    readSide.load(resolved(*load, registers), start);
    return readSide.done + 1;
  }
  if (const auto *fill = std::get_if<FillInstruction>(&instruction)) {
    readSide.fill(fill->count_0 * fill->count_1 * fill->count_2, start);
    return readSide.done + 1;
  }
  if (const auto *store = std::get_if<StoreInstruction>(&instruction)) {
    writeSide.store(resolved(*store, registers), start);
    return writeSide.done + 1;
  }
  if (const auto *matmul = std::get_if<MatmulInstruction>(&instruction)) {
    matrixSide.matmul(*matmul, start);
    return matrixSide.natural_finish;
  }
  if (const auto *requantize = std::get_if<RequantizeInstruction>(&instruction))
    return start + requantizeCycles(*requantize, parameters);
  if (unit == Unit::Matrix)
    matrixSide.loader_free = std::max(matrixSide.loader_free, start + 1);
  return start + 1;
}

uint64_t TimingModel::dispatch(const Instruction &instruction, uint64_t exec) {
  const Decoded &now = decoded[pc];
  UnitState &unit = units[static_cast<size_t>(now.unit)];
  const auto depth = static_cast<size_t>(parameters.sequencer_queue_depth);
  exec = std::max(exec, windowFree(unit.starts, depth));
  const uint64_t start = startOf(now, unit, exec);
  remember(unit.starts, start, depth);
  unit.finish = std::max(naturalFinish(instruction, now.unit, start), unit.finish + 1);
  const bool countsDone =
      now.unit == Unit::Load || now.unit == Unit::Store; // done is a cycle before the finish
  remember(unit.finishes, unit.finish - countsDone, kMatrixWindow);
  for (unsigned i = 0; i < now.posts.count; ++i) {
    posts[now.posts.ids[i]].push_back(unit.finish);
    latest_post[now.posts.ids[i]] = unit.finish;
  }
  return exec;
}

uint64_t predictCycles(const Parameters &parameters, const std::vector<Instruction> &code, uint64_t limit) {
  std::vector<uint64_t> fetches;
  uint64_t cycles = 0;
  for (unsigned pass = 0; pass < kPasses; ++pass) {
    TimingModel model(parameters, code);
    model.planFetches(fetches);
    cycles = model.run(limit);
    if (cycles > std::min(limit, kShortRun) || model.fetchRequests() == fetches)
      break;
    fetches = model.fetchRequests();
  }
  return cycles;
}

} // namespace lockstep
