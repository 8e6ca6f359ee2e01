// The independent integer result of a recurrent layer, computed by the CPU from the manual's chapter
// "Recurrent cells".
#pragma once

#include "compiler/recurrent/RecurrentProblem.h"

#include <cstdint>
#include <vector>

namespace lockstep {

struct RecurrentInputs {
  const int16_t *x = nullptr;         // [steps, batch, G hidden], Q3.12
  const int16_t *initial_h = nullptr; // [batch, hidden] or null: zero
  const int16_t *initial_c = nullptr; // likewise
  const int64_t *lengths = nullptr;   // [batch] or null: all steps
};

struct RecurrentOutputs {
  std::vector<int16_t> y;   // [steps, batch, hidden]; int8 outputs are stored as their values
  std::vector<int16_t> y_h; // [batch, hidden]
  std::vector<int16_t> y_c; // [batch, hidden], LSTM
};

/// Products on oneDNN or a plain loop, everything else by the functions of hw/numbers, element by element.
/// `plain`: plain loops only. Expects checkRecurrentProblem().
RecurrentOutputs recurrentReference(const RecurrentProblem &problem, const RecurrentConstants &constants,
                                    const RecurrentInputs &inputs, bool plain = false);

} // namespace lockstep
