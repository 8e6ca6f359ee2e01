#include "compiler/gemm/LayerChain.h"

#include "hw/isa/Fields.h"

#include <algorithm>
#include <string_view>
#include <type_traits>

namespace lockstep {
namespace {

bool startsWith(std::string_view name, std::string_view prefix) {
  return name.substr(0, prefix.size()) == prefix;
}

/// Calls visit(name, kind, value) for the register and semaphore fields. The value is an lvalue of type
/// uint64_t.
template <typename Visit> void forEachReference(Instruction &instruction, Visit &&visit) {
  auto choose = [&](const char *name, unsigned, FieldKind kind, auto &value) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, uint64_t>)
      if (kind == FieldKind::Register || kind == FieldKind::Semaphore)
        visit(name, kind, value);
  };
  std::visit([&](auto &fields) { forEachField(fields, choose); }, instruction);
}

/// A semaphore field that is empty, among those whose name begins with the prefix; null if there is none.
uint64_t *freeField(Instruction &instruction, std::string_view prefix) {
  uint64_t *found = nullptr;
  forEachReference(instruction, [&](const char *name, FieldKind kind, uint64_t &value) {
    if (kind == FieldKind::Semaphore && value == 0 && startsWith(name, prefix) && !found)
      found = &value;
  });
  return found;
}

int depthStep(const Instruction &instruction) {
  return std::holds_alternative<LoopInstruction>(instruction)  ? 1
         : std::holds_alternative<EndInstruction>(instruction) ? -1
                                                               : 0;
}

/// Registers that a layer reads (or adds to) before it sets them.
std::array<bool, kNumRegisters> registersRead(const std::vector<Instruction> &layer) {
  std::array<bool, kNumRegisters> read{}, set{};
  for (Instruction instruction : layer)
    forEachReference(instruction, [&](const char *name, FieldKind kind, uint64_t &value) {
      if (kind != FieldKind::Register)
        return;
      if (!startsWith(name, "destination_"))
        read[value] = read[value] || !set[value];
      else if (std::holds_alternative<SetInstruction>(instruction))
        set[value] = true;
    });
  return read;
}

/// Whether the layer's vector unit does more than requantize what the matrix unit made: it may have work that
/// waits for no load.
bool vectorBeginsAlone(const std::vector<Instruction> &layer) {
  return std::any_of(layer.begin(), layer.end(), [](const Instruction &instruction) {
    return unitOf(instruction) == Unit::Vector &&
           !std::holds_alternative<RequantizeInstruction>(instruction) &&
           !std::holds_alternative<SyncInstruction>(instruction);
  });
}

Error tooMany() {
  return {ErrorKind::Usage, "The layers of a program need more than the machine's 64 semaphores together."};
}

} // namespace

Result<LayerChain::Span> LayerChain::append(std::vector<Instruction> layer) {
  if (Status s = renameSemaphores(layer); !s)
    return s.error();
  spans.push_back({list.size(), 0});
  if (machine)
    beginEarly(layer);
  if (spans.size() > 1) {
    if (Status s = connect(layer); !s)
      return s.error();
    clearRegisters(layer);
  }
  for (Instruction &instruction : layer)
    forEachReference(instruction, [&](const char *name, FieldKind kind, uint64_t &value) {
      if (kind == FieldKind::Register && startsWith(name, "destination_"))
        written[value] = true;
    });
  list.insert(list.end(), layer.begin(), layer.end());
  spans.back().count = list.size() - spans.back().first;
  return spans.back();
}

/// Disjoint banks let the load unit write for this layer while other units still work for the one before
/// (race_c2).
void LayerChain::beginEarly(std::vector<Instruction> &layer) {
  std::optional<BankUse> use = banksUsed(layer, *machine);
  std::array<bool, 2> apart = {false, false};
  const std::array<int64_t, 2> banks = {machine->scratchpad_banks, machine->accumulator_banks};
  const std::array<int64_t, 2> bankWords = {machine->scratchpadBankWords(), machine->accumulatorBankWords()};
  for (unsigned memory = 0; use && before && memory < 2; ++memory) {
    BankRange &range = (*use)[memory];
    const BankRange upper = {banks[memory] - range.end, banks[memory]};
    if (range.meets((*before)[memory]) && !upper.meets((*before)[memory])) {
      moveWords(layer, memory, upper.first * bankWords[memory]);
      range = upper;
    }
    apart[memory] = !range.meets((*before)[memory]);
  }
  before = use;
  apart_from_stores = apart[0];
  if (spans.size() < 2 || (!apart[0] && !apart[1]))
    return;
  const std::vector<Instruction> early =
      takeConstantLoads(layer, constants_begin, constants_end, apart, earlyBytes(), *machine);
  if (early.empty())
    return;
  const uint64_t place = behindLastWork();
  list.insert(list.begin() + static_cast<long>(place), early.begin(), early.end());
  Span &last = spans[spans.size() - 2];
  last.count = place - last.first;
  spans.back().first = place;
}

/// What the read port delivers in about the time from a layer's last load to the first load behind its last
/// store.
uint64_t LayerChain::earlyBytes() const {
  return static_cast<uint64_t>((2 * machine->memory_latency_cycles + 100) *
                               machine->memory_read_bytes_per_cycle);
}

/// Position behind the last layer's last load, matmul, requantize or store: in front of the syncs, alone or
/// in loops of their own, that bring its semaphores to zero.
uint64_t LayerChain::behindLastWork() const {
  uint64_t at = list.size();
  const auto isSync = [&](uint64_t index) { return std::holds_alternative<SyncInstruction>(list[index]); };
  for (;;) {
    if (at > 0 && isSync(at - 1))
      at -= 1;
    else if (at > 2 && std::holds_alternative<EndInstruction>(list[at - 1]) && isSync(at - 2) &&
             std::holds_alternative<LoopInstruction>(list[at - 3]))
      at -= 3;
    else
      return at;
  }
}

std::vector<Instruction> LayerChain::finish() {
  list.push_back(HaltInstruction{});
  return std::move(list);
}

/// A semaphore of the layer becomes the n-th of its pair of units.
Status LayerChain::renameSemaphores(std::vector<Instruction> &layer) {
  std::array<Pair, kNumSemaphores + 1> pairs{};
  std::array<bool, kNumSemaphores + 1> named{};
  for (Instruction &instruction : layer)
    forEachReference(instruction, [&](const char *name, FieldKind kind, uint64_t &value) {
      if (kind != FieldKind::Semaphore || value == 0)
        return;
      named[value] = true;
      (startsWith(name, "post_") ? pairs[value].first : pairs[value].second) = unitOf(instruction);
    });
  std::array<uint64_t, kNumSemaphores + 1> renamed{};
  std::map<Pair, size_t> numbers;
  for (uint64_t field = 1; field <= kNumSemaphores; ++field)
    if (named[field] && (renamed[field] = semaphoreOf(pairs[field], numbers[pairs[field]]++)) == 0)
      return tooMany();
  for (Instruction &instruction : layer)
    forEachReference(instruction, [&](const char *, FieldKind kind, uint64_t &value) {
      if (kind == FieldKind::Semaphore)
        value = renamed[value];
    });
  return {};
}

/// Field of the pair's semaphore of that number, a new one if need be; 0 if there are no more.
uint64_t LayerChain::semaphoreOf(Pair pair, size_t number) {
  std::vector<uint64_t> &mine = semaphores[pair];
  if (number < mine.size())
    return mine[number];
  if (used == kNumSemaphores)
    return 0;
  mine.push_back(++used);
  return mine.back();
}

/// The store unit posts behind its last store; the layer's first load takes it. Everything else in a layer
/// waits for its loads, but for a vector unit that does more than requantize products.
Status LayerChain::connect(std::vector<Instruction> &layer) {
  if (!apart_from_stores && vectorBeginsAlone(layer)) {
    if (Status s = postAfterStores(vector_barrier); !s)
      return s;
    SyncInstruction sync;
    sync.unit = static_cast<uint64_t>(Unit::Vector);
    sync.wait_0 = vector_barrier;
    layer.insert(layer.begin(), sync);
  }
  if (Status s = postAfterStores(barrier); !s)
    return s;
  int depth = 0;
  for (Instruction &instruction : layer) {
    depth += depthStep(instruction);
    if (unitOf(instruction) != Unit::Load)
      continue;
    uint64_t *field = depth == 0 ? freeField(instruction, "wait_") : nullptr;
    if (field) {
      *field = barrier;
      return {};
    }
    break;
  }
  SyncInstruction sync;
  sync.unit = static_cast<uint64_t>(Unit::Load);
  sync.wait_0 = barrier;
  layer.insert(layer.begin(), sync);
  return {};
}

/// Posts the semaphore, a new one if it is none yet, behind the last store of all: with the store itself if
/// it stands outside of loops and has a place for the post.
Status LayerChain::postAfterStores(uint64_t &semaphore) {
  if (semaphore == 0 && used == kNumSemaphores)
    return tooMany();
  if (semaphore == 0)
    semaphore = ++used;
  int depth = 0;
  for (auto at = list.rbegin(); at != list.rend(); ++at) {
    depth -= depthStep(*at);
    if (unitOf(*at) != Unit::Store)
      continue;
    uint64_t *field = depth == 0 ? freeField(*at, "post_") : nullptr;
    if (field) {
      *field = semaphore;
      return {};
    }
    break;
  }
  SyncInstruction sync;
  sync.unit = static_cast<uint64_t>(Unit::Store);
  sync.post_0 = semaphore;
  list.push_back(sync);
  return {};
}

void LayerChain::clearRegisters(const std::vector<Instruction> &layer) {
  const std::array<bool, kNumRegisters> read = registersRead(layer);
  for (uint64_t number = 1; number < kNumRegisters; ++number)
    if (read[number] && written[number]) {
      SetInstruction set;
      set.destination_register = number;
      list.push_back(set);
    }
}

} // namespace lockstep
