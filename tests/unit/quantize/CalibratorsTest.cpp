#include "compiler/quantize/Calibrators.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace lockstep;

namespace {

Histogram histogramOf(const std::vector<float> &values, unsigned bins) {
  ValueRange range;
  range.add(values.data(), values.size());
  Histogram histogram(range, bins);
  histogram.add(values.data(), values.size());
  return histogram;
}

Histogram histogramFor(Calibrator calibrator, const std::vector<float> &values) {
  return histogramOf(values, histogramBins(calibrator, values.size()));
}

std::vector<float> normal(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> distribution;
  std::vector<float> values(count);
  for (float &value : values)
    value = distribution(random);
  return values;
}

QuantizeOptions optionsFor(Calibrator calibrator, unsigned bits = 8) {
  QuantizeOptions options;
  options.calibrator = calibrator;
  options.bits = bits;
  return options;
}

double thresholdOf(Calibrator calibrator, const std::vector<float> &values, unsigned bits = 8) {
  return calibratedThreshold(histogramFor(calibrator, values), optionsFor(calibrator, bits));
}

constexpr Calibrator all[] = {Calibrator::MinMax, Calibrator::Percentile, Calibrator::Entropy,
                              Calibrator::MeanSquaredError, Calibrator::Jeffreys};

} // namespace

TEST(Histogram, CountsEachValueOnceByMagnitudeAndSign) {
  Histogram histogram = histogramOf({0, 0.5F, -1.5F, 4, -4, 3.999F, 0, -0.0F}, 4);
  EXPECT_EQ(histogram.zeros, 3u);
  EXPECT_EQ(histogram.positive, (std::vector<uint64_t>{1, 0, 0, 2}));
  EXPECT_EQ(histogram.negative, (std::vector<uint64_t>{0, 1, 0, 1}));
  EXPECT_EQ(histogram.width, 1);
  EXPECT_EQ(histogram.range.count, 8u);
}

TEST(Calibrators, MinMaxIsTheLargestMagnitude) {
  EXPECT_EQ(thresholdOf(Calibrator::MinMax, {1, -7.5F, 3}), 7.5);
}

TEST(Calibrators, PercentileLeavesThatShareUnclipped) {
  std::vector<float> values;
  for (int i = 1; i <= 10000; ++i)
    values.push_back(float(i % 2 ? i : -i));
  Histogram histogram = histogramFor(Calibrator::Percentile, values);
  for (double percent : {10.0, 50.0, 99.0, 99.9})
    EXPECT_NEAR(percentileThreshold(histogram, percent), percent * 100, 2);
  EXPECT_EQ(percentileThreshold(histogram, 100), 10000);
}

TEST(Calibrators, PercentileCountsZerosAsValues) {
  std::vector<float> values(900, 0.0F);
  for (int i = 1; i <= 100; ++i)
    values.push_back(float(i));
  EXPECT_NEAR(percentileThreshold(histogramFor(Calibrator::Percentile, values), 95), 50, 1);
}

// The least mean squared error over the density itself; at 8 bits that is the 3.92 standard deviations of
// Banner, Nahshan, Hoffer, Soudry: "ACIQ" (2018).
TEST(Calibrators, MeanSquaredErrorClipsANormalDistributionWhereTheDensitySays) {
  std::vector<float> values = normal(200000, 3);
  for (unsigned bits : {4u, 8u}) {
    double best = 0, least = INFINITY;
    for (double threshold = 1.5; threshold < 5; threshold += 0.02) {
      Quantizer quantizer = symmetricQuantizer(threshold, bits);
      double error = 0;
      for (double x = -7; x < 7; x += 0.001)
        error += std::exp(-x * x / 2) * std::pow(quantizer.roundTrip(float(x)) - x, 2);
      best = error < least ? threshold : best;
      least = std::min(error, least);
    }
    EXPECT_NEAR(thresholdOf(Calibrator::MeanSquaredError, values, bits), best, 0.25) << bits;
  }
}

TEST(Calibrators, MeanSquaredErrorIsNoWorseThanItsNeighbours) {
  std::vector<float> values = normal(20000, 5);
  double best = thresholdOf(Calibrator::MeanSquaredError, values, 6);
  auto errorAt = [&](double threshold) {
    Quantizer quantizer = symmetricQuantizer(threshold, 6);
    double sum = 0;
    for (float x : values)
      sum += std::pow(quantizer.roundTrip(x) - x, 2);
    return sum;
  };
  EXPECT_LT(errorAt(best), errorAt(best * 0.8));
  EXPECT_LT(errorAt(best), errorAt(best * 1.2));
}

TEST(Calibrators, ALoneOutlierIsClippedByAllButMinMax) {
  std::vector<float> values = normal(50000, 7);
  values.push_back(200);
  for (Calibrator calibrator : all)
    if (calibrator == Calibrator::MinMax)
      EXPECT_EQ(thresholdOf(calibrator, values), 200);
    else
      EXPECT_LT(thresholdOf(calibrator, values), 190) << calibratorName(calibrator);
}

TEST(Calibrators, EntropyAndPercentileFollowTheBulkOfTheValues) {
  std::vector<float> values = normal(50000, 7);
  values.push_back(200);
  EXPECT_LT(thresholdOf(Calibrator::Entropy, values), 30);
  EXPECT_LT(thresholdOf(Calibrator::Percentile, values), 5);
}

TEST(Calibrators, ManyZerosDoNotMoveTheEntropyThreshold) {
  std::vector<float> values = normal(20000, 11), withZeros = values;
  withZeros.insert(withZeros.end(), 200000, 0.0F);
  EXPECT_EQ(thresholdOf(Calibrator::Entropy, values), thresholdOf(Calibrator::Entropy, withZeros));
}

// The definition once more, bin by bin: each bin belongs to the level that its center rounds to.
TEST(Calibrators, EntropyIsTheThresholdOfItsDefinition) {
  std::vector<float> values = normal(5000, 13);
  for (float &value : values)
    value *= value;
  Histogram histogram = histogramFor(Calibrator::Entropy, values);
  double best = 0, least = INFINITY;
  for (unsigned bins = histogram.bins(); bins >= 8; bins -= 8) {
    double threshold = histogram.width * bins, step = threshold / symmetricLevels(4);
    std::vector<double> p(bins), level(bins), inLevel(100), occupied(100);
    double all = double(values.size()) - double(histogram.zeros), inside = 0;
    for (unsigned i = 0; i < histogram.bins(); ++i) {
      p[std::min(i, bins - 1)] += double(histogram.count(i));
      inside += i < bins ? double(histogram.count(i)) : 0;
    }
    for (unsigned i = 0; i < bins; ++i) {
      level[i] = std::floor(histogram.center(i) / step + 0.5);
      inLevel[size_t(level[i])] += double(histogram.count(i));
      occupied[size_t(level[i])] += p[i] > 0 ? 1 : 0;
    }
    double cost = 0;
    for (unsigned i = 0; i < bins; ++i)
      if (p[i] > 0) {
        double q = std::max(0.5, inLevel[size_t(level[i])] / occupied[size_t(level[i])]) / inside;
        cost += p[i] / all * std::log(p[i] / all / q);
      }
    best = cost < least - 1e-12 ? threshold : best;
    least = std::min(cost, least);
  }
  EXPECT_NEAR(thresholdOf(Calibrator::Entropy, values, 4), best, 1e-6);
}

TEST(Calibrators, EntropyKeepsAUniformDistributionWhole) {
  std::vector<float> values;
  for (int i = 1; i <= 40000; ++i)
    values.push_back(float(i));
  EXPECT_GT(thresholdOf(Calibrator::Entropy, values), 39000);
}

TEST(Calibrators, NoThresholdExceedsTheLargestMagnitudeOrIsZero) {
  for (const std::vector<float> &values :
       {std::vector<float>{1e-30F}, {0, 0, 0, 5}, {-3, -3, -3}, normal(100, 1), normal(40000, 2)})
    for (Calibrator calibrator : all)
      for (unsigned bits : {4u, 8u}) {
        double largest = histogramFor(calibrator, values).range.magnitude();
        EXPECT_GT(thresholdOf(calibrator, values, bits), 0) << calibratorName(calibrator);
        EXPECT_LE(thresholdOf(calibrator, values, bits), largest) << calibratorName(calibrator);
      }
}

TEST(Calibrators, ATensorOfZerosHasThresholdZeroAndAUsableQuantizer) {
  for (Calibrator calibrator : all) {
    EXPECT_EQ(thresholdOf(calibrator, {0, 0, 0}), 0);
    EXPECT_EQ(quantizerFor({3, 0, 0, true}, 0, optionsFor(calibrator)).scale, 1.0F);
  }
}

TEST(Calibrators, AsymmetricRangesEndAtTheThresholdOrWhereTheValuesEnd) {
  QuantizeOptions options;
  options.symmetric = false;
  Quantizer oneSided = quantizerFor({10, 0, 8, true}, 6, options),
            both = quantizerFor({10, -1, 8, true}, 6, options);
  EXPECT_EQ(oneSided.zero_point, -128);
  EXPECT_NEAR(oneSided.scale, 6.0 / 255, 1e-7);
  EXPECT_NEAR(both.scale, 7.0 / 255, 1e-7);
  EXPECT_NEAR(quantizerFor({10, -1, 4, true}, 6, options).scale, 5.0 / 255, 1e-7);
  EXPECT_NEAR(quantizerFor({10, -9, 8, true}, 6, options).scale, 12.0 / 255, 1e-7);
}

TEST(ValueRange, SaysWhetherAllValuesAreFinite) {
  ValueRange range;
  float good[] = {1, -2}, bad[] = {NAN};
  range.add(good, 2);
  EXPECT_TRUE(range.finite);
  EXPECT_EQ(range.magnitude(), 2);
  range.add(bad, 1);
  EXPECT_FALSE(range.finite);
}
