// The ways to express a layer by the matrix unit, as lines for people.
#pragma once

#include "compiler/accelerator/PieceGraph.h"
#include "compiler/gemm/GemmSchedule.h"
#include "hw/machine/Parameters.h"

#include <string>
#include <vector>

namespace lockstep {

/// The layer's index expression, then a line for each way that the matcher finds: with the predicted cycles
/// where a scheduler has costed it, else with the cycles that the array alone needs; refused ones with the
/// reason. `taken`: a product's schedule.
std::vector<std::string> productLines(const PieceLayer &layer, const GemmSchedule &taken,
                                      const Parameters &parameters);
std::vector<std::string> convolutionLines(const PieceLayer &layer, const Parameters &parameters);
/// A step's products and what the vector unit does with them: there is one way only.
std::vector<std::string> recurrentLines(const RecurrentProblem &problem);

} // namespace lockstep
