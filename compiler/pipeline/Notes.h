// What a package tells people of its making: kept in Package::notes as JSON, read back for profiles and
// tables.
#pragma once

#include "compiler/package/Package.h"
#include "compiler/pipeline/Compiler.h"

#include <vector>

namespace lockstep {

/// Notes `layers` and `places`.
void noteLayers(Package &package, const PieceLayers &layers);
void notePlaces(Package &package, const std::vector<OperatorPlace> &places);

/// The inverse; a note that is absent or malformed gives nothing.
PieceLayers layersOf(const Package &package);
std::vector<OperatorPlace> placesOf(const Package &package);

} // namespace lockstep
