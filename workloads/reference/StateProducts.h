// Sums of the recurrent weights with a state: what the matrix unit makes of a state given as a pair, or as
// int8.
#pragma once

#include "compiler/recurrent/RecurrentProblem.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Gates of a cell by the manual, not by the compiler that is judged.
constexpr int64_t numGates(CellKind cell) {
  return cell == CellKind::Gru ? 3 : cell == CellKind::Lstm ? 4 : 1;
}

/// Keeps a reference to the problem and the weights.
class StateProducts {
public:
  /// `plain`: by plain loops alone. Else by oneDNN where it is exact here, and each row of its sums confirmed
  /// by Freivalds' test modulo 2^32 (CpuGemm.h); what fails it is computed anew by plain loops.
  StateProducts(const RecurrentProblem &problem, const std::vector<int8_t> &weights /* [G, hidden, hidden] */,
                bool plain);

  /// wrap32(H + ((L + 128) >> 8)) of gates first .. first + count - 1, H and L being the sums with the high
  /// and the low halves of the state; with an int8 state the sum with clamp(round(state, 8), -128, 127).
  void multiply(const int16_t *state /* [batch, hidden] */, int64_t first, int64_t count,
                int32_t *sums /* [batch, count hidden] */);

private:
  void splitState(const int16_t *state);
  void multiplyHalves(int64_t first, int64_t count);
  void prepareTest();
  bool isConfirmed(int64_t first, int64_t count) const;

  const RecurrentProblem &problem;
  const std::vector<int8_t> &weights;
  const bool plain;
  std::vector<int8_t> halves;     // [passes, batch, hidden]: high, low
  std::vector<int32_t> half_sums; // [passes, batch, count hidden]
  std::vector<uint32_t> vector;   // r [hidden], uniform
  std::vector<uint32_t> images;   // [G, hidden]: r times the weights of each gate
};

} // namespace lockstep
