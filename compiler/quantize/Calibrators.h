// Calibrators: from the values that a tensor takes to the largest magnitude that its quantizer shall
// represent. Pure functions of a histogram.
#pragma once

#include "compiler/quantize/Histogram.h"
#include "compiler/quantize/QuantizationReport.h"
#include "compiler/quantize/Quantizer.h"

namespace lockstep {

/// How many bins a calibrator's histogram of `count` values has: Jeffreys about sqrt(count), the others a
/// fixed number.
unsigned histogramBins(Calibrator calibrator, uint64_t count);

/// `percent` of the values (zeros too) have at most this magnitude; linear within a bin.
double percentileThreshold(const Histogram &histogram, double percent);

/// The threshold with the least sum of squared differences between values and what the quantizer makes of
/// them.
double meanSquaredErrorThreshold(const Histogram &histogram, const QuantizeOptions &options);

/// The threshold with the least Kullback-Leibler divergence of the quantized distribution from the clipped
/// one. Zeros are left out of both (ReLU makes them many, and no threshold changes them), and the level
/// around zero takes half a step of magnitudes, the others a whole one.
double entropyThreshold(const Histogram &histogram, const QuantizeOptions &options);

/// Settle, Bollavaram, D'Alberto, Delaye, Fernandez, Fraser, Ng, Sirasao, Wu: "Quantizing Convolutional
/// Neural Networks for Low-Power High-Throughput Inference Engines" (2018). With c the cumulative
/// distribution of |x| over the bins and n = 2^(bits-1): each candidate i > n sets c to 1 from bin i - 1 on,
/// resamples its first i points to n points and back (linearly), and costs sum (c - q) log2(c / q) over all
/// bins; its threshold is (i + 1/2) width, at most the largest magnitude. With n bins or fewer: the largest
/// magnitude.
double jeffreysThreshold(const Histogram &histogram, unsigned bits);

/// By options.calibrator; never over the largest magnitude, and 0 only if all values are.
double calibratedThreshold(const Histogram &histogram, const QuantizeOptions &options);

/// The quantizer for activations whose magnitudes are clipped at `threshold`: symmetric, or over what remains
/// of minimum to maximum.
Quantizer quantizerFor(const ValueRange &range, double threshold, const QuantizeOptions &options);

} // namespace lockstep
