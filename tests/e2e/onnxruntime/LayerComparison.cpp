#include "LayerComparison.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lockstep {

namespace {

int64_t integerAt(const Tensor &tensor, size_t i) {
  return tensor.element_type == "uint8" ? int64_t(tensor.bytes[i]) : int64_t(int8_t(tensor.bytes[i]));
}

/// How far the exact value is from where `got` would be right: got - 1/2 to got + 1/2, without end at
/// saturation.
long double distanceTo(const ExactOutput &exact, long double steps, int64_t got) {
  long double low = got == exact.lowest ? -INFINITY : (long double)got - 0.5L;
  long double high = got == exact.highest ? INFINITY : (long double)got + 0.5L;
  return std::max({low - steps, steps - high, 0.0L});
}

LayerResult judgeLayer(const ExactOutput &exact, const Tensor &got, long double boundScale) {
  LayerResult result{exact.quantized, exact.operators, exact.steps.size(), 0, {}, {}};
  for (size_t i = 0; i < exact.steps.size(); ++i) {
    long double steps = exact.steps[i], fraction = steps - std::floor(steps);
    bool saturates = steps < exact.lowest || steps > exact.highest,
         isTie = std::fabs(fraction - 0.5L) < 0x1p-40L;
    result.ties += isTie && !saturates ? 1 : 0;
    // A tie's nearest integers are two: halves to the even one, so that what goes the other way is shown.
    auto nearest = int64_t(std::clamp<long double>(std::nearbyint(steps), exact.lowest, exact.highest));
    int64_t value = integerAt(got, i);
    if (value == nearest)
      continue;
    RoundingCase rounding{exact.quantized,
                          i,
                          value,
                          steps,
                          distanceTo(exact, steps, value),
                          exact.float_bounds[i] * boundScale + 0x1p-40L};
    (rounding.distance <= rounding.bound ? result.cases : result.failures).push_back(rounding);
  }
  return result;
}

} // namespace

std::vector<LayerResult> judge(const onnx::GraphProto &graph, const TensorMap &tensors,
                               long double boundScale) {
  std::vector<LayerResult> results;
  for (const ExactOutput &exact : exactOutputs(graph, tensors))
    results.push_back(judgeLayer(exact, tensors.at(exact.quantized), boundScale));
  return results;
}

std::string describe(const RoundingCase &rounding) {
  char text[200];
  std::snprintf(text, sizeof text,
                "[%zu]: %.9Lf rounded to %lld, %.2Le beyond the tie, float32 explains %.2Le",
                rounding.element, rounding.steps, static_cast<long long>(rounding.got), rounding.distance,
                rounding.bound);
  return rounding.tensor + text;
}

} // namespace lockstep
