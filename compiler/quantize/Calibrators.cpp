#include "compiler/quantize/Calibrators.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lockstep {

namespace {

constexpr unsigned searchBins = 2048, percentileBins = 8192, mostRootBins = 4096;

double squared(double x) { return x * x; }

/// Of the histogram's values, each at the center of its bin.
double squaredError(const Histogram &histogram, const Quantizer &quantizer) {
  double sum = 0;
  for (unsigned bin = 0; bin < histogram.bins(); ++bin) {
    auto x = float(histogram.center(bin));
    if (histogram.positive[bin] > 0)
      sum += double(histogram.positive[bin]) * squared(quantizer.roundTrip(x) - x);
    if (histogram.negative[bin] > 0)
      sum += double(histogram.negative[bin]) * squared(quantizer.roundTrip(-x) + x);
  }
  return sum;
}

} // namespace

unsigned histogramBins(Calibrator calibrator, uint64_t count) {
  if (calibrator == Calibrator::Percentile)
    return percentileBins;
  if (calibrator == Calibrator::Jeffreys)
    return unsigned(std::clamp(std::ceil(std::sqrt(double(count))), 1.0, double(mostRootBins)));
  return searchBins;
}

double percentileThreshold(const Histogram &histogram, double percent) {
  double wanted = percent / 100 * double(histogram.range.count), below = double(histogram.zeros);
  for (unsigned bin = 0; bin < histogram.bins(); ++bin) {
    double here = double(histogram.count(bin));
    if (here > 0 && below + here >= wanted)
      return (bin + std::clamp((wanted - below) / here, 0.0, 1.0)) * histogram.width;
    below += here;
  }
  return histogram.range.magnitude();
}

double meanSquaredErrorThreshold(const Histogram &histogram, const QuantizeOptions &options) {
  constexpr unsigned candidates = 256;
  double largest = histogram.range.magnitude(), best = largest;
  double least = std::numeric_limits<double>::infinity();
  // From the largest down, so that of equal thresholds the one that clips less is taken.
  for (unsigned i = candidates; i >= candidates / 16; --i) {
    double threshold = largest * i / candidates;
    double error = squaredError(histogram, quantizerFor(histogram.range, threshold, options));
    if (error < least) {
      least = error;
      best = threshold;
    }
  }
  return best;
}

double calibratedThreshold(const Histogram &histogram, const QuantizeOptions &options) {
  double largest = histogram.range.magnitude(), threshold = largest;
  if (largest == 0)
    return 0;
  switch (options.calibrator) {
  case Calibrator::MinMax:
    break;
  case Calibrator::Percentile:
    threshold = percentileThreshold(histogram, options.percentile);
    break;
  case Calibrator::Entropy:
    threshold = entropyThreshold(histogram, options);
    break;
  case Calibrator::MeanSquaredError:
    threshold = meanSquaredErrorThreshold(histogram, options);
    break;
  case Calibrator::Jeffreys:
    threshold = jeffreysThreshold(histogram, options.bits);
    break;
  }
  // A share of zeros over the percentile gives 0, with which nothing could be represented.
  return threshold > 0 ? std::min(threshold, largest) : largest;
}

Quantizer quantizerFor(const ValueRange &range, double threshold, const QuantizeOptions &options) {
  if (options.symmetric)
    return symmetricQuantizer(threshold, options.bits);
  return asymmetricQuantizer(std::max(range.minimum, -threshold), std::min(range.maximum, threshold),
                             options.bits, options.unsigned_activations);
}

} // namespace lockstep
