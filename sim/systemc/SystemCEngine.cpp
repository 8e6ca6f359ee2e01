#include "sim/systemc/SystemCEngine.h"

#include <cstdio>
#include <mutex>

// Engines are driven from any main(). The library brings one that would call this function: a program that
// comes here was linked in the wrong order, and must not pass for one that did its work.
int sc_main(int, char *[]) {
  std::fputs("lockstep: the SystemC library's main() was linked instead of the program's own.\n", stderr);
  return 1;
}

namespace lockstep {
namespace {

/// One simulation kernel for the whole process.
std::mutex &kernelMutex() {
  static std::mutex mutex;
  return mutex;
}

struct Platform {
  Machine machine{"machine"};
  MemoryTarget memory{"memory"};
  Platform() { machine.memorySocket().bind(memory.socket); }
};

/// Never destroyed: the kernel's own objects may be gone by then.
Platform &platform() {
  static Platform *shared = new Platform;
  return *shared;
}

class SystemCEngine : public Engine {
public:
  SystemCEngine(const Parameters &parameters, Machine &machine, MemoryReset resetMemory)
      : parameters(parameters), machine(machine), reset_memory(std::move(resetMemory)), kernel(parameters) {}

  Result<RunResult> run(const Program &program, ExternalMemory &memory, const RunOptions &options) override {
    std::lock_guard<std::mutex> lock(kernelMutex());
    RunState state;
    state.parameters = parameters;
    state.options = options;
    state.program = &program;
    state.memory = &memory;
    state.clock.restart();
    clearChip(options.values);
    if (options.values) {
      state.kernel = &kernel;
      state.chip = {on_chip.scratchpad.data(), on_chip.accumulator.data(), on_chip.tables.data()};
    }
    reset_memory(parameters, state.clock, memory);
    if (Status status = machine.execute(state); !status)
      return status.error();
    return state.result;
  }

  const OnChipState &onChipState() const override { return on_chip; }

private:
  void clearChip(bool values) {
    const auto clear = [values](std::vector<uint8_t> &bytes, int64_t size) {
      bytes.assign(values ? size : 0, 0);
    };
    clear(on_chip.scratchpad, parameters.scratchpadWords() * parameters.vectorBytes());
    clear(on_chip.accumulator, parameters.accumulatorWords() * parameters.accumulatorWordBytes());
    on_chip.tables.assign(values ? parameters.vector_tables * kTableEntries : 0, 0);
  }

  Parameters parameters;
  Machine &machine;
  MemoryReset reset_memory;
  Kernel kernel;
  OnChipState on_chip;
};

} // namespace

std::unique_ptr<Engine> makeSystemCEngine(const Parameters &parameters, Machine &machine,
                                          MemoryReset resetMemory) {
  return std::make_unique<SystemCEngine>(parameters, machine, std::move(resetMemory));
}

std::unique_ptr<Engine> makeSystemCEngine(const Parameters &parameters) {
  std::lock_guard<std::mutex> lock(kernelMutex());
  Platform &shared = platform();
  return makeSystemCEngine(parameters, shared.machine,
                           [&shared](const Parameters &p, const CycleClock &clock, ExternalMemory &memory) {
                             shared.memory.reset(p, clock, memory, true);
                           });
}

} // namespace lockstep
