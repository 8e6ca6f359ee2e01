#include "compiler/onnx/IndexingInterpolation.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

namespace {

bool isOneOf(const std::string &name, std::initializer_list<const char *> allowed) {
  return std::find(allowed.begin(), allowed.end(), name) != allowed.end();
}

/// The place in the input, as a real number, that the i-th element of the result stands for. A fractional
/// extent of the result (scale x input) counts as such.
double sourceOf(const ResizeRule &rule, const ResizeAxis &axis, int64_t i) {
  const std::string &mode = rule.coordinate_transformation_mode;
  double extent = axis.scale * double(axis.input), last = double(axis.input - 1), x = double(i);
  if (mode == "align_corners")
    return extent == 1 ? 0 : x * last / (extent - 1);
  if (mode == "asymmetric")
    return x / axis.scale;
  if (mode == "tf_half_pixel_for_nn")
    return (x + 0.5) / axis.scale;
  if (mode == "pytorch_half_pixel" && extent == 1)
    return -0.5;
  if (mode == "tf_crop_and_resize") {
    double step = extent == 1 ? 0 : (axis.roi_end - axis.roi_begin) * last / (extent - 1);
    return extent == 1 ? (axis.roi_begin + axis.roi_end) * last / 2 : x * step + axis.roi_begin * last;
  }
  return (x + 0.5) / axis.scale - 0.5;
}

/// The kernel of cubic convolution (Keys 1981) at a distance of 0 to 2.
double cubic(double a, double distance) {
  if (distance <= 1)
    return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a;
}

/// Weights of the neighbours for a place that is `ratio` (0 < ratio <= 1) behind the last one on its left.
std::vector<double> weightsFor(const ResizeRule &rule, double ratio) {
  if (rule.mode == "linear")
    return {1 - ratio, ratio};
  if (rule.mode == "cubic") {
    double a = rule.cubic_coeff_a;
    return {cubic(a, 1 + ratio), cubic(a, ratio), cubic(a, 1 - ratio), cubic(a, 2 - ratio)};
  }
  bool right = ratio == 1 || rule.nearest_mode == "ceil";
  if (rule.nearest_mode == "round_prefer_floor")
    right = ratio > 0.5;
  if (rule.nearest_mode == "round_prefer_ceil")
    right = ratio >= 0.5;
  return {right ? 0.0 : 1.0, right ? 1.0 : 0.0};
}

void excludeOutside(std::vector<double> &weights, int64_t first, int64_t extent) {
  double sum = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    int64_t place = first + int64_t(i);
    weights[i] = place < 0 || place >= extent ? 0 : weights[i];
    sum += weights[i];
  }
  for (double &weight : weights)
    weight /= sum;
}

/// Of two neighbours one counts: a single tap.
void keepHeavier(std::vector<double> &weights, int64_t &first) {
  first += weights[1] > weights[0];
  weights = {1.0};
}

} // namespace

bool isKnown(const ResizeRule &rule) {
  return isOneOf(rule.mode, {"nearest", "linear", "cubic"}) &&
         isOneOf(rule.coordinate_transformation_mode,
                 {"half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn",
                  "tf_crop_and_resize"}) &&
         isOneOf(rule.nearest_mode, {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"});
}

Interpolation interpolate(const ResizeRule &rule, const ResizeAxis &axis) {
  Interpolation result;
  bool crops = rule.coordinate_transformation_mode == "tf_crop_and_resize";
  for (int64_t i = 0; i < axis.output; ++i) {
    double source = sourceOf(rule, axis, i), left = std::floor(source);
    bool isOutside = crops && !(source >= 0 && source <= double(axis.input - 1));
    left = std::clamp(left, -4.0, double(axis.input) + 4); // what is farther away repeats the edge
    bool isWhole = left == source;
    std::vector<double> weights = weightsFor(rule, isWhole ? 1 : std::clamp(source - left, 0.0, 1.0));
    int64_t first = int64_t(left) - int64_t(weights.size()) / 2 + (isWhole ? 0 : 1);
    if (rule.exclude_outside && rule.mode != "nearest")
      excludeOutside(weights, first, axis.input);
    if (rule.mode == "nearest")
      keepHeavier(weights, first);
    result.taps = int64_t(weights.size());
    result.outside.push_back(isOutside);
    for (double weight : weights) {
      result.places.push_back(std::clamp<int64_t>(first++, 0, axis.input - 1));
      result.weights.push_back(weight);
    }
  }
  return result;
}

} // namespace lockstep
