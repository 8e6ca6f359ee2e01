// The bytes of a constant as they lie in memory.
#pragma once

#include <mlir/IR/BuiltinAttributes.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace lockstep {

/// Row-major, little-endian, a byte for an i1. Empty: an attribute whose values are not at hand, or of an
/// element type that is neither integer, index nor float.
std::optional<std::vector<char>> constantBytes(mlir::ElementsAttr attribute);

} // namespace lockstep
