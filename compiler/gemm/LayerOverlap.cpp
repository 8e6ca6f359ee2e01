#include "compiler/gemm/LayerOverlap.h"

#include "hw/check/Footprint.h"
#include "hw/golden/Walker.h"
#include "hw/numbers/Numbers.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr uint64_t kMaxWalked = 100000; // instructions; longer layers gain little from an early begin

std::optional<std::vector<DecodedInstruction>> decoded(const std::vector<Instruction> &layer) {
  Program program;
  for (const Instruction &instruction : layer) {
    const Result<EncodedInstruction> bits = encode(instruction);
    if (!bits)
      return {};
    program.instructions.push_back(*bits);
  }
  program.instructions.push_back(*encode(HaltInstruction{}));
  Result<std::vector<DecodedInstruction>> list = decodeProgram(program);
  return list ? std::optional(std::move(*list)) : std::nullopt;
}

bool hasRegister(const LoadInstruction &load) {
  return load.external_register != 0 || load.local_register != 0;
}
bool waits(const Instruction &instruction) { return waitsOf(instruction).count > 0; }

bool liesIn(const Footprint &footprint, uint64_t begin, uint64_t end) {
  return std::any_of(footprint.begin(), footprint.end(), [&](const Access &access) {
    return access.space == Space::External && access.low >= Wide{begin} && access.high < Wide{end};
  });
}

/// Semaphores, one bit each.
uint64_t postedBy(const Instruction &instruction) {
  uint64_t set = 0;
  const SemaphoreList posts = postsOf(instruction);
  for (unsigned i = 0; i < posts.count; ++i)
    set |= uint64_t{1} << posts.ids[i];
  return set;
}

bool meetsOnChip(const Footprint &a, const Footprint &b) {
  for (const Access &x : a)
    for (const Access &y : b)
      if (x.space == y.space && x.space != Space::External && x.low <= y.high && y.low <= x.high)
        return true;
  return false;
}

uint64_t bytesOf(const LoadInstruction &load) {
  return load.row_bytes * load.count_0 * load.count_1 * load.count_2;
}

/// Adds to the addresses of one of the on-chip memories.
struct WordMover {
  unsigned memory; // 0 scratchpad, 1 accumulator
  uint64_t by;

  void moveIn(uint64_t whose, uint64_t &address) const {
    if (whose == memory)
      address += by;
  }
  template <typename Other> void move(Other &) const {} // without on-chip addresses
  void move(LoadInstruction &i) const { moveIn(i.local_memory, i.local_address); }
  void move(FillInstruction &i) const { moveIn(i.local_memory, i.local_address); }
  void move(StoreInstruction &i) const { moveIn(0, i.local_address); }
  void move(TableInstruction &i) const { moveIn(0, i.local_address); }
  void move(MatmulInstruction &i) const {
    moveIn(0, i.stationary_address);
    moveIn(0, i.streamed_address);
    moveIn(1, i.accumulator_address);
  }
  void move(RequantizeInstruction &i) const {
    moveIn(0, i.local_address);
    moveIn(1, i.accumulator_address);
    if (i.has_bias || i.per_channel)
      moveIn(1, i.parameter_address);
  }
  void move(ElementwiseInstruction &i) const {
    moveIn(i.a_memory, i.a_address);
    if (i.b_type != static_cast<uint64_t>(LaneType::Immediate))
      moveIn(i.b_memory, i.b_address);
    moveIn(i.output_memory, i.output_address);
  }
  void move(ReduceInstruction &i) const {
    moveIn(i.a_memory, i.a_address);
    moveIn(1, i.output_address);
  }
};

} // namespace

std::optional<BankUse> banksUsed(const std::vector<Instruction> &layer, const Parameters &machine) {
  const auto program = decoded(layer);
  if (!program)
    return {};
  Walker walker(*program, {}, kMaxWalked);
  const std::array<int64_t, 2> bankWords = {machine.scratchpadBankWords(), machine.accumulatorBankWords()};
  BankUse use;
  for (;;) {
    const Result<const ResolvedInstruction *> item = walker.next();
    if (!item)
      return {};
    if (*item == nullptr)
      return use;
    for (const Access &access : footprintOf(*(*item)->instruction, machine)) {
      if (access.space == Space::External)
        continue;
      const auto memory = static_cast<size_t>(access.space);
      use[memory].end = std::max(use[memory].end, static_cast<int64_t>(access.high) / bankWords[memory] + 1);
    }
  }
}

void moveWords(std::vector<Instruction> &layer, unsigned memory, int64_t words) {
  for (Instruction &instruction : layer)
    std::visit(
        [mover = WordMover{memory, static_cast<uint64_t>(words)}](auto &fields) { mover.move(fields); },
        instruction);
}

std::vector<Instruction> takeConstantLoads(std::vector<Instruction> &layer, uint64_t begin, uint64_t end,
                                           std::array<bool, 2> allowed, uint64_t maxBytes,
                                           const Parameters &machine) {
  std::vector<Instruction> taken, rest;
  std::vector<Footprint> passed; // of loads and fills that stay
  uint64_t posted = 0;           // semaphores that those post: a later post must not overtake theirs
  bool unposted = false;         // one of those is told by a later load's post
  size_t at = 0;
  for (; at < layer.size() && !std::holds_alternative<LoopInstruction>(layer[at]); ++at) {
    const Instruction &instruction = layer[at];
    if (unitOf(instruction) != Unit::Load) {
      rest.push_back(instruction);
      continue;
    }
    const auto *load = std::get_if<LoadInstruction>(&instruction);
    if (waits(instruction) || (load && hasRegister(*load)))
      break; // what comes behind may depend on it
    const Footprint footprint = footprintOf(instruction, machine);
    const bool isConstant = load && liesIn(footprint, begin, end);
    const bool fits = isConstant && allowed[load->local_memory] && bytesOf(*load) <= maxBytes &&
                      (postedBy(instruction) & posted) == 0 && !(unposted && postedBy(instruction) != 0) &&
                      std::none_of(passed.begin(), passed.end(),
                                   [&](const Footprint &other) { return meetsOnChip(footprint, other); });
    if (!fits) {
      if (isConstant) // what follows may post for this one too
        allowed[load->local_memory] = false;
      const uint64_t posts = postedBy(instruction);
      posted |= posts ? posts : UINT64_MAX; // without a post: whatever comes next may post for this one too
      passed.push_back(footprint);
      rest.push_back(instruction);
      continue;
    }
    maxBytes -= bytesOf(*load);
    taken.push_back(instruction);
  }
  rest.insert(rest.end(), layer.begin() + static_cast<long>(at), layer.end());
  layer = std::move(rest);
  return taken;
}

} // namespace lockstep
