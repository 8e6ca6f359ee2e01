#include "compiler/gemm/CodeBuilder.h"

#include <algorithm>
#include <array>

namespace lockstep {

CodeBuilder::Pointer CodeBuilder::addPointer(uint64_t modulus) {
  pointers.push_back({modulus, 0, 0});
  return static_cast<Pointer>(pointers.size() - 1);
}

unsigned CodeBuilder::addGate(Unit producer, Unit consumer, int64_t slots, bool recycled) {
  const auto number = static_cast<unsigned>(gates.size());
  gates.push_back({producer, consumer, slots, recycled, 2 * number + 1, 2 * number + 2, 0});
  return number;
}

AddressOperand CodeBuilder::at(Pointer pointer, uint64_t base) const {
  const PointerState &state = pointers[pointer];
  if (!inLoop())
    return {base + state.position, 0};
  return {base + state.position - state.held, registerOf(pointer)};
}

void CodeBuilder::advance(Pointer pointer, int64_t delta) {
  PointerState &state = pointers[pointer];
  if (state.modulus == 0) {
    state.position += static_cast<uint64_t>(delta);
    return;
  }
  const auto modulus = static_cast<int64_t>(state.modulus);
  const int64_t step = (delta % modulus + modulus) % modulus;
  state.position = (state.position + static_cast<uint64_t>(step)) % state.modulus;
  if (!inLoop() || step == 0)
    return;
  appendAdd(pointer, step, state.modulus);
  state.held = state.position;
}

void CodeBuilder::appendAdd(Pointer pointer, int64_t value, uint64_t modulus) {
  AddInstruction add;
  add.destination_register = add.source_register = registerOf(pointer);
  add.value = value;
  add.modulus = modulus;
  append(add);
}

void CodeBuilder::repeat(int64_t count, const std::function<void()> &body) {
  if (count <= 1) {
    body();
    return;
  }
  enterLoop(count);
  const std::vector<PointerState> before = pointers;
  body();
  leaveLoop(count, before);
}

/// Credits and ring positions are settled once, before the outermost loop.
void CodeBuilder::enterLoop(int64_t count) {
  if (!inLoop()) {
    postCredits();
    for (Pointer pointer = 0; pointer < pointers.size(); ++pointer) {
      PointerState &state = pointers[pointer];
      if (state.modulus == 0 || state.held == state.position)
        continue;
      SetInstruction set;
      set.destination_register = registerOf(pointer);
      set.value = state.held = state.position;
      append(set);
    }
  }
  LoopInstruction loop;
  loop.count = static_cast<uint64_t>(count);
  append(loop);
  ++depth;
}

/// A linear pointer's register moves once for each iteration, by what the body has moved the pointer.
void CodeBuilder::leaveLoop(int64_t count, const std::vector<PointerState> &before) {
  const auto further = static_cast<uint64_t>(count - 1);
  for (Pointer pointer = 0; pointer < pointers.size(); ++pointer) {
    PointerState &state = pointers[pointer];
    const uint64_t moved = state.position - before[pointer].position;
    if (state.modulus != 0) {
      const uint64_t step = (moved + state.modulus) % state.modulus;
      state.position = state.held = (state.position + step * (further % state.modulus)) % state.modulus;
      continue;
    }
    const uint64_t lacking = moved - (state.held - before[pointer].held);
    if (lacking != 0)
      appendAdd(pointer, static_cast<int64_t>(lacking), 0);
    state.held += lacking + moved * further;
    state.position += moved * further;
  }
  append(EndInstruction{});
  --depth;
}

uint64_t CodeBuilder::waitFree(unsigned number) {
  Gate &gate = gates[number];
  if (!gate.recycled)
    return 0;
  if (!inLoop() && gate.unguarded < gate.slots) {
    ++gate.unguarded;
    return 0;
  }
  return gate.free;
}

/// Inside loops every fill waits, so what the first fills have not used up is posted before.
void CodeBuilder::postCredits() {
  for (Unit unit : {Unit::Matrix, Unit::Vector, Unit::Store}) {
    std::vector<unsigned> missing;
    for (unsigned number = 0; number < gates.size(); ++number)
      if (gates[number].recycled && gates[number].consumer == unit)
        missing.insert(missing.end(), gates[number].unguarded < gates[number].slots, number);
    appendCredits(unit, missing);
  }
}

void CodeBuilder::appendCredits(Unit unit, std::vector<unsigned> missing) {
  auto satisfied = [&](unsigned number) { return gates[number].unguarded == gates[number].slots; };
  while (!missing.empty()) {
    SyncInstruction sync;
    sync.unit = static_cast<uint64_t>(unit);
    uint64_t *posts[] = {&sync.post_0, &sync.post_1, &sync.post_2};
    for (size_t i = 0; i < std::min<size_t>(missing.size(), 3); ++i) {
      *posts[i] = gates[missing[i]].free;
      ++gates[missing[i]].unguarded;
    }
    append(sync);
    missing.erase(std::remove_if(missing.begin(), missing.end(), satisfied), missing.end());
  }
}

/// The consumer posts `free` for every fill; the first `unguarded` fills did not wait for it (or had it as a
/// credit).
void CodeBuilder::drain() {
  for (Unit unit : {Unit::Load, Unit::Matrix, Unit::Vector, Unit::Store})
    drainUnit(unit);
}

/// Three gates in a sync, as often as all of them have something left.
void CodeBuilder::drainUnit(Unit unit) {
  for (;;) {
    SyncInstruction sync;
    sync.unit = static_cast<uint64_t>(unit);
    std::vector<Gate *> taken;
    int64_t rounds = 0;
    for (Gate &gate : gates)
      if (gate.recycled && gate.producer == unit && gate.unguarded > 0 && taken.size() < 3) {
        *std::array{&sync.wait_0, &sync.wait_1, &sync.wait_2}[taken.size()] = gate.free;
        rounds = taken.empty() ? gate.unguarded : std::min(rounds, gate.unguarded);
        taken.push_back(&gate);
      }
    if (taken.empty())
      return;
    for (Gate *gate : taken)
      gate->unguarded -= rounds;
    appendRounds(sync, rounds);
  }
}

void CodeBuilder::appendRounds(const SyncInstruction &sync, int64_t rounds) {
  const bool looped = rounds > 2;
  LoopInstruction loop;
  loop.count = static_cast<uint64_t>(rounds);
  if (looped)
    append(loop);
  for (int64_t i = 0; i < (looped ? 1 : rounds); ++i)
    append(sync);
  if (looped)
    append(EndInstruction{});
}

} // namespace lockstep
