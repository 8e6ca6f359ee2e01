// Writes the vector unit's operations of one chunk. Names of quantities are those of the manual's chapter
// "Recurrent cells".
#pragma once

#include "compiler/recurrent/LaneRows.h"
#include "compiler/recurrent/RecurrentCells.h"

namespace lockstep {

class CellProgram {
public:
  CellProgram(const RecurrentProblem &problem, const RecurrentSchedule &schedule, const RecurrentPhase &phase,
              const ChunkOperands &chunk)
      : p(problem), s(schedule), phase(phase), chunk(chunk), u(schedule.rows * chunk.blocks) {}

  std::vector<VectorOperation> write();
  static int64_t temporaries(const RecurrentProblem &problem);

private:
  /// Rescale, clamp and function of an operation.
  struct Finish {
    int64_t multiplier = 1, shift = 0, zero_point = 0;
    bool saturates = false; // to int16
    bool clips = false;     // to the clip, before the function
    bool has_function = false;
    uint64_t table = 0;
  };
  static Finish plain() { return {}; }
  static Finish saturated(int64_t shift = 0) { return {1, shift, 0, true, false, false, 0}; }
  static Finish shifted(int64_t shift) { return {1, shift, 0, false, false, false, 0}; }
  static Finish function(uint64_t table, bool clips) { return {1, 0, 0, true, clips, true, table}; }

  // operands
  LaneRows temporary(int64_t index) const;
  LaneRows finishing(int64_t index) const;
  LaneRows sums(LaneType pairType) const;
  LaneRows product(int64_t gate) const { return sums(LaneType::Wide).from(gate); }
  LaneRows before() const { return sums(LaneType::Pair).from(phase.gates); } // h
  LaneRows parameters(int64_t row) const;
  LaneRows bias(int64_t gate) const { return parameters(gate); }
  LaneRows multiplier(int64_t gate) const { return parameters(phase.gates + gate); }
  LaneRows peephole(int64_t which) const { return parameters(2 * phase.gates + which); }
  LaneRows x(int64_t gate) const;
  LaneRows mask() const;
  LaneRows cell() const; // an LSTM's c; z of a GRU whose reset comes first
  LaneRows planes(const AddressOperand &base) const;
  LaneRows output(int64_t offset) const;
  LaneRows cellOutput() const;
  LaneRows nextCell() const { return s.cells_in_memory ? cellOutput() : cell(); }

  // operations
  void apply(LaneOperation operation, const LaneRows &a, const LaneRows &b, const LaneRows &result,
             const Finish &finish, int64_t gates = 1);
  void add(const LaneRows &a, const LaneRows &b, const LaneRows &result, const Finish &finish,
           int64_t gates = 1) {
    apply(LaneOperation::Add, a, b, result, finish, gates);
  }
  void subtract(const LaneRows &a, const LaneRows &b, const LaneRows &result, const Finish &finish) {
    apply(LaneOperation::Subtract, a, b, result, finish);
  }
  void multiply(const LaneRows &a, const LaneRows &b, const LaneRows &result, const Finish &finish,
                int64_t gates = 1) {
    apply(LaneOperation::Multiply, a, b, result, finish, gates);
  }

  // cells
  void scaleProducts(int64_t scaled); // a of all gates at the temporaries from `scaled` on
  void gru();
  void gruReset();
  void gruCandidate();
  void mix(const LaneRows &n, const LaneRows &z, int64_t difference, int64_t part);
  void lstm();
  void plainGates();
  void peepholeGates();
  void peepholeOutputGate();
  void rnn();

  // h' = operation(a, b), and c': where they go
  void finishState(LaneOperation operation, const LaneRows &a, const LaneRows &b, const Finish &finish);
  void finishMaskedState(const LaneRows &next);
  void writeState(LaneOperation operation, const LaneRows &a, const LaneRows &b, const Finish &finish);
  void writeOutput(LaneOperation operation, const LaneRows &a, const LaneRows &b, const Finish &finish,
                   int64_t offset);
  void finishCell(const LaneRows &a, const LaneRows &b);
  bool writesFinalState() const { return p.writes_y_h && chunk.writes_final; }

  const RecurrentProblem &p;
  const RecurrentSchedule &s;
  const RecurrentPhase &phase;
  const ChunkOperands &chunk;
  const int64_t u; // rows of lanes of a gate
  std::vector<VectorOperation> list;
};

} // namespace lockstep
