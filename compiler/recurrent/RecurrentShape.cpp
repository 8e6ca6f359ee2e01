#include "compiler/recurrent/RecurrentShape.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr int64_t kTableEntries = 513;

std::vector<RecurrentPhase> phasesOf(const RecurrentProblem &p) {
  const int64_t gates = gatesOf(p.cell);
  if (p.cell != CellKind::Gru)
    return {{0, gates, false, p.has_lengths, true}};
  if (p.linear_before_reset)
    return {{0, gates, false, true, true}};
  return {{0, 2, false, true, false}, {2, 1, true, true, true}};
}

int64_t tablesOf(const RecurrentProblem &p) {
  return p.cell == CellKind::Rnn ? 1 : p.cell == CellKind::Lstm && !p.h_is_g ? 3 : 2;
}

} // namespace

bool RecurrentShape::handsState() const {
  return std::any_of(phases.begin(), phases.end(), [](const RecurrentPhase &phase) { return phase.hands_h; });
}

int64_t RecurrentShape::parameterRowsOfBlock() const {
  int64_t rows = 0;
  for (const RecurrentPhase &phase : phases)
    rows += parameterRows(phase);
  return rows;
}

int64_t RecurrentShape::units(int64_t firstBlock, int64_t blockCount) const {
  return firstBlock + blockCount == blocks ? (blockCount - 1) * unit + last_units : blockCount * unit;
}

RecurrentShape shapeOf(const RecurrentProblem &p, const Parameters &m) {
  RecurrentShape shape;
  const int64_t vector = m.vectorBytes();
  shape.unit = std::min(m.array_rows, m.array_columns);
  shape.blocks = ceilDivide(p.hidden, shape.unit);
  shape.gates = gatesOf(p.cell);
  shape.passes = p.state_int8 ? 1 : 2;
  shape.last_units = p.hidden - (shape.blocks - 1) * shape.unit;
  shape.half_words = ceilDivide(2 * m.array_columns, vector);
  shape.output_words = p.output == RecurrentOutput::Int8 ? 1 : shape.half_words;
  shape.output_bytes = p.output == RecurrentOutput::Int8 ? 1 : 2;
  shape.tile_words = ceilDivide(m.array_rows, m.weightWordsPerCycle()) * m.weightWordsPerCycle();
  shape.vector_bytes = vector;
  shape.tables = tablesOf(p);
  shape.table_words = ceilDivide(kTableEntries, vector / 2);
  shape.peephole_rows = p.peepholes ? 3 : 0;
  shape.dense_halves = 2 * shape.unit <= vector || shape.unit == vector;
  shape.masked = p.has_lengths;
  shape.phases = phasesOf(p);
  return shape;
}

} // namespace lockstep
