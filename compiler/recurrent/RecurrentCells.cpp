#include "compiler/recurrent/RecurrentCells.h"

#include "compiler/recurrent/CellProgram.h"

#include <algorithm>

namespace lockstep {
namespace {

LaneRows stateRows(const RecurrentSchedule &s, const AddressOperand &base) {
  const int64_t words = s.shape.passes;
  return {
      LaneRole::State, false, words == 2 ? LaneType::Pair : LaneType::Int8, base, {words * s.rows, words, 0}};
}

LaneRows cellRows(const RecurrentSchedule &s, const ChunkOperands &chunk, AddressOperand base) {
  const int64_t words = s.shape.half_words;
  if (s.cells_in_memory) {
    base = chunk.out;
    base.address += static_cast<uint64_t>(s.y_c_offset);
    return {LaneRole::Outputs, false, LaneType::Int16, base, {words, words * chunk.blocks, 0}};
  }
  return {LaneRole::Own, false, LaneType::Int16, base, {words * s.rows, words, 0}};
}

LaneRows inputRows(const RecurrentSchedule &s, const ChunkOperands &chunk, int64_t gate) {
  const int64_t words = s.shape.half_words;
  const LaneStrides strides = {words, words * chunk.blocks, words * chunk.blocks * s.rows};
  return LaneRows{LaneRole::Inputs, false, LaneType::Int16, chunk.x, strides}.from(gate);
}

VectorOperation copy(const LaneRows &from, const LaneRows &to, const LaneCounts &counts, uint64_t multiplier,
                     uint64_t shift) {
  VectorOperation made;
  ElementwiseInstruction &i = made.instruction;
  setOperandA(i, from);
  setOperandB(i, immediateRows());
  setOutput(i, to);
  setCounts(i, counts);
  setClamp(i, to.type);
  i.multiplier = multiplier;
  i.shift = shift;
  made.reads_inputs = from.role == LaneRole::Inputs;
  made.writes_state = to.role == LaneRole::State;
  return made;
}

uint64_t stateShift(const RecurrentSchedule &s) { return s.shape.passes == 2 ? 0 : 8; }

} // namespace

std::vector<VectorOperation> cellOperations(const RecurrentProblem &problem,
                                            const RecurrentSchedule &schedule, const RecurrentPhase &phase,
                                            const ChunkOperands &chunk) {
  return CellProgram(problem, schedule, phase, chunk).write();
}

VectorOperation stateFromRows(const RecurrentSchedule &s, const ChunkOperands &chunk, int64_t gate) {
  return copy(inputRows(s, chunk, gate), stateRows(s, chunk.new_state), {chunk.blocks, s.rows, 1}, 1,
              stateShift(s));
}

VectorOperation cellFromRows(const RecurrentSchedule &s, const ChunkOperands &chunk, int64_t gate) {
  return copy(inputRows(s, chunk, gate), cellRows(s, chunk, chunk.cell), {chunk.blocks, s.rows, 1}, 1, 0);
}

/// 0 times whatever the temporaries hold.
VectorOperation zeroState(const RecurrentSchedule &s, AddressOperand planes) {
  const LaneRows any = {LaneRole::Own, true, LaneType::Int32, {uint64_t(s.temporaries.first), 0}, {}};
  return copy(any, stateRows(s, planes), {s.shape.blocks, s.rows, 1}, 0, 0);
}

VectorOperation zeroCells(const RecurrentSchedule &s, const ChunkOperands &chunk) {
  const LaneRows any = {LaneRole::Own, true, LaneType::Int32, {uint64_t(s.temporaries.first), 0}, {}};
  const int64_t blocks = s.cells_in_memory ? chunk.blocks : s.shape.blocks;
  return copy(any, cellRows(s, chunk, {uint64_t(s.cells.first), 0}), {blocks, s.rows, 1}, 0, 0);
}

int64_t temporariesOf(const RecurrentProblem &problem) { return CellProgram::temporaries(problem); }

} // namespace lockstep
