#include "hw/numbers/Numbers.h"
#include "tests/support/RandomPlacement.h"

#include <algorithm>
#include <cstdlib>

namespace lockstep {
RandomInstructions::RandomInstructions(const Parameters &parameters, const std::vector<Region> &regions,
                                       Random &random)
    : parameters(parameters), regions(regions), random(random),
      homePercent(static_cast<unsigned>(random.pick({0, 60, 85, 97}))),
      firstStationaryBank(random.range(1, parameters.scratchpad_banks - 1)) {}

Instruction RandomInstructions::any(const std::vector<LiveRegister> &live) {
  switch (random.below(23)) {
  case 0:
    return fill(live);
  case 1: {
    SyncInstruction sync;
    sync.unit = random.below(kNumQueuedUnits);
    return sync;
  }
  case 2:
  case 3:
  case 4:
  case 5:
    return load(live);
  case 6:
  case 7:
  case 8:
  case 9:
    return matmul(live);
  case 10:
  case 11:
  case 12:
    return requantize(live);
  case 16:
  case 17:
  case 18:
  case 19:
  case 20:
    return elementwise(live);
  case 21:
    return reduce(live);
  case 22:
    return table(live);
  default:
    return store(live);
  }
}

// ---- values ----

/// Mostly small, of either sign, often 0 or 1.
int64_t RandomInstructions::stride(int64_t most) {
  if (most <= 1 || random.chance(25))
    return random.range(0, 1);
  return random.range(-most, most);
}

uint64_t RandomInstructions::count(uint64_t most) { return random.chance(30) ? 1 : 1 + random.below(most); }

int64_t RandomInstructions::zeroPoint(uint64_t type) {
  const auto elementType = static_cast<ElementType>(type);
  const int64_t low = elementMinimum(elementType), high = elementMaximum(elementType);
  return random.chance(30)   ? 0
         : random.chance(30) ? (random.chance(50) ? low : high)
                             : random.range(low, high);
}

// ---- places ----

/// A quarter of the banks of a window, another one for each unit; now and then all of it.
RandomInstructions::Window RandomInstructions::home(const Window &whole, int64_t bankWords, Unit unit) {
  if (!random.chance(homePercent))
    return whole;
  const uint64_t banks = whole.size / static_cast<uint64_t>(bankWords),
                 width = std::max<uint64_t>(banks / 4, 1);
  const uint64_t first = std::min(static_cast<uint64_t>(unit) * banks / kNumQueuedUnits, banks - width);
  Window window = whole;
  window.low += first * static_cast<uint64_t>(bankWords);
  window.size = width * static_cast<uint64_t>(bankWords);
  return window;
}

RandomInstructions::Window RandomInstructions::scratchpad(Unit unit) {
  return home(wholeScratchpad(), parameters.scratchpadBankWords(), unit);
}

RandomInstructions::Window RandomInstructions::wholeScratchpad() const {
  return {0, static_cast<uint64_t>(parameters.scratchpadWords()), 1, 24};
}

RandomInstructions::Window RandomInstructions::streamedBanks() {
  const int64_t words = parameters.scratchpadBankWords();
  return home({0, static_cast<uint64_t>(firstStationaryBank * words), 1, 24}, words, Unit::Matrix);
}

RandomInstructions::Window RandomInstructions::stationaryBanks() {
  const auto low = static_cast<uint64_t>(firstStationaryBank * parameters.scratchpadBankWords());
  const Window all = {low, static_cast<uint64_t>(parameters.scratchpadWords()) - low,
                      static_cast<uint64_t>(parameters.weightWordsPerCycle()), 24};
  return home(all, parameters.scratchpadBankWords(), Unit::Matrix);
}

RandomInstructions::Window RandomInstructions::accumulator(Unit unit, unsigned addressBits) {
  const Window all = {0, static_cast<uint64_t>(parameters.accumulatorWords()), 1, addressBits};
  return home(all, parameters.accumulatorBankWords(), unit);
}

RandomInstructions::Window RandomInstructions::external(bool writable) {
  while (true) {
    const Region &region = random.pickFrom(regions);
    // Loads come from inputs mostly; from what a store may write now and then, which the races make serial.
    const bool wanted = writable ? region.writable() : region.kind == RegionKind::Input || random.chance(15);
    if (wanted)
      return {region.address, region.size_bytes, 1, 64};
  }
}

/// Draws an address, and perhaps a register, such that the span stays in the window. False if it cannot.
bool RandomInstructions::place(uint64_t &address, uint64_t &addressRegister, Span span, const Window &window,
                               const std::vector<LiveRegister> &live) {
  const LiveRegister *chosen = live.empty() || random.chance(40) ? nullptr : &random.pickFrom(live);
  if (chosen && chosen->constant && window.alignment > 1)
    chosen = nullptr;
  if (chosen && !chosen->constant && chosen->step % static_cast<int64_t>(window.alignment) != 0)
    chosen = nullptr;
  return placeAt(address, addressRegister, span, window, chosen) ||
         placeAt(address, addressRegister, span, window, nullptr);
}

bool RandomInstructions::placeAt(uint64_t &address, uint64_t &addressRegister, Span span,
                                 const Window &window, const LiveRegister *chosen) {
  if (chosen && !chosen->constant) {
    span.low += chosen->low;
    span.high += chosen->high;
  }
  const int64_t room = static_cast<int64_t>(window.size) - 1 - (span.high - span.low);
  if (room < 0)
    return false;
  // Aligned offsets of the address from the window's begin: -span.low to -span.low + room.
  const auto alignment = static_cast<int64_t>(window.alignment);
  const int64_t first = (-span.low + alignment - 1) / alignment, last = (-span.low + room) / alignment;
  if (first > last || -span.low < 0)
    return false;
  address = window.low + static_cast<uint64_t>(random.range(first, last) * alignment);
  addressRegister = chosen ? chosen->number : 0;
  if (chosen && chosen->constant)
    address = (address - chosen->value) & fieldMaximum(FieldKind::Unsigned, window.bits);
  return true;
}

// ---- load, fill, store ----

LoadInstruction RandomInstructions::drawLoad(uint64_t most, bool large) {
  LoadInstruction load;
  const int64_t reach = std::min<int64_t>(static_cast<int64_t>(most), 5);
  load.local_memory = random.chance(30);
  load.transpose = !load.local_memory && !large && random.chance(35);
  const int64_t word = load.local_memory ? parameters.accumulatorWordBytes() : parameters.vectorBytes();
  load.fill = random.below(256);
  load.count_0 = count(large ? 24 : most), load.count_1 = count(std::min<uint64_t>(most, 3));
  load.count_2 = count(std::min<uint64_t>(most, 2));
  load.chunk_bytes = static_cast<uint64_t>(random.chance(50) ? word : random.range(1, word));
  load.row_bytes = random.chance(50) ? load.chunk_bytes : count(std::min<uint64_t>(most * 20, 300));
  if (load.row_bytes > 16 * load.chunk_bytes)
    load.row_bytes = 16 * load.chunk_bytes;
  if (load.transpose) {
    load.chunk_bytes = static_cast<uint64_t>(parameters.vectorBytes());
    load.count_0 = count(std::min(most, load.chunk_bytes));
    const uint64_t bytes = most * (random.chance(25) ? 16 : 4);
    load.row_bytes = count(std::min(bytes, static_cast<uint64_t>(parameters.memory_burst_bytes)));
  }
  load.chunk_stride = stride(reach);
  load.local_stride_0 = large ? 1 : stride(reach), load.local_stride_1 = stride(2 * reach);
  load.local_stride_2 = stride(3 * reach);
  load.external_stride_0 = stride(random.chance(20) ? 3000 : 20 * reach);
  load.external_stride_1 = stride(100 * reach), load.external_stride_2 = stride(100 * reach);
  return load;
}

Instruction RandomInstructions::load(const std::vector<LiveRegister> &live, bool large) {
  return drawUntilPlaced(
      8, [&](uint64_t most) { return drawLoad(most, large && most > 1); },
      [&](LoadInstruction &load) {
        const Footprint spans = spansOf(load, parameters);
        return place(load.external_address, load.external_register,
                     {lowOf(spans.accesses[0]), highOf(spans.accesses[0])}, external(false), live) &&
               place(load.local_address, load.local_register,
                     {lowOf(spans.accesses[1]), highOf(spans.accesses[1])},
                     load.local_memory ? accumulator(Unit::Load, 24) : scratchpad(Unit::Load), live);
      });
}

Instruction RandomInstructions::fill(const std::vector<LiveRegister> &live) {
  return drawUntilPlaced(
      8,
      [&](uint64_t most) {
        FillInstruction fill;
        fill.local_memory = random.chance(40);
        fill.fill = random.below(256);
        fill.count_0 = count(most), fill.count_1 = count(most), fill.count_2 = count(2);
        const auto reach = static_cast<int64_t>(most);
        fill.local_stride_0 = stride(reach), fill.local_stride_1 = stride(reach),
        fill.local_stride_2 = stride(reach);
        return fill;
      },
      [&](FillInstruction &fill) {
        const Access span = spansOf(fill, parameters).accesses[0];
        return place(fill.local_address, fill.local_register, {lowOf(span), highOf(span)},
                     fill.local_memory ? accumulator(Unit::Load, 24) : scratchpad(Unit::Load), live);
      });
}

StoreInstruction RandomInstructions::drawStore(uint64_t most) {
  StoreInstruction store;
  const int64_t reach = std::min<int64_t>(static_cast<int64_t>(most), 5);
  store.count_0 = count(most), store.count_1 = count(std::min<uint64_t>(most, 3));
  store.count_2 = count(std::min<uint64_t>(most, 2));
  const int64_t word = parameters.vectorBytes();
  store.chunk_bytes = static_cast<uint64_t>(random.chance(50) ? word : random.range(1, word));
  store.row_bytes = random.chance(50) ? store.chunk_bytes : count(std::min<uint64_t>(most * 20, 300));
  if (store.row_bytes > 16 * store.chunk_bytes)
    store.row_bytes = 16 * store.chunk_bytes;
  store.chunk_stride = stride(reach), store.local_stride_0 = stride(reach);
  store.local_stride_1 = stride(2 * reach), store.local_stride_2 = stride(3 * reach);
  store.external_stride_0 = stride(random.chance(20) ? 1500 : 20 * reach);
  store.external_stride_1 = stride(50 * reach), store.external_stride_2 = stride(50 * reach);
  return store;
}

Instruction RandomInstructions::store(const std::vector<LiveRegister> &live) {
  return drawUntilPlaced(
      8, [&](uint64_t most) { return drawStore(most); },
      [&](StoreInstruction &store) {
        const Footprint spans = spansOf(store, parameters);
        return place(store.local_address, store.local_register,
                     {lowOf(spans.accesses[0]), highOf(spans.accesses[0])}, scratchpad(Unit::Store), live) &&
               place(store.external_address, store.external_register,
                     {lowOf(spans.accesses[1]), highOf(spans.accesses[1])}, external(true), live);
      });
}

// ---- matmul ----

MatmulInstruction RandomInstructions::drawMatmul(uint64_t most) {
  MatmulInstruction m;
  const int64_t reach = std::min<int64_t>(static_cast<int64_t>(most), 6);
  m.streamed_type = random.below(2), m.stationary_type = random.below(2);
  m.streamed_zero_point = zeroPoint(m.streamed_type), m.stationary_zero_point = zeroPoint(m.stationary_type);
  m.transpose_stationary = random.below(2), m.accumulate = random.chance(30);
  const auto tileWords =
      static_cast<uint64_t>(random.chance(50) ? parameters.array_rows : random.range(0, 12));
  const auto step = static_cast<uint64_t>(parameters.weightWordsPerCycle());
  m.stationary_stride = (tileWords + step - 1) / step * step;
  m.last_rows = static_cast<uint64_t>(random.range(1, parameters.array_rows));
  m.last_columns = static_cast<uint64_t>(random.range(1, parameters.array_columns));
  const uint64_t tiles = std::min<uint64_t>(most, 3);
  m.tile_count_0 = count(tiles), m.tile_count_1 = random.chance(30) ? count(tiles) : 1;
  m.tile_count_2 = random.chance(30) ? count(tiles) : 1, m.tile_count_3 = count(tiles);
  m.stream_count_0 = count(std::min<uint64_t>(3 * most, 24)), m.stream_count_1 = count(tiles);
  const uint64_t visits =
      m.tile_count_0 * m.tile_count_1 * m.tile_count_2 * m.tile_count_3 * m.stream_count_1;
  m.stream_count_0 =
      std::min(m.stream_count_0, 1 + 300 / visits); // keeps an instruction under a thousand cycles
  m.tile_streamed_stride_0 = stride(reach), m.tile_streamed_stride_1 = stride(reach);
  m.tile_streamed_stride_2 = stride(reach), m.tile_streamed_stride_3 = stride(reach);
  m.tile_accumulator_stride_0 = random.chance(50) ? 0 : stride(reach);
  m.tile_accumulator_stride_1 = random.chance(50) ? 0 : stride(reach);
  m.tile_accumulator_stride_2 = random.chance(50) ? 0 : stride(reach);
  m.tile_accumulator_stride_3 = stride(reach);
  m.stream_streamed_stride_0 = stride(2), m.stream_streamed_stride_1 = stride(reach);
  m.stream_accumulator_stride_0 = stride(random.chance(80) ? 1 : 3),
  m.stream_accumulator_stride_1 = stride(reach);
  return m;
}

Instruction RandomInstructions::matmul(const std::vector<LiveRegister> &live) {
  return drawUntilPlaced(
      8, [&](uint64_t most) { return drawMatmul(most); },
      [&](MatmulInstruction &m) {
        const Footprint spans = spansOf(m, parameters);
        const Access *a = spans.begin();
        return place(m.stationary_address, m.stationary_register, {lowOf(a[0]), highOf(a[0])},
                     stationaryBanks(), live) &&
               place(m.streamed_address, m.streamed_register, {lowOf(a[1]), highOf(a[1])}, streamedBanks(),
                     live) &&
               place(m.accumulator_address, m.accumulator_register, {lowOf(a[2]), highOf(a[2])},
                     accumulator(Unit::Matrix, 20), live);
      });
}

} // namespace lockstep
