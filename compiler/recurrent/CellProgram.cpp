#include "compiler/recurrent/CellProgram.h"

#include <algorithm>

namespace lockstep {
namespace {

int64_t ownTemporaries(const RecurrentProblem &p) {
  return p.cell == CellKind::Gru ? 6 : p.cell == CellKind::Lstm ? 8 : 2;
}

} // namespace

/// Behind the cell's own: those of finishState() and finishCell().
int64_t CellProgram::temporaries(const RecurrentProblem &p) {
  const bool keepsNext = p.state_int8 || p.output == RecurrentOutput::Int8;
  return ownTemporaries(p) + (p.has_lengths ? 3 : keepsNext ? 1 : 0);
}

LaneRows CellProgram::temporary(int64_t index) const {
  const auto first = static_cast<uint64_t>(s.temporaries.first + index * s.chunkRows());
  return {LaneRole::Own, true, LaneType::Int32, {first, 0}, {1, chunk.blocks, s.chunkRows()}};
}

LaneRows CellProgram::finishing(int64_t index) const { return temporary(ownTemporaries(p) + index); }

LaneRows CellProgram::sums(LaneType pairType) const {
  const int64_t words = s.shape.passes;
  const LaneType type = words == 2 ? pairType : LaneType::Int32;
  return {LaneRole::Sums, true, type, chunk.sums, {words, words * chunk.blocks, words * u}};
}

LaneRows CellProgram::parameters(int64_t row) const {
  const LaneRole role = s.parameters_resident ? LaneRole::Own : LaneRole::Inputs;
  return LaneRows{role, true, LaneType::Int32, chunk.parameters, {1, 0, chunk.blocks}}.from(row);
}

LaneRows CellProgram::x(int64_t gate) const {
  const int64_t words = s.shape.half_words;
  const LaneStrides strides = {words, words * chunk.blocks, words * u};
  return LaneRows{LaneRole::Inputs, false, LaneType::Int16, chunk.x, strides}.from(gate);
}

LaneRows CellProgram::mask() const {
  return {LaneRole::Inputs, false, LaneType::Int8, chunk.mask, {0, 1, 0}};
}

LaneRows CellProgram::cell() const {
  if (s.cells_in_memory)
    return x(phase.gates); // they come behind the inputs
  const int64_t words = s.shape.half_words;
  return {LaneRole::Own, false, LaneType::Int16, chunk.cell, {words * s.rows, words, 0}};
}

LaneRows CellProgram::planes(const AddressOperand &base) const {
  const int64_t words = s.shape.passes;
  return {
      LaneRole::State, false, words == 2 ? LaneType::Pair : LaneType::Int8, base, {words * s.rows, words, 0}};
}

LaneRows CellProgram::output(int64_t offset) const {
  const int64_t words = s.shape.output_words;
  const LaneType type = p.output == RecurrentOutput::Int8 ? LaneType::Int8 : LaneType::Int16;
  AddressOperand base = chunk.out;
  base.address += static_cast<uint64_t>(offset);
  return {LaneRole::Outputs, false, type, base, {words, words * chunk.blocks, 0}};
}

LaneRows CellProgram::cellOutput() const {
  const int64_t words = s.shape.half_words;
  AddressOperand base = chunk.out;
  base.address += static_cast<uint64_t>(s.y_c_offset);
  return {LaneRole::Outputs, false, LaneType::Int16, base, {words, words * chunk.blocks, 0}};
}

void CellProgram::apply(LaneOperation operation, const LaneRows &a, const LaneRows &b, const LaneRows &result,
                        const Finish &finish, int64_t gates) {
  VectorOperation made;
  ElementwiseInstruction &i = made.instruction;
  i.operation = static_cast<uint64_t>(operation);
  setOperandA(i, a);
  setOperandB(i, b);
  setOutput(i, result);
  setCounts(i, {chunk.blocks, s.rows, gates});
  i.multiplier = operation == LaneOperation::Multiply ? 0 : static_cast<uint64_t>(finish.multiplier);
  i.shift = static_cast<uint64_t>(finish.shift);
  i.output_zero_point = finish.zero_point;
  i.function = finish.has_function;
  i.table = finish.table;
  const bool narrow = finish.saturates && result.type == LaneType::Int32;
  setClamp(i, finish.has_function || narrow ? LaneType::Int16 : result.type);
  if (finish.clips && p.clip < INT16_MAX)
    i.clamp_minimum = -p.clip, i.clamp_maximum = p.clip;
  const auto reads = [&](LaneRole role) { return a.role == role || b.role == role; };
  made.reads_sums = reads(LaneRole::Sums);
  made.reads_inputs = reads(LaneRole::Inputs);
  made.writes_state = result.role == LaneRole::State;
  made.writes_out = result.role == LaneRole::Outputs;
  list.push_back(made);
}

// ---- where h' and c' go ----

/// Nobody reads the planes behind the last step; what is not written cannot be late.
void CellProgram::writeState(LaneOperation operation, const LaneRows &a, const LaneRows &b,
                             const Finish &finish) {
  if (!chunk.writes_final)
    apply(operation, a, b, planes(chunk.new_state), finish);
}

/// int8 outputs: rescaled; the operation is then a sum whose own shift is 0.
void CellProgram::writeOutput(LaneOperation operation, const LaneRows &a, const LaneRows &b,
                              const Finish &finish, int64_t offset) {
  if (p.output == RecurrentOutput::Int16)
    return apply(operation, a, b, output(offset), finish);
  Finish scaled;
  scaled.multiplier = p.output_multiplier;
  scaled.shift = p.output_shift;
  scaled.zero_point = p.output_zero_point;
  apply(operation, a, b, output(offset), scaled);
}

/// The state first: the matrix unit may wait for it. What is rescaled has to be saturated before.
void CellProgram::finishState(LaneOperation operation, const LaneRows &a, const LaneRows &b,
                              const Finish &finish) {
  const LaneRows next = finishing(0);
  const bool writesOutput = p.writes_y || writesFinalState();
  if (s.shape.masked) {
    apply(operation, a, b, next, finish);
    return finishMaskedState(next);
  }
  const bool keeps = p.state_int8 || p.output == RecurrentOutput::Int8;
  if (keeps && p.state_int8)
    apply(operation, a, b, next, finish);
  if (p.state_int8)
    writeState(LaneOperation::Add, next, immediateRows(), shifted(8));
  else
    writeState(operation, a, b, finish);
  if (!writesOutput)
    return;
  if (keeps && !p.state_int8)
    apply(operation, a, b, next, finish);
  if (keeps)
    writeOutput(LaneOperation::Add, next, immediateRows(), saturated(), 0);
  else
    writeOutput(operation, a, b, finish, 0);
}

/// h' becomes h + (h' - h) m, y = h' m.
void CellProgram::finishMaskedState(const LaneRows &next) {
  const LaneRows difference = finishing(1), kept = finishing(2);
  subtract(next, before(), difference, plain());
  multiply(difference, mask(), kept, plain());
  if (p.state_int8) {
    add(before(), kept, difference, plain());
    writeState(LaneOperation::Add, difference, immediateRows(), shifted(8));
  } else {
    writeState(LaneOperation::Add, before(), kept, saturated());
  }
  if (writesFinalState())
    writeOutput(LaneOperation::Add, before(), kept, saturated(), s.y_h_offset);
  if (!p.writes_y)
    return;
  if (p.output == RecurrentOutput::Int16)
    return multiply(next, mask(), output(0), saturated());
  multiply(next, mask(), difference, plain());
  writeOutput(LaneOperation::Add, difference, immediateRows(), saturated(), 0);
}

/// c' = sat(a + b); with lengths c + (c' - c) m.
void CellProgram::finishCell(const LaneRows &a, const LaneRows &b) {
  LaneRows first = a, second = b;
  if (s.shape.masked) {
    add(a, b, finishing(0), saturated());
    subtract(finishing(0), cell(), finishing(1), plain());
    multiply(finishing(1), mask(), finishing(2), plain());
    add(cell(), finishing(2), finishing(0), plain());
    first = finishing(0), second = immediateRows();
  }
  if (!chunk.writes_final)
    add(first, second, nextCell(), saturated());
  if (p.writes_y_c && chunk.writes_final)
    add(first, second, cellOutput(), saturated());
}

} // namespace lockstep
