// How large the cells of LSTMs become: the float layers over the calibration batch.
#pragma once

#include "compiler/quantize/Placement.h"
#include "compiler/quantize/QuantizationReport.h"
#include "compiler/quantize/ReferenceRuns.h"

#include <string>
#include <vector>

namespace lockstep {

/// Initial states and lengths of a placement's LSTMs that are no constants: what the runs have to give beside
/// the placement's tensors.
std::vector<std::string> cellTensors(const GraphEditor &editor, const Placement &placement);

/// One for each LSTM of the placement, by ONNX's definition in float over the X of each run: both directions
/// and all rows of a batch, each as long as it is. Errors: those of the runs.
Result<std::vector<CellReport>> calibrateCells(ReferenceRuns &reference, const GraphEditor &editor,
                                               const Placement &placement);

} // namespace lockstep
