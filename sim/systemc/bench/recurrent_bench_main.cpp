// Speed of the SystemC engine on the loop of a recurrent layer whose weights do not fit on chip: in each step
// all weights stream through a ring in the scratchpad, and each tile meets few vectors.
//   lockstep_systemc_bench [hidden [batch [steps ...]]]
#include "sim/systemc/SystemCEngine.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

using namespace lockstep;

namespace {

constexpr uint64_t kWeights = 0x10000, kOutput = uint64_t{1} << 36, kProgram = uint64_t{1} << 40;
constexpr uint64_t kGates = 3, kPasses = 2;
// Semaphores, one each way between neighbours.
enum { kFree = 1, kFull, kSums, kSumsTaken, kState, kStored };
// Registers.
enum { kExternal = 9, kRing, kSumsPlace, kColumn };

/// Weights in chunks of tiles of one column; a ring of chunks in the lower banks, the state (high and low
/// halves of each vector) in the upper ones.
class RecurrentLoop {
public:
  RecurrentLoop(const Parameters &parameters, uint64_t hidden, uint64_t batch, uint64_t steps)
      : p(parameters), tiles(hidden / p.array_rows), vectors(kPasses * batch), steps(steps) {
    for (uint64_t candidate = 1; candidate <= 48; ++candidate)
      if (tiles % candidate == 0)
        chunk = candidate;
    chunk_words = chunk * p.array_rows;
    ring_chunks = p.scratchpadWords() / 2 / chunk_words;
  }

  Program build() {
    program.parameters = p;
    program.program_address = kProgram;
    for (uint64_t i = 0; i < ring_chunks; ++i)
      sync(Unit::Matrix, 0, kFree);
    sync(Unit::Vector, 0, kSumsTaken);
    sync(Unit::Vector, 0, kSumsTaken);
    loop(steps);
    set(kExternal, 0);
    set(kColumn, 0);
    loop(kGates * tiles);
    column();
    add(kSumsPlace, 1 * vectors, 2 * vectors);
    add(kColumn, 1, tiles);
    emit(EndInstruction{});
    newState();
    emit(EndInstruction{});
    emit(HaltInstruction{});
    const uint64_t weightBytes = kGates * tiles * tiles * p.array_rows * p.array_columns;
    program.regions = {{"weights", kWeights, weightBytes, RegionKind::Constant},
                       {"output", kOutput, 1 << 20, RegionKind::Output},
                       {"program", kProgram, 64 * program.instructions.size(), RegionKind::Program}};
    return program;
  }

private:
  void emit(const Instruction &instruction) {
    const Result<EncodedInstruction> bits = encode(instruction);
    if (!bits) {
      std::fprintf(stderr, "%s\n", bits.error().message.c_str());
      std::exit(1);
    }
    program.instructions.push_back(*bits);
  }
  void sync(Unit unit, uint64_t wait, uint64_t post) {
    SyncInstruction sync;
    sync.unit = static_cast<uint64_t>(unit);
    sync.wait_0 = wait;
    sync.post_0 = post;
    emit(sync);
  }
  void loop(uint64_t count) {
    LoopInstruction loop;
    loop.count = count;
    emit(loop);
  }
  void set(uint64_t destination, uint64_t value) {
    SetInstruction set;
    set.destination_register = destination;
    set.value = value;
    emit(set);
  }
  void add(uint64_t destination, uint64_t value, uint64_t modulus = 0) {
    AddInstruction add;
    add.destination_register = add.source_register = destination;
    add.value = static_cast<int64_t>(value);
    add.modulus = modulus;
    emit(add);
  }

  /// All chunks of one column of tiles, then its sums to the scratchpad.
  void column() {
    for (uint64_t first = 0; first < tiles; first += chunk) {
      loadChunk();
      multiplyChunk(first);
      add(kExternal, chunk_words * p.vectorBytes());
      add(kRing, chunk_words, ring_chunks * chunk_words);
    }
    ElementwiseInstruction e;
    e.wait_0 = kSums;
    e.post_0 = kSumsTaken;
    e.a_memory = 1;
    e.a_type = 5; // wide
    e.b_type = 7;
    e.output_type = 3;
    e.a_register = kSumsPlace;
    e.output_address = stateWord() + 2 * vectors * tiles;
    e.output_register = kColumn;
    e.multiplier = 1 << 20;
    e.shift = 30;
    e.clamp_minimum = INT16_MIN;
    e.clamp_maximum = INT16_MAX;
    e.count_0 = vectors / kPasses;
    e.count_1 = e.count_2 = 1;
    e.a_stride_0 = 2;
    e.output_stride_0 = 2;
    emit(e);
  }
  void loadChunk() {
    LoadInstruction load;
    load.wait_0 = kFree;
    load.post_0 = kFull;
    load.external_address = kWeights;
    load.external_register = kExternal;
    load.local_register = kRing;
    load.row_bytes = chunk_words * p.vectorBytes();
    load.chunk_bytes = p.vectorBytes();
    load.chunk_stride = load.count_0 = load.count_1 = load.count_2 = 1;
    emit(load);
  }
  void multiplyChunk(uint64_t first) {
    MatmulInstruction m;
    m.wait_0 = kFull;
    m.post_0 = kFree;
    if (first == 0)
      m.wait_1 = kSumsTaken;
    if (first + chunk == tiles)
      m.post_1 = kSums;
    m.accumulate = first != 0;
    m.stationary_register = kRing;
    m.stationary_stride = p.array_rows;
    m.streamed_address = stateWord() + first * vectors;
    m.accumulator_register = kSumsPlace;
    m.last_rows = p.array_rows;
    m.last_columns = p.array_columns;
    m.tile_count_0 = chunk;
    m.tile_streamed_stride_0 = vectors;
    m.tile_count_1 = m.tile_count_2 = m.tile_count_3 = m.stream_count_1 = 1;
    m.stream_count_0 = vectors;
    m.stream_streamed_stride_0 = m.stream_accumulator_stride_0 = 1;
    emit(m);
  }
  /// Something like the end of a step: the state changes, and a row of it is stored.
  void newState() {
    ElementwiseInstruction e;
    e.post_0 = kStored;
    e.a_type = 3;
    e.b_type = 7;
    e.immediate = 3;
    e.operation = 2;
    e.output_type = 4;
    e.a_address = stateWord() + 2 * vectors * tiles;
    e.output_address = stateWord();
    e.clamp_minimum = INT16_MIN;
    e.clamp_maximum = INT16_MAX;
    e.count_0 = tiles / 2;
    e.count_1 = e.count_2 = 1;
    e.a_stride_0 = e.output_stride_0 = 2;
    emit(e);
    StoreInstruction store;
    store.wait_0 = kStored;
    store.external_address = kOutput;
    store.local_address = stateWord();
    store.row_bytes = tiles * p.vectorBytes();
    store.chunk_bytes = p.vectorBytes();
    store.chunk_stride = store.count_0 = store.count_1 = store.count_2 = 1;
    emit(store);
  }
  uint64_t stateWord() const { return p.scratchpadWords() / 2; }

  Parameters p;
  uint64_t tiles, vectors, steps;
  uint64_t chunk = 1, chunk_words = 0, ring_chunks = 0;
  Program program;
};

void fillWeights(ExternalMemory &memory, uint64_t size) {
  uint8_t *bytes = memory.find(kWeights, size);
  uint64_t state = 1;
  for (uint64_t i = 0; i < size; ++i)
    bytes[i] = static_cast<uint8_t>((state = state * 6364136223846793005u + 1442695040888963407u) >> 56);
}

/// Of this process: a busy computer does not count.
double cpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void measure(const Parameters &parameters, uint64_t hidden, uint64_t batch, uint64_t steps, bool values) {
  const Program program = RecurrentLoop(parameters, hidden, batch, steps).build();
  Result<ExternalMemory> memory = buildMemory(program);
  fillWeights(*memory, program.regions[0].size_bytes);
  RunOptions options;
  options.values = values;
  const auto engine = makeSystemCEngine(parameters);
  const double begin = cpuSeconds();
  const Result<RunResult> run = engine->run(program, *memory, options);
  const double seconds = cpuSeconds() - begin;
  if (!run) {
    std::fprintf(stderr, "%s\n", run.error().message.c_str());
    std::exit(1);
  }
  const double perStep = seconds / static_cast<double>(steps);
  std::printf("%6s %7llu %6llu %7llu %12llu %10.3f %10.3f %10.0f %10.2f\n", values ? "yes" : "no",
              static_cast<unsigned long long>(hidden), static_cast<unsigned long long>(batch),
              static_cast<unsigned long long>(steps), static_cast<unsigned long long>(run->total_cycles),
              seconds, 1e3 * perStep, 1e9 * seconds / static_cast<double>(run->instructions),
              1e-9 * static_cast<double>(run->read_bytes) / seconds);
  std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv) {
  const auto argument = [&](int i, uint64_t otherwise) {
    return i < argc ? std::strtoull(argv[i], nullptr, 10) : otherwise;
  };
  const uint64_t hidden = argument(1, 2816), batch = argument(2, 1);
  std::vector<uint64_t> steps;
  for (int i = 3; i < argc; ++i)
    steps.push_back(argument(i, 1));
  if (steps.empty())
    steps = {1, 10, 100};
  std::printf("%6s %7s %6s %7s %12s %10s %10s %10s %10s\n", "values", "hidden", "batch", "steps", "cycles",
              "seconds", "ms/step", "ns/instr", "GB/s");
  for (bool values : {true, false})
    for (uint64_t count : steps)
      measure(Parameters(), hidden, batch, count, values);
}
