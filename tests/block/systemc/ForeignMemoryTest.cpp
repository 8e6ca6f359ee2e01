// A machine whose memory is somebody else's TLM-2.0 target.
#include "Comparison.h"
#include "RandomStreams.h"
#include "SmallGemm.h"
#include "sim/systemc/SystemCEngine.h"

#include <gtest/gtest.h>

#include <cstring>
#include <tlm_utils/simple_target_socket.h>

namespace lockstep {
namespace {

/// Knows nothing of this project's extensions: a target with blocking transport only.
class ForeignMemory : public sc_core::sc_module {
public:
  explicit ForeignMemory(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
    socket.register_b_transport(this, &ForeignMemory::transport);
  }
  tlm_utils::simple_target_socket<ForeignMemory> socket;

  void reset(const Parameters &parameters, const CycleClock &newClock) {
    model = makeMemoryModel(parameters);
    clock = newClock;
    read_width = parameters.memory_read_bytes_per_cycle;
    write_width = parameters.memory_write_bytes_per_cycle;
    transactions = 0;
  }

  uint64_t transactions = 0;
  uint8_t last_written = 0;

private:
  void transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay) {
    ++transactions;
    const uint64_t now = clock.now(), address = payload.get_address(), length = payload.get_data_length();
    const uint64_t width = payload.is_write() ? write_width : read_width;
    const uint32_t beats = static_cast<uint32_t>((address + length - 1) / width - address / width + 1);
    if (payload.is_write())
      last_written = payload.get_data_ptr()[length - 1];
    const uint64_t end = payload.is_write() ? model->write(now, address, length, beats)
                                            : model->read(now, address, length, beats).last_beat;
    delay += sc_core::sc_time(static_cast<double>(end - now), sc_core::SC_NS);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  std::unique_ptr<MemoryModel> model;
  CycleClock clock;
  uint64_t read_width = 1, write_width = 1;
};

struct Soc {
  Machine machine{"machine"};
  ForeignMemory memory{"memory"};
  Soc() { machine.memorySocket().bind(memory.socket); }
};

Soc &soc() {
  static Soc *shared = new Soc;
  return *shared;
}

std::unique_ptr<Engine> engineFor(const Parameters &parameters) {
  return makeSystemCEngine(
      parameters, soc().machine,
      [](const Parameters &p, const CycleClock &clock, ExternalMemory &) { soc().memory.reset(p, clock); });
}

TEST(SystemCForeignMemory, GivesTheSameCyclesOneTransactionForEachBurst) {
  const Parameters base;
  reference::EventLog log;
  const auto run = runTimed(*engineFor(base), smallGemm(base), &log);
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(191u, run->total_cycles);
  EXPECT_EQ(6u + 8 + 4, soc().memory.transactions);
}

TEST(SystemCForeignMemory, KeepsEveryCycleOfTheManualOnRandomStreams) {
  const uint64_t first = fromEnvironment("LOCKSTEP_SEED", 1), count = fromEnvironment("LOCKSTEP_COUNT", 100);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    RandomStreams random(seed);
    const Parameters parameters = random.parameters();
    const Program program = random.program(parameters, 12);
    ASSERT_EQ("", compareWithReference(*engineFor(parameters), program, parameters)) << "seed " << seed;
  }
}

TEST(SystemCForeignMemory, SeesTheBytesThatAreWritten) {
  const Parameters base;
  const Program program = smallGemm(base);
  Result<ExternalMemory> memory = buildMemory(program);
  std::memset(memory->find(0x1000, 256), 100, 256);
  std::memset(memory->find(0x2000, 256), 100, 256);
  ASSERT_TRUE(engineFor(base)->run(program, *memory, {}));
  EXPECT_EQ(127, *memory->find(0x30ff, 1));
  EXPECT_EQ(127, soc().memory.last_written);
}

} // namespace
} // namespace lockstep
