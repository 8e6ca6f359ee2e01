// The cells: GRU, LSTM, RNN.
#include "compiler/recurrent/CellProgram.h"

namespace lockstep {
namespace {

// Tables of the vector unit.
constexpr uint64_t kTableF = 0;
uint64_t tableG(const RecurrentProblem &p) { return p.cell == CellKind::Rnn ? 0 : 1; }
/// From a peephole's product with the cell to Q3.12.
int64_t peepholeShift(const RecurrentProblem &p) {
  return p.peephole_fraction_bits + p.cell_fraction_bits - 12;
}
uint64_t tableH(const RecurrentProblem &p) { return p.h_is_g ? tableG(p) : 2; }

} // namespace

std::vector<VectorOperation> CellProgram::write() {
  if (p.cell == CellKind::Lstm)
    lstm();
  else if (p.cell == CellKind::Rnn)
    rnn();
  else if (p.linear_before_reset)
    gru();
  else if (phase.from_reset)
    gruCandidate();
  else
    gruReset();
  return std::move(list);
}

/// a = sat((A multiplier + rounding) >> shift) of all gates, A = sums + bias.
void CellProgram::scaleProducts(int64_t scaled) {
  add(product(0), bias(0), temporary(0), plain(), phase.gates);
  multiply(temporary(0), multiplier(0), temporary(scaled), saturated(p.shift), phase.gates);
}

/// z and r at temporaries 0 and 1, a_n at 5.
void CellProgram::gru() {
  scaleProducts(3);
  add(temporary(3), x(0), temporary(0), function(kTableF, true), 2);
  multiply(temporary(1), temporary(5), temporary(2), saturated(15));
  add(temporary(2), x(2), temporary(3), function(tableG(p), true));
  mix(temporary(3), temporary(0), 4, 5);
}

/// h' = sat(n + wrap32(round((h - n) z, 15))).
void CellProgram::mix(const LaneRows &n, const LaneRows &z, int64_t difference, int64_t part) {
  subtract(before(), n, temporary(difference), plain());
  multiply(temporary(difference), z, temporary(part), shifted(15));
  finishState(LaneOperation::Add, n, temporary(part), saturated());
}

/// z goes to the cells, q = sat(round(r h, 15)) to its planes.
void CellProgram::gruReset() {
  scaleProducts(2);
  add(temporary(2), x(0), temporary(0), function(kTableF, true), 2);
  add(temporary(0), immediateRows(), cell(), saturated());
  multiply(temporary(1), before(), temporary(2), saturated(15));
  add(temporary(2), immediateRows(), planes(chunk.reset_state), shifted(p.state_int8 ? 8 : 0));
}

void CellProgram::gruCandidate() {
  scaleProducts(1);
  add(temporary(1), x(0), temporary(2), function(tableG(p), true));
  mix(temporary(2), cell(), 3, 4);
}

/// a of i, o, f, c at temporaries 4 to 7; then i at 0, o at 1, f at 2, t at 3.
void CellProgram::lstm() {
  scaleProducts(4);
  if (p.peepholes)
    peepholeGates();
  else
    plainGates();
  const LaneRows kept = temporary(6), fresh = temporary(7);
  multiply(temporary(2), cell(), kept, saturated(15));
  multiply(temporary(0), temporary(3), fresh, saturated(30 - p.cell_fraction_bits));
  if (p.peepholes)
    peepholeOutputGate();
  Finish output = function(tableH(p), false);
  output.multiplier = 1 << (12 - p.cell_fraction_bits); // Q3.12
  add(kept, fresh, temporary(4), output);
  // The masked cell is computed in the finishing temporaries, so it is written before the state uses them; a
  // plain one can wait.
  if (s.shape.masked)
    finishCell(kept, fresh);
  finishState(LaneOperation::Multiply, temporary(1), temporary(4), saturated(15));
  if (!s.shape.masked)
    finishCell(kept, fresh);
}

void CellProgram::plainGates() {
  add(temporary(4), x(0), temporary(0), function(kTableF, true), 3);
  add(temporary(7), x(3), temporary(3), function(tableG(p), true));
}

/// i and f see the old cell. a of o stays at 5.
void CellProgram::peepholeGates() {
  const Finish part = saturated(peepholeShift(p));
  multiply(peephole(0), cell(), temporary(0), part);
  add(temporary(4), temporary(0), temporary(1), plain());
  add(temporary(1), x(0), temporary(0), function(kTableF, true));
  multiply(peephole(2), cell(), temporary(1), part);
  add(temporary(6), temporary(1), temporary(3), plain());
  add(temporary(3), x(2), temporary(2), function(kTableF, true));
  add(temporary(7), x(3), temporary(3), function(tableG(p), true));
}

/// o sees the new cell. Only i and t are spent by now: 0 and 3.
void CellProgram::peepholeOutputGate() {
  add(temporary(6), temporary(7), temporary(0), saturated());
  multiply(peephole(1), temporary(0), temporary(3), saturated(peepholeShift(p)));
  add(temporary(5), temporary(3), temporary(0), plain());
  add(temporary(0), x(1), temporary(1), function(kTableF, true));
}

void CellProgram::rnn() {
  scaleProducts(1);
  finishState(LaneOperation::Add, temporary(1), x(0), function(tableG(p), true));
}

} // namespace lockstep
