// The vector unit's programs of the cells: what chapter "Recurrent cells" of the manual says, as elementwise
// instructions.
#pragma once

#include "compiler/gemm/CodeBuilder.h"
#include "compiler/recurrent/RecurrentSchedule.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Regions of temporaries that a chunk takes, each a row of int32 lanes for each block and row of the batch.
int64_t temporariesOf(const RecurrentProblem &problem);

/// First words of a chunk's operands, as they stand when the chunk runs.
struct ChunkOperands {
  AddressOperand sums, parameters, x, mask, cell, new_state, reset_state, out;
  int64_t blocks = 1;
  bool writes_final = false; // y_h, y_c: the last step
};

/// What the rest of the program has to know of an instruction.
struct VectorOperation {
  ElementwiseInstruction instruction;
  bool reads_sums = false, reads_inputs = false; // sums: the matrix unit's; inputs: x, parameters, masks
  bool writes_state = false, writes_out = false; // state: planes that the matrix unit streams
};

std::vector<VectorOperation> cellOperations(const RecurrentProblem &problem,
                                            const RecurrentSchedule &schedule, const RecurrentPhase &phase,
                                            const ChunkOperands &chunk);

// The begin: int16 rows that lie at the place of a gate's x become the state in the planes at new_state, or
// the cells; or all of both is zero.
VectorOperation stateFromRows(const RecurrentSchedule &schedule, const ChunkOperands &chunk, int64_t gate);
VectorOperation cellFromRows(const RecurrentSchedule &schedule, const ChunkOperands &chunk, int64_t gate);
VectorOperation zeroState(const RecurrentSchedule &schedule, AddressOperand planes);
VectorOperation zeroCells(const RecurrentSchedule &schedule,
                          const ChunkOperands &chunk); // of a chunk if in memory

} // namespace lockstep
