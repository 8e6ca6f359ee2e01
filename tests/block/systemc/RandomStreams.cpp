#include "RandomStreams.h"

#include <algorithm>

namespace lockstep {

Parameters RandomStreams::parameters() {
  for (;;)
    if (Parameters candidate = anyParameters(); checkParameters(candidate))
      return candidate;
}

Parameters RandomStreams::anyParameters() {
  Parameters q;
  q.name = "random";
  q.clock_core_mhz = between(100, 3000);
  q.array_rows = between(2, 32);
  q.array_columns = between(2, 32);
  q.array_stage_rows = between(1, q.array_rows);
  q.array_stage_columns = between(1, q.array_columns);
  q.array_weight_load_bytes_per_cycle = q.vectorBytes() * powerOfTwo(0, 3);
  q.scratchpad_banks = q.accumulator_banks = 4;
  q.scratchpad_size_bytes = 4 * 64 * q.vectorBytes();
  q.accumulator_size_bytes = 4 * 64 * q.accumulatorWordBytes();
  q.vector_lanes = between(1, q.array_columns);
  q.memory_read_bytes_per_cycle = powerOfTwo(2, 7);
  q.memory_write_bytes_per_cycle = powerOfTwo(2, 7);
  q.memory_burst_bytes = powerOfTwo(6, 9);
  q.memory_read_bursts_in_flight = chance(50) ? between(1, 4) : between(1, 64);
  q.memory_write_bursts_in_flight = chance(50) ? between(2, 4) : between(2, 64);
  q.memory_latency_cycles = chance(50) ? between(1, 5) : between(1, 200);
  q.memory_model = chance(50) ? MemoryModelKind::Dram : MemoryModelKind::Fixed;
  q.sequencer_instruction_buffer = powerOfTwo(3, 6);
  q.sequencer_fetch_ahead = between(1, q.sequencer_instruction_buffer / 2);
  q.sequencer_queue_depth = between(1, 6);
  q.dram_access_bytes = powerOfTwo(3, 7);
  q.dram_row_bytes = powerOfTwo(8, 13);
  q.dram_t_refi = between(600, 9360);
  q.dram_clock_mhz = between(200, 1600);
  q.dram_controller_cycles = between(0, 30);
  return q;
}

Program RandomStreams::program(const Parameters &parameters, unsigned size) {
  p = parameters;
  result = Program();
  result.parameters = p;
  result.program_address = uint64_t{1} << 30;
  for (auto &argument : result.arguments)
    argument = upTo(1000);
  open.clear();
  body(size * 5, 0);
  emit(HaltInstruction{});
  result.regions.push_back({"data", 0, 1 << 26, RegionKind::Workspace});
  result.regions.push_back(
      {"program", result.program_address, 64 * result.instructions.size(), RegionKind::Program});
  return result;
}

void RandomStreams::emit(const Instruction &instruction) {
  const Result<EncodedInstruction> bits = encode(instruction);
  if (!bits)
    std::abort();
  result.instructions.push_back(*bits);
}

/// Waits of a loop's body take posts of the same iteration, so that any trip count keeps the order.
void RandomStreams::body(unsigned size, unsigned depth) {
  while (size > 0) {
    const unsigned part = static_cast<unsigned>(between(1, size));
    size -= part;
    if (depth < 3 && chance(30)) {
      LoopInstruction loop;
      loop.count = between(1, 4);
      emit(loop);
      std::vector<Posted> outer;
      outer.swap(open);
      body(std::max(1u, part / 3), depth + 1);
      open.swap(outer);
      emit(EndInstruction{});
      continue;
    }
    for (unsigned i = 0; i < part; ++i)
      unitInstruction();
  }
}

void RandomStreams::unitInstruction() {
  if (chance(15)) {
    AddInstruction add;
    add.destination_register = between(1, 8);
    add.source_register = upTo(8);
    add.value = static_cast<int64_t>(upTo(200)) - 50;
    add.modulus = chance(50) ? between(1, 500) : 0;
    return emit(add);
  }
  switch (upTo(6)) {
  case 0:
    return load();
  case 1:
    return fill();
  case 2:
    return matmul();
  case 3:
    return requantize();
  case 4:
    return store();
  case 5:
    return vectorArithmetic();
  default:
    return sync();
  }
}

template <typename Fields> void RandomStreams::synchronize(Fields &fields, Unit unit) {
  const unsigned own = static_cast<unsigned>(unit);
  const auto mine =
      std::find_if(open.begin(), open.end(), [own](const Posted &post) { return post.waiter == own; });
  if (mine != open.end() && chance(60)) {
    fields.wait_0 = mine->semaphore + 1;
    open.erase(mine);
  }
  if (!chance(40) || open.size() > 20)
    return;
  const unsigned waiter = (own + static_cast<unsigned>(between(1, 3))) % 4;
  const unsigned semaphore = (own * 4 + waiter) * kPerPair + static_cast<unsigned>(upTo(kPerPair - 1));
  fields.post_1 = semaphore + 1;
  open.push_back({semaphore, waiter});
}

template <typename Transfer> void RandomStreams::transferLevels(Transfer &t, uint64_t maxRows) {
  t.external_address = (1 << 24) + upTo(1 << 20);
  t.external_register = upTo(8);
  t.count_0 = between(1, maxRows);
  t.count_1 = between(1, 4);
  t.count_2 = between(1, 3);
  t.external_stride_0 =
      chance(50) ? static_cast<int64_t>(64 * upTo(8)) : static_cast<int64_t>(upTo(500)) - 100;
  t.external_stride_1 = static_cast<int64_t>(upTo(5000)) - 1000;
  t.external_stride_2 = static_cast<int64_t>(upTo(5000));
}

/// Long trains of bursts alike: what compilers emit, and what the model computes in closed form.
template <typename Transfer> void RandomStreams::makeUniform(Transfer &t) {
  const uint64_t burst = p.memory_burst_bytes;
  t.external_address -= t.external_address % burst;
  t.external_register = 0;
  t.external_stride_0 = static_cast<int64_t>(burst * upTo(9)) - static_cast<int64_t>(burst);
  t.count_0 = between(1, 60);
  t.count_1 = between(1, 3);
  t.count_2 = 1;
  t.row_bytes = chance(50) ? burst * between(1, 4) : between(1, burst);
}

void RandomStreams::load() {
  LoadInstruction i;
  synchronize(i, Unit::Load);
  i.transpose = chance(30);
  const uint64_t V = p.vectorBytes();
  transferLevels(i, i.transpose ? std::min<uint64_t>(V, 12) : 8);
  i.local_memory = !i.transpose && chance(30);
  i.row_bytes = between(1, i.transpose ? p.memory_burst_bytes : chance(50) ? 40 : 700);
  i.chunk_bytes = i.transpose ? V : between(1, i.local_memory ? p.accumulatorWordBytes() : V);
  if (!i.transpose && chance(50))
    i.chunk_bytes = V;
  if (!i.transpose && chance(40))
    makeUniform(i);
  emit(i);
}

void RandomStreams::fill() {
  FillInstruction i;
  synchronize(i, Unit::Load);
  i.count_0 = between(1, 20);
  i.count_1 = between(1, 3);
  i.count_2 = between(1, 2);
  emit(i);
}

void RandomStreams::matmul() {
  MatmulInstruction i;
  synchronize(i, Unit::Matrix);
  i.transpose_stationary = upTo(1);
  i.last_rows = between(1, p.array_rows);
  i.last_columns = between(1, p.array_columns);
  i.tile_count_0 = between(1, 5);
  i.tile_count_1 = between(1, 2);
  i.tile_count_2 = between(1, 3);
  i.tile_count_3 = between(1, 4);
  i.stream_count_0 = between(1, chance(50) ? 4 : 40);
  i.stream_count_1 = between(1, 2);
  emit(i);
}

void RandomStreams::requantize() {
  RequantizeInstruction i;
  synchronize(i, Unit::Vector);
  i.output_type = upTo(3);
  i.has_bias = upTo(1);
  if (i.output_type != 2) {
    i.per_channel = upTo(1);
    i.channel_axis = upTo(1);
    i.transpose = i.output_type != 3 && chance(50);
  }
  i.shift = 10;
  i.last_columns = between(1, p.array_columns);
  i.count_0 = between(1, 80);
  i.count_1 = between(1, 5);
  emit(i);
}

/// Of an operand or a result in either memory.
uint64_t RandomStreams::laneType(uint64_t memory) {
  const uint64_t accumulatorTypes[] = {2, 4, 5};
  return memory ? accumulatorTypes[upTo(2)] : upTo(4);
}

void RandomStreams::vectorArithmetic() {
  if (chance(10)) {
    TableInstruction i;
    synchronize(i, Unit::Vector);
    i.table_type = upTo(1);
    return emit(i);
  }
  chance(30) ? reduce() : elementwise();
}

void RandomStreams::elementwise() {
  ElementwiseInstruction i;
  synchronize(i, Unit::Vector);
  i.a_memory = upTo(1);
  i.a_type = laneType(i.a_memory);
  i.b_memory = upTo(1);
  i.b_type = laneType(i.b_memory);
  if (chance(30))
    i.b_memory = 0, i.b_type = 7;
  i.output_memory = upTo(1);
  i.output_type = i.output_memory ? 2 : upTo(4);
  i.count_0 = between(1, 20);
  i.count_1 = between(1, 3);
  i.count_2 = between(1, 2);
  emit(i);
}

void RandomStreams::reduce() {
  ReduceInstruction i;
  synchronize(i, Unit::Vector);
  i.a_memory = upTo(1);
  i.a_type = laneType(i.a_memory);
  i.last_columns = between(1, p.array_columns);
  i.count_0 = between(1, 10);
  i.count_1 = between(1, 6);
  emit(i);
}

void RandomStreams::store() {
  StoreInstruction i;
  synchronize(i, Unit::Store);
  transferLevels(i, 8);
  const uint64_t V = p.vectorBytes();
  i.row_bytes = between(1, chance(50) ? 40 : 700);
  i.chunk_bytes = chance(50) ? V : between(1, V);
  if (chance(40))
    makeUniform(i);
  emit(i);
}

void RandomStreams::sync() {
  SyncInstruction i;
  i.unit = upTo(3);
  synchronize(i, static_cast<Unit>(i.unit));
  emit(i);
}

} // namespace lockstep
