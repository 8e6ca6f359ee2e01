// Resize along one axis: which elements go into each element of the result, and how much of each. Plain
// numbers: all of it is known while compiling.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// The attributes of Resize, by ONNX's names.
struct ResizeRule {
  std::string mode = "nearest"; // "nearest", "linear", "cubic"
  std::string coordinate_transformation_mode = "half_pixel";
  std::string nearest_mode = "round_prefer_floor";
  double cubic_coeff_a = -0.75;
  bool exclude_outside = false;
};

struct ResizeAxis {
  int64_t input = 1, output = 1; // extents
  double scale = 1;              // output / input, as far as the model says so
  double roi_begin = 0, roi_end = 1;
};

/// For each element of the result `taps` places (inside of the input) with weights. `outside`: it lies
/// outside of the input altogether (tf_crop_and_resize), so that it gets the extrapolation value.
struct Interpolation {
  int64_t taps = 1;
  std::vector<int64_t> places;  // [output, taps]
  std::vector<double> weights;  // [output, taps]
  std::vector<uint8_t> outside; // [output]
};

/// True if all names in the rule are ONNX's.
bool isKnown(const ResizeRule &rule);
/// As ONNX's documentation of Resize defines it.
Interpolation interpolate(const ResizeRule &rule, const ResizeAxis &axis);

} // namespace lockstep
