#include "compiler/quantize/Calibrators.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lockstep {

namespace {

/// The bins below a threshold, as the quantizer with this step sees them.
struct Candidate {
  unsigned bins = 0;
  double step_bins = 0;       // a quantization step, in bins
  double inside = 0, all = 0; // number of values below the threshold, and in all

  /// One past the last bin whose center rounds to `level`.
  unsigned levelEnd(int64_t level) const {
    double end = std::ceil((double(level) + 0.5) * step_bins - 0.5);
    return end >= bins ? bins : unsigned(end);
  }
};

/// Part of sum p log(p / q) that comes from the bins of one level, where q spreads the level's values evenly
/// over the bins that p occupies, each at least half a value. p: clipped distribution, what lies outside
/// counted into the last bin.
double levelDivergence(const Histogram &histogram, const Candidate &candidate, unsigned begin, unsigned end) {
  double values = 0, outside = candidate.all - candidate.inside;
  unsigned occupied = 0;
  for (unsigned bin = begin; bin < end; ++bin) {
    values += double(histogram.count(bin));
    occupied += histogram.count(bin) > 0 || (bin + 1 == candidate.bins && outside > 0) ? 1 : 0;
  }
  double divergence = 0, q = std::max(values / std::max(occupied, 1U), 0.5) / candidate.inside;
  for (unsigned bin = begin; bin < end; ++bin) {
    double p = (double(histogram.count(bin)) + (bin + 1 == candidate.bins ? outside : 0)) / candidate.all;
    if (p > 0)
      divergence += p * std::log(p / q);
  }
  return divergence;
}

double divergence(const Histogram &histogram, const Candidate &candidate) {
  double sum = 0;
  unsigned begin = 0;
  for (int64_t level = 0; begin < candidate.bins; ++level) {
    unsigned end = candidate.levelEnd(level);
    if (end > begin)
      sum += levelDivergence(histogram, candidate, begin, end);
    begin = end;
  }
  return sum;
}

double nonzeroBelow(const Histogram &histogram, unsigned bins) {
  double sum = 0;
  for (unsigned bin = 0; bin < bins; ++bin)
    sum += double(histogram.count(bin));
  return sum;
}

} // namespace

double entropyThreshold(const Histogram &histogram, const QuantizeOptions &options) {
  constexpr unsigned candidateStep = 8;
  auto fewest = unsigned(symmetricLevels(options.bits) + 1);
  double largest = histogram.range.magnitude(), best = largest;
  double least = std::numeric_limits<double>::infinity(), all = nonzeroBelow(histogram, histogram.bins());
  // From the largest down, so that of equal thresholds the one that clips less is taken.
  for (unsigned bins = histogram.bins(); bins >= fewest && bins <= histogram.bins(); bins -= candidateStep) {
    double threshold = largest * bins / histogram.bins();
    double step = quantizerFor(histogram.range, threshold, options).scale;
    Candidate candidate{bins, step / histogram.width, nonzeroBelow(histogram, bins), all};
    double cost = candidate.inside > 0 ? divergence(histogram, candidate) : least;
    if (cost < least) {
      least = cost;
      best = threshold;
    }
  }
  return best;
}

} // namespace lockstep
