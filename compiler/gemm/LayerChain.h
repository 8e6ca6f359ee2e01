// Layers one behind the other in one program.
#pragma once

#include "compiler/gemm/LayerOverlap.h"
#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/support/Result.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace lockstep {

/// Joins the instructions of layers (emitGemmLayer, emitConv: without halt, semaphores at zero before and
/// after, the last store finishes after all other work). A layer begins when the last store of the one before
/// has finished, and finds registers at zero. Semaphores are renamed: each serves one pair of units in the
/// whole program (semaphore_c1), whatever the layers call theirs.
///
/// With a machine and a range of constants: layers whose banks fit beside those of the layer before are moved
/// there, and their first loads of constants do not wait for its stores.
class LayerChain {
public:
  LayerChain() = default;
  /// Bytes [constantsBegin, constantsEnd) of external memory are never written.
  LayerChain(const Parameters &machine, uint64_t constantsBegin, uint64_t constantsEnd)
      : machine(machine), constants_begin(constantsBegin), constants_end(constantsEnd) {}

  /// Where a layer's instructions are in the program, at last: without those that the next layer has put in
  /// front.
  struct Span {
    uint64_t first = 0, count = 0;
  };
  /// Of all layers so far.
  const std::vector<Span> &layers() const { return spans; }

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
  Status postAfterStores(uint64_t &semaphore);
  void beginEarly(std::vector<Instruction> &layer);
  uint64_t behindLastWork() const;
  uint64_t earlyBytes() const;

  std::optional<Parameters> machine;
  uint64_t constants_begin = 0, constants_end = 0;
  std::optional<BankUse> before; // of the last layer
  std::vector<Span> spans;
  std::vector<Instruction> list;
  std::map<Pair, std::vector<uint64_t>> semaphores; // fields: semaphore + 1
  uint64_t used = 0;
  uint64_t barrier = 0,
           vector_barrier = 0;    // fields, 0 before they are needed: to the load and the vector unit
  bool apart_from_stores = false; // the layer's banks of the scratchpad are not those of the one before
  std::array<bool, kNumRegisters> written{}; // by layers so far
};

} // namespace lockstep
