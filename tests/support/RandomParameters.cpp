// Random machines: every parameter within its limits, at most 256 PEs, odd shapes on purpose.
#include "tests/support/RandomPrograms.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <numeric>

namespace lockstep {
namespace {

void chooseArray(Parameters &p, Random &random) {
  static const int64_t shapes[][2] = {{3, 5}, {4, 16}, {32, 8}, {2, 2}, {16, 16},
                                      {5, 3}, {4, 4},  {8, 8},  {2, 9}, {7, 2}};
  if (random.chance(50)) {
    const auto &shape = shapes[random.below(std::size(shapes))];
    p.array_rows = shape[0], p.array_columns = shape[1];
  } else {
    p.array_rows = random.range(2, 20);
    p.array_columns = random.range(2, std::min<int64_t>(20, 256 / p.array_rows));
  }
  p.array_stage_rows = random.range(1, p.array_rows);
  p.array_stage_columns = random.range(1, p.array_columns);
}

/// Banks of a power of two of words; few words, so that intervals cross banks and rings wrap.
void chooseOnChipMemories(Parameters &p, Random &random) {
  p.scratchpad_banks = random.pick({2, 2, 4, 4, 8, 16});
  p.scratchpad_size_bytes = p.scratchpad_banks * random.pick({32, 64, 64, 128, 256}) * p.vectorBytes();
  p.accumulator_banks = random.pick({2, 2, 4, 4, 8});
  p.accumulator_size_bytes = p.accumulator_banks * random.pick({16, 32, 32, 64}) * p.accumulatorWordBytes();
}

void chooseWeightPort(Parameters &p, Random &random) {
  int64_t words = random.pick({1, 1, 2, 4, 8});
  while (words > 1 && (words > p.array_stage_rows || words > p.array_stage_columns))
    words /= 2;
  p.array_weight_load_bytes_per_cycle = words * p.vectorBytes();
}

void chooseLanes(Parameters &p, Random &random) {
  do
    p.vector_lanes = random.range(1, p.array_columns);
  while (p.array_columns % p.vector_lanes != 0);
}

void choosePorts(Parameters &p, Random &random) {
  p.memory_read_bytes_per_cycle = random.pick({4, 8, 16, 32, 64});
  p.memory_write_bytes_per_cycle = random.pick({4, 8, 16, 32, 64});
  p.memory_burst_bytes = random.pick({64, 64, 128, 256, 1024});
  const int64_t fewest = 1 + (p.vectorBytes() + p.memory_burst_bytes - 1) / p.memory_burst_bytes;
  p.memory_read_bursts_in_flight = random.pick({1, 2, 3, 8, 16, 64});
  p.memory_write_bursts_in_flight = std::max(fewest, random.pick({1, 2, 3, 8, 16, 64}));
  p.memory_latency_cycles = random.pick({1, 2, 5, 20, 33, 100, 250});
}

void chooseSequencer(Parameters &p, Random &random) {
  p.sequencer_instruction_buffer = random.pick({8, 8, 16, 32, 64});
  p.sequencer_fetch_ahead = random.range(1, p.sequencer_instruction_buffer / 2);
  p.sequencer_queue_depth = random.pick({1, 1, 2, 3, 4, 8});
}

/// DRAM with short refresh intervals and few, small rows, so that short programs meet every case.
void chooseDram(Parameters &p, Random &random) {
  p.memory_model = random.chance(50) ? MemoryModelKind::Dram : MemoryModelKind::Fixed;
  p.clock_core_mhz = random.pick({1000, 1000, 700, 1200, 1333, 2400});
  if (random.chance(40))
    return; // DDR4-2400
  p.dram_clock_mhz = random.pick({1200, 800, 1600, 1000});
  p.dram_bank_groups = random.pick({1, 2, 4});
  p.dram_banks_per_group = random.pick({1, 2, 4});
  p.dram_row_bytes = random.pick({256, 1024, 8192});
  p.dram_access_bytes = random.pick({32, 64, 128});
  p.dram_t_rfc = random.pick({0, 30, 120});
  p.dram_t_refi = random.pick({300, 700, 3000});
  p.dram_controller_cycles = random.pick({0, 1, 7, 20});
}

} // namespace

Parameters randomParameters(uint64_t seed) {
  Random random(seed);
  Parameters p;
  p.name = "random_" + std::to_string(seed);
  chooseArray(p, random);
  chooseOnChipMemories(p, random);
  chooseWeightPort(p, random);
  chooseLanes(p, random);
  choosePorts(p, random);
  chooseSequencer(p, random);
  chooseDram(p, random);
  p.vector_tables = random.pick({1, 1, 2, 3, 8});
  if (const Status status = checkParameters(p); !status) {
    std::cerr << "randomParameters(" << seed << "): " << status.error().message << "\n";
    std::abort();
  }
  return p;
}

} // namespace lockstep
