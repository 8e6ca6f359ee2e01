#include "sim/rtl_engine/RtlRun.h"

#include "hw/isa/MachineErrors.h"
#include "sim/rtl_engine/DeadlockReport.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>

namespace lockstep {

namespace {

// Registers of the control port (manual, "Control port").
constexpr uint32_t kControl = 0x00, kProgramAddress = 0x08, kProgramLength = 0x10, kArguments = 0x40;
constexpr unsigned kResetCycles = 4;
constexpr unsigned kRegisterPatience = 1000; // cycles until an unanswered register access is an error

// Codes of the bench's debug_memory_i.
constexpr uint8_t kScratchpadMemory = 0, kAccumulatorMemory = 1, kTableMemory = 2;

/// Cycles between two looks for deadlock, limits of time and progress.
constexpr uint64_t kCheckPeriod = 1024;
/// A machine with nothing in flight, no event and no busy unit for so many cycles does not move again: every
/// silent phase of a unit (weights, drain of the array) is far shorter.
constexpr uint64_t kQuietCycles = 3000;

struct CounterGroup {
  const char *unit;
  std::vector<const char *> classes;
};

/// In the order of the bench's counters_o.
const std::vector<CounterGroup> &counterGroups() {
  static const std::vector<CounterGroup> groups = {
      {"load", {"busy", "stall_memory", "stall_semaphore", "idle"}},
      {"matrix", {"busy", "stall_weights", "stall_drain", "stall_semaphore", "idle"}},
      {"vector", {"busy", "stall_semaphore", "idle"}},
      {"store", {"busy", "stall_memory", "stall_semaphore", "idle"}},
      {"sequencer", {"busy", "stall_fetch", "stall_queue", "idle"}}};
  return groups;
}
double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

RtlRun::RtlRun(const RtlModelFunctions &functions, const Parameters &parameters, const Program &program,
               ExternalMemory &memory, const RunOptions &options)
    : parameters(parameters), program(program), options(options), machine(functions), ports(machine.ports),
      model(makeMemoryModel(parameters)), stress(options.stress_seed),
      reads(ports, parameters, *model, memory, options.events, stress),
      writes(ports, parameters, *model, memory, options.events, stress),
      log(ports, parameters, program, options.events) {}

Result<RunResult> RtlRun::execute() {
  if (!options.wave_file.empty() && !machine.openTrace(options.wave_file.c_str()))
    return Error{ErrorKind::System, "The wave file " + options.wave_file + " cannot be written."};
  if (ports.fault_i)
    *ports.fault_i = uint8_t(options.fault);
  reset();
  Status status = configure();
  if (status)
    status = start();
  const double begin = last_report = now();
  if (status)
    status = simulate();
  seconds = now() - begin;
  machine.closeTrace();
  if (!status)
    return status.error();
  return result();
}

void RtlRun::idleCycle() {
  machine.beginCycle();
  machine.settle();
}

void RtlRun::reset() {
  *ports.rst_ni = 0;
  for (unsigned i = 0; i < kResetCycles; ++i)
    idleCycle();
  machine.beginCycle();
  *ports.rst_ni = 1;
  *ports.s_axil_bready_i = 1;
  *ports.s_axil_rready_i = 1;
  machine.settle();
}

Status RtlRun::writeRegister(uint32_t offset, uint32_t value) {
  machine.beginCycle();
  *ports.s_axil_awaddr_i = uint16_t(offset);
  *ports.s_axil_wdata_i = value;
  *ports.s_axil_wstrb_i = 0xf;
  *ports.s_axil_awvalid_i = *ports.s_axil_wvalid_i = 1;
  machine.settle();
  for (unsigned cycle = 0; cycle < kRegisterPatience; ++cycle) {
    if (*ports.s_axil_awready_o && *ports.s_axil_wready_o)
      return {};
    idleCycle();
  }
  return Error{ErrorKind::System,
               "The RTL's control port does not accept a write of register " + std::to_string(offset) + "."};
}

Status RtlRun::writeRegister64(uint32_t offset, uint64_t value) {
  if (Status status = writeRegister(offset, uint32_t(value)); !status)
    return status;
  return writeRegister(offset + 4, uint32_t(value >> 32));
}

Status RtlRun::configure() {
  Status status = writeRegister64(kProgramAddress, program.program_address);
  if (status)
    status = writeRegister(kProgramLength, uint32_t(program.instructions.size()));
  for (unsigned i = 0; status && i < kNumArguments; ++i)
    status = writeRegister64(kArguments + 8 * i, program.arguments[i]);
  return status;
}

/// Ends in the settled cycle in which the control port accepts the start: cycle 0.
Status RtlRun::start() { return writeRegister(kControl, 1); }

void RtlRun::endCycle(uint64_t cycle) {
  reads.drive(cycle);
  writes.drive(cycle);
  machine.settle();
  reads.sample(cycle); // of the same cycle the read comes first
  writes.sample(cycle);
  log.sample(cycle);
}

Status RtlRun::simulate() {
  machine.beginCycle();
  *ports.s_axil_awvalid_i = *ports.s_axil_wvalid_i = 0;
  endCycle(1);
  uint64_t cycle = 1;
  while (*ports.running_o && !*ports.failed) {
    if (cycle == options.max_cycles)
      return Error{ErrorKind::Limit,
                   "The run is not finished after max_cycles = " + std::to_string(cycle) + " cycles."};
    machine.beginCycle();
    endCycle(++cycle);
    noteProgress(cycle);
    if (cycle % kCheckPeriod == 0)
      if (Status status = check(cycle); !status)
        return status;
  }
  total_cycles = cycle;
  return machineStatus(cycle);
}

void RtlRun::noteProgress(uint64_t cycle) {
  if (*ports.progress_o)
    last_progress = cycle;
  if (*ports.halted_o && halt_cycle == UINT64_MAX)
    halt_cycle = cycle - 1; // the halted state is seen in the cycle after
  if (!reads.fetches().empty() && reads.fetches().oldestLastBeat() <= std::min(cycle - 1, halt_cycle))
    reads.fetches().release(std::min(cycle - 1, halt_cycle));
}

uint64_t RtlRun::counter(unsigned index) const {
  uint64_t value;
  memcpy(&value, ports.counters_o + index * sizeof value, sizeof value);
  return value;
}

Status RtlRun::check(uint64_t cycle) {
  if (log.eventCount() != last_events || !reads.idle() || !writes.idle())
    last_progress = cycle;
  last_events = log.eventCount();
  if (cycle - last_progress > kQuietCycles)
    return Error{ErrorKind::Deadlock, describeDeadlock(program, log, cycle)};
  if (!log.contradiction().empty())
    return Error{ErrorKind::Mismatch, log.contradiction()};
  if (options.stop && *options.stop)
    return Error{ErrorKind::Limit, "The run was stopped in cycle " + std::to_string(cycle) + "."};
  if (options.progress && cycle % (64 * kCheckPeriod) == 0)
    report(cycle);
  return {};
}

void RtlRun::report(uint64_t cycle) {
  const double time = now();
  if (time - last_report < 2)
    return;
  last_report = time;
  fprintf(stderr, "rtl: cycle %llu, %llu instruction events\n", static_cast<unsigned long long>(cycle),
          static_cast<unsigned long long>(log.eventCount()));
}

Error RtlRun::assertionError(uint64_t cycle) const {
  const std::string line = machine.messages(), prefix = "%Error: ";
  const size_t begin = line.find(prefix) == std::string::npos ? 0 : line.find(prefix) + prefix.size();
  const std::string text = line.substr(begin, line.find('\n', begin) - begin);
  return Error{ErrorKind::Mismatch,
               "An assertion of the RTL failed in cycle " + std::to_string(cycle) + ": " + text};
}

Status RtlRun::machineStatus(uint64_t cycle) const {
  if (*ports.failed)
    return assertionError(cycle);
  if (!log.contradiction().empty())
    return Error{ErrorKind::Mismatch, log.contradiction()};
  if (!*ports.error_o)
    return {};
  const auto code = MachineError(*ports.error_o);
  const bool bus =
      code == MachineError::bus_fetch || code == MachineError::bus_load || code == MachineError::bus_store;
  return Error{bus ? ErrorKind::Bounds : ErrorKind::Legality, "The machine stopped with error " +
                                                                  std::to_string(*ports.error_o) + ": " +
                                                                  machineErrorText(code) + "."};
}

RunResult RtlRun::result() {
  reads.fetches().release(std::min(total_cycles - 1, halt_cycle));
  RunResult result;
  result.total_cycles = total_cycles;
  unsigned index = 0;
  for (const CounterGroup &group : counterGroups()) {
    UnitCounters unit{group.unit, {}};
    for (const char *name : group.classes)
      unit.cycles.emplace_back(name, counter(index++));
    result.units.push_back(unit);
  }
  log.addTotals(result);
  result.read_bursts = reads.loadBursts();
  result.write_bursts = writes.storeBursts();
  result.fetched_instructions = reads.fetches().count();
  result.seconds = seconds;
  return result;
}

void RtlRun::readWord(uint8_t memory, int64_t word, void *bytes, int64_t word_bytes) {
  *ports.debug_memory_i = memory;
  *ports.debug_address_i = uint32_t(word);
  machine.settle();
  memcpy(bytes, ports.debug_data_o, size_t(word_bytes));
}

std::vector<uint8_t> RtlRun::readMemory(uint8_t memory, int64_t words, int64_t word_bytes) {
  std::vector<uint8_t> bytes(size_t(words * word_bytes));
  for (int64_t word = 0; word < words; ++word)
    readWord(memory, word, bytes.data() + word * word_bytes, word_bytes);
  return bytes;
}

Result<std::vector<int16_t>> RtlRun::readTables() {
  std::vector<int16_t> entries(size_t(parameters.vector_tables * kTableEntries));
  for (size_t i = 0; i < entries.size(); ++i) {
    uint32_t word; // bits 15:0 the entry in lane 0, bit 16: it is another one elsewhere
    readWord(kTableMemory, int64_t(i), &word, sizeof word);
    if (word >> 16 & 1)
      return Error{ErrorKind::Mismatch, "The RTL's lanes have different copies of table " +
                                            std::to_string(i / kTableEntries) + ", entry " +
                                            std::to_string(i % kTableEntries) + "."};
    entries[i] = int16_t(word & 0xffff);
  }
  return entries;
}

Result<OnChipState> RtlRun::readOnChip() {
  auto tables = readTables();
  if (!tables)
    return tables.error();
  OnChipState state;
  state.scratchpad = readMemory(kScratchpadMemory, parameters.scratchpadWords(), parameters.vectorBytes());
  state.accumulator =
      readMemory(kAccumulatorMemory, parameters.accumulatorWords(), parameters.accumulatorWordBytes());
  state.tables = std::move(*tables);
  return state;
}

} // namespace lockstep
