// When a tensor is what ONNX's tests expect.
#pragma once

#include "compiler/tensor/Tensor.h"

#include <string>

namespace lockstep {

/// ONNX's own test runner's limits for floats: |found - expected| <= absolute + relative |expected|.
struct Tolerance {
  double relative = 1e-3, absolute = 1e-7;
};

/// Empty if equal: types, shapes, integers and bools exactly, floats within the tolerance (NaN equals NaN).
/// Else one phrase with the first difference.
std::string differenceOf(const Tensor &found, const Tensor &expected, const Tolerance &tolerance = {});

/// An element as a number; 16-bit floats are exact.
double elementAsDouble(const Tensor &tensor, uint64_t index);

} // namespace lockstep
