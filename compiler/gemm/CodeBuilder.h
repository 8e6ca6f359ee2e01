// Instructions with hardware loops, pointers in registers, and gates (semaphore pairs) between units.
#pragma once

#include "hw/isa/Instruction.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace lockstep {

/// What goes into an instruction's address and register fields.
struct AddressOperand {
  uint64_t address = 0, reg = 0;
};

/// A pair of semaphores round a ring: the producer fills a slot and posts `full`, the consumer empties it and
/// posts `free`. The producer's first `slots` fills need no `free`; if there are no more fills, nobody posts
/// it.
struct Gate {
  Unit producer = Unit::Load, consumer = Unit::Matrix;
  int64_t slots = 0;
  bool recycled = false;       // there are more fills than slots
  uint64_t full = 0, free = 0; // fields: semaphore + 1
  int64_t unguarded = 0;       // fills so far that did not wait
};

/// Appends instructions. Pointers are displacements: linear ones (external addresses) or positions in a ring.
/// Outside of loops all of them are known and cost nothing; inside they live in registers and cost one `add`
/// where they move.
class CodeBuilder {
public:
  using Pointer = unsigned;
  /// modulus 0: linear; else a ring of so many words.
  Pointer addPointer(uint64_t modulus);
  /// Returns the gate's number. Each gate takes two semaphores.
  unsigned addGate(Unit producer, Unit consumer, int64_t slots, bool recycled);

  AddressOperand at(Pointer pointer, uint64_t base) const;
  void advance(Pointer pointer, int64_t delta);

  /// Runs `body` once and makes it a hardware loop if count is above 1.
  void repeat(int64_t count, const std::function<void()> &body);

  /// Field for the producer's wait before it fills a slot, or 0.
  uint64_t waitFree(unsigned gate);
  uint64_t postFull(unsigned gate) const { return gates[gate].full; }
  uint64_t waitFull(unsigned gate) const { return gates[gate].full; }
  /// Field for the consumer's post after it has emptied a slot, or 0.
  uint64_t postFree(unsigned gate) const { return gates[gate].recycled ? gates[gate].free : 0; }

  /// Outside of loops, behind the last fill: takes what is left of the credits, so that all semaphores are
  /// zero and other code may use them.
  void drain();

  void append(const Instruction &instruction) { list.push_back(instruction); }
  const std::vector<Instruction> &instructions() const { return list; }

private:
  struct PointerState {
    uint64_t modulus = 0;
    uint64_t position = 0; // where the program is, modulo 2^64 or the ring
    uint64_t held = 0;     // what of it the register holds; in loops both are relative to the iteration
  };

  uint64_t registerOf(Pointer pointer) const { return kFirstRegister + pointer; }
  bool inLoop() const { return depth > 0; }
  void enterLoop(int64_t count);
  void leaveLoop(int64_t count, const std::vector<PointerState> &before);
  void postCredits();
  void appendCredits(Unit unit, std::vector<unsigned> missing);
  void drainUnit(Unit unit);
  void appendRounds(const SyncInstruction &sync, int64_t rounds);
  void appendAdd(Pointer pointer, int64_t value, uint64_t modulus);

  static constexpr uint64_t kFirstRegister = 9; // 1 to 8 are the program's arguments
  std::vector<Instruction> list;
  std::vector<PointerState> pointers;
  std::vector<Gate> gates;
  unsigned depth = 0;
};

} // namespace lockstep
