// Operands and results of the vector unit over a chunk: a row of lanes for each gate, row of the batch and
// block.
#pragma once

#include "compiler/gemm/CodeBuilder.h"
#include "hw/numbers/Numbers.h"

#include <cstdint>

namespace lockstep {

/// Words from row to row of lanes: level 0 goes through the blocks, level 1 through the batch, level 2
/// through the gates.
struct LaneStrides {
  int64_t block = 0, batch = 0, gate = 0;
};

/// Who shares the rows with the vector unit: the matrix unit's sums and the planes of the state, the load
/// unit's inputs of a chunk, the store unit's outputs; or nobody.
enum class LaneRole : uint8_t { Own, Sums, Inputs, State, Outputs };

struct LaneRows {
  LaneRole role = LaneRole::Own;
  bool accumulator = false;
  LaneType type = LaneType::Int32;
  AddressOperand base;
  LaneStrides strides;

  /// The rows from that gate on.
  LaneRows from(int64_t gate) const {
    LaneRows rows = *this;
    rows.base.address += static_cast<uint64_t>(gate * strides.gate);
    return rows;
  }
};

/// An immediate in place of operand b.
inline LaneRows immediateRows() { return {LaneRole::Own, false, LaneType::Immediate, {}, {}}; }

/// Rows of a chunk: blocks x batch x gates.
struct LaneCounts {
  int64_t blocks = 1, batch = 1, gates = 1;
};

void setOperandA(ElementwiseInstruction &instruction, const LaneRows &rows);
void setOperandB(ElementwiseInstruction &instruction, const LaneRows &rows);
void setOutput(ElementwiseInstruction &instruction, const LaneRows &rows);
void setCounts(ElementwiseInstruction &instruction, const LaneCounts &counts);
/// The limits of the type, as a clamp.
void setClamp(ElementwiseInstruction &instruction, LaneType type);

} // namespace lockstep
