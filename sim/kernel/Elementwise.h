// Values of elementwise, reduce and table (manual, chapters "Vector unit" and "Numbers").
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "sim/kernel/Lanes.h"
#include "sim/kernel/Transfers.h"

namespace lockstep {

/// Words of a row of the given type in the given memory (codes as in the fields); 0 for an immediate. Lanes
/// C, words of V bytes.
uint64_t wordsOfRow(uint64_t type, uint64_t memory, uint64_t columns, uint64_t vectorBytes);

/// The two on-chip memories and the function tables.
struct VectorMemories {
  WordArray scratchpad, accumulator;
  int16_t *tables; // [vector_tables, kTableEntries]
  const WordArray &memory(uint64_t code) const { return code ? accumulator : scratchpad; }
};

/// Each execute() returns false, with no effect, if an instruction breaks one of its own rules of Rules.def,
/// that of overlapping words excepted (then values are any).
class LaneExecutor {
public:
  LaneExecutor(const Parameters &parameters, KernelIsa isa);

  bool execute(const ElementwiseInstruction &e, const VectorMemories &memories) const;
  bool execute(const ReduceInstruction &r, const VectorMemories &memories) const;
  bool execute(const TableInstruction &t, const VectorMemories &memories) const;

  /// For a deliberate fault: what is added to the low half of a pair.
  void setPairOffset(int32_t offset) { pair_offset = offset; }

private:
  bool isPossible(const ElementwiseInstruction &e, const VectorMemories &memories) const;
  bool isPossible(const ReduceInstruction &r, const VectorMemories &memories) const;
  LaneRows operand(uint64_t type, uint64_t memory, uint64_t address, int64_t stride,
                   const WordArray &words) const;
  LaneResults results(const ElementwiseInstruction &e, const WordArray &words) const;
  uint64_t rowWords(uint64_t type, uint64_t memory) const {
    return wordsOfRow(type, memory, columns, vector_bytes);
  }

  uint64_t columns, vector_bytes, num_tables;
  LaneFunctions functions;
  int32_t pair_offset = 128;
};

} // namespace lockstep
