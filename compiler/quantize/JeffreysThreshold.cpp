#include "compiler/quantize/Calibrators.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace lockstep {

namespace {

using Curve = std::vector<double>;

/// The piecewise linear curve through the first `points` values, at equal distances over [0, 1], taken at
/// `wanted` points.
Curve resample(const Curve &curve, size_t points, size_t wanted) {
  Curve result(wanted);
  for (size_t k = 0; k < wanted; ++k) {
    double place = double(k) * double(points - 1) / double(wanted - 1);
    size_t left = std::min(size_t(place), points - 2);
    result[k] = curve[left] + (place - double(left)) * (curve[left + 1] - curve[left]);
  }
  return result;
}

/// Share of the values in bin 0 to i, zeros among them.
Curve cumulativeDistribution(const Histogram &histogram) {
  Curve cdf(histogram.bins());
  double sum = double(histogram.zeros);
  for (unsigned bin = 0; bin < histogram.bins(); ++bin) {
    sum += double(histogram.count(bin));
    cdf[bin] = sum / double(histogram.range.count);
  }
  return cdf;
}

/// sum (c - q) log2(c / q). Shares below half a value, where the logarithm has no limit, count as half a
/// value.
double jeffreysCost(const Curve &cdf, size_t points, size_t levels, double halfValue) {
  Curve clipped(cdf.begin(), cdf.begin() + std::ptrdiff_t(points));
  clipped.back() = 1;
  Curve q = resample(resample(clipped, points, levels), levels, points);
  double sum = 0;
  for (size_t i = 0; i < cdf.size(); ++i) {
    double c = std::max(cdf[i], halfValue), quantized = i < points ? std::max(q[i], halfValue) : 1;
    sum += (c - quantized) * std::log2(c / quantized);
  }
  return sum;
}

} // namespace

double jeffreysThreshold(const Histogram &histogram, unsigned bits) {
  size_t levels = size_t(1) << (bits - 1), bins = histogram.bins();
  double largest = histogram.range.magnitude(), best = largest,
         least = std::numeric_limits<double>::infinity();
  Curve cdf = cumulativeDistribution(histogram);
  for (size_t points = levels + 1; points <= bins; ++points) {
    double cost = jeffreysCost(cdf, points, levels, 0.5 / double(histogram.range.count));
    if (cost < least) {
      least = cost;
      best = std::min(largest, (double(points) + 0.5) * histogram.width);
    }
  }
  return best;
}

} // namespace lockstep
