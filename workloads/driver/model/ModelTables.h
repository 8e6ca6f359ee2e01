// What the compiler decided about a model, as text and as JSON.
#pragma once

#include "compiler/pipeline/Compiler.h"
#include "compiler/pipeline/Notes.h"
#include "workloads/driver/support/Row.h"

#include <string>
#include <vector>

namespace lockstep {

/// A line for each operator: where it runs and, if not on the accelerator, why; columns as wide as their
/// cells.
std::string showPlaces(const std::vector<OperatorPlace> &places);
/// A line for each piece: target, inputs and outputs, bytes of code.
std::string showPieces(const Package &package);
/// For each accelerator layer the mapping that was taken, its schedule, and the alternatives.
std::string showLayerPlans(const PieceLayers &layers);
/// One line: seconds by phase.
std::string showSeconds(const std::vector<std::pair<std::string, double>> &seconds);

/// Keys `model`, `hw`, `operators`, `pieces`, `layers`, `seconds`.
Row compilationRow(const Compilation &compilation);

/// Cells in columns as wide as the widest cell, two blanks between; the first row is the header.
std::string showTable(const std::vector<std::vector<std::string>> &rows);

} // namespace lockstep
