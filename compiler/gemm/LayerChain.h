// Layers one behind the other in one program.
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/support/Result.h"

#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace lockstep {

/// Joins the instructions of layers (emitGemmLayer, emitConv: without halt, semaphores at zero before and
/// after, the last store finishes after all other work). A layer begins when the last store of the one before
/// has finished, and finds registers at zero. Semaphores are renamed: each serves one pair of units in the
/// whole program (semaphore_c1), whatever the layers call theirs.
class LayerChain {
public:
  /// Where a layer's instructions are in the program.
  struct Span {
    uint64_t first = 0, count = 0;
  };

  /// Errors (Usage): the layers together need more than the 64 semaphores; a layer without loads or stores.
  Result<Span> append(std::vector<Instruction> layer);
  /// The program, halt included.
  std::vector<Instruction> finish();

private:
  using Pair = std::pair<Unit, Unit>; // posting unit, waiting unit

  Status renameSemaphores(std::vector<Instruction> &layer);
  Status connect(std::vector<Instruction> &layer);
  uint64_t semaphoreOf(Pair pair, size_t number);
  void clearRegisters(const std::vector<Instruction> &layer);
  bool postAfterStores();

  std::vector<Instruction> list;
  std::map<Pair, std::vector<uint64_t>> semaphores; // fields: semaphore + 1
  uint64_t used = 0, barrier = 0;                   // barrier: field, 0 before the second layer
  std::array<bool, kNumRegisters> written{};        // by layers so far
};

} // namespace lockstep
