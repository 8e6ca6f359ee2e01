// The threshold of Settle et al. 2018, judged by a slow transcript of its definition.
#include "compiler/quantize/Calibrators.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace lockstep;

namespace {

using Curve = std::vector<double>;

Curve evenly(size_t points) {
  Curve places;
  for (size_t i = 0; i < points; ++i)
    places.push_back(double(i) / double(points - 1));
  return places;
}

/// The piecewise linear curve through (from, values), at `x`.
double interpolate(double x, const Curve &from, const Curve &values) {
  for (size_t i = 1; i < from.size(); ++i)
    if (x <= from[i])
      return values[i - 1] + (values[i] - values[i - 1]) * (x - from[i - 1]) / (from[i] - from[i - 1]);
  return values.back();
}

Curve resample(const Curve &values, size_t points) {
  Curve result;
  for (double x : evenly(points))
    result.push_back(interpolate(x, evenly(values.size()), values));
  return result;
}

double slowThreshold(const std::vector<float> &values, unsigned bits) {
  double largest = 0;
  for (float x : values)
    largest = std::max(largest, std::fabs(double(x)));
  auto bins = size_t(std::ceil(std::sqrt(double(values.size())))), levels = size_t(std::pow(2, bits - 1));
  double width = largest / double(bins), best = largest, least = INFINITY;
  Curve cdf(bins);
  for (size_t bin = 0; bin < bins; ++bin)
    for (float x : values)
      cdf[bin] +=
          std::min(size_t(std::fabs(double(x)) / width), bins - 1) <= bin ? 1.0 / double(values.size()) : 0;
  for (size_t i = levels + 1; i <= bins; ++i) {
    Curve clipped(cdf.begin(), cdf.begin() + std::ptrdiff_t(i));
    clipped[i - 1] = 1;
    Curve q = resample(resample(clipped, levels), i);
    q.resize(bins, 1);
    double cost = 0;
    for (size_t bin = 0; bin < bins; ++bin)
      cost += (cdf[bin] - q[bin]) * std::log2(cdf[bin] / q[bin]);
    if (cost < least - 1e-12) {
      least = cost;
      best = std::min(largest, (double(i) + 0.5) * width);
    }
  }
  return best;
}

double threshold(const std::vector<float> &values, unsigned bits) {
  ValueRange range;
  range.add(values.data(), values.size());
  Histogram histogram(range, histogramBins(Calibrator::Jeffreys, values.size()));
  histogram.add(values.data(), values.size());
  return jeffreysThreshold(histogram, bits);
}

} // namespace

TEST(Jeffreys, IsTheThresholdOfItsDefinition) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::exponential_distribution<float> exponential;
  for (unsigned bits : {3u, 4u, 5u}) {
    std::vector<float> bell, tail;
    for (int i = 0; i < 3000; ++i) {
      bell.push_back(normal(random));
      tail.push_back(std::max(0.0F, exponential(random) - 0.5F));
    }
    EXPECT_NEAR(threshold(bell, bits), slowThreshold(bell, bits), 1e-9) << bits;
    EXPECT_NEAR(threshold(tail, bits), slowThreshold(tail, bits), 1e-9) << bits;
  }
}

TEST(Jeffreys, HasAboutAsManyBinsAsTheRootOfTheValues) {
  EXPECT_EQ(histogramBins(Calibrator::Jeffreys, 10000), 100u);
  EXPECT_EQ(histogramBins(Calibrator::Jeffreys, 10001), 101u);
  EXPECT_EQ(histogramBins(Calibrator::Jeffreys, 1), 1u);
}

TEST(Jeffreys, ClipsNothingWhereThereAreFewerBinsThanLevels) {
  std::vector<float> values;
  for (int i = 0; i < 1000; ++i) // 32 bins, 128 levels
    values.push_back(float(i % 37) - 18);
  EXPECT_EQ(threshold(values, 8), 18);
}

TEST(Jeffreys, ValuesFarFromZeroDoNotMakeTheCostInfinite) {
  std::vector<float> values;
  for (int i = 0; i < 40000; ++i)
    values.push_back(5 + float(i % 1000) / 1000);
  EXPECT_GT(threshold(values, 4), 3);
  EXPECT_LE(threshold(values, 4), 6);
}
