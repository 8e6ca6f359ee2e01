#include "compiler/quantize/Calibration.h"

#include "compiler/quantize/Comparison.h"

#include <fmt/format.h>

#include <set>

namespace lockstep {

namespace {

const float *floats(const Tensor &tensor) { return reinterpret_cast<const float *>(tensor.bytes.data()); }
uint64_t count(const Tensor &tensor) { return tensor.bytes.size() / sizeof(float); }

/// Tensors that give scales, to themselves or to others.
std::set<std::string> rootsOf(const Placement &placement) {
  std::set<std::string> roots;
  for (const auto &[name, root] : placement.scale_of)
    roots.insert(root);
  return roots;
}

/// Sums of a tensor's elements by their place along an axis.
void addChannelSums(std::vector<double> &sums, const Tensor &tensor, int axis) {
  if (tensor.shape.empty())
    return;
  size_t place = size_t(axis < 0 ? int(tensor.shape.size()) + axis : axis);
  uint64_t channels = tensor.shape[place], inner = 1;
  for (size_t i = place + 1; i < tensor.shape.size(); ++i)
    inner *= tensor.shape[i];
  sums.resize(channels, 0);
  for (uint64_t i = 0; i < count(tensor); ++i)
    sums[i / inner % channels] += floats(tensor)[i];
}

Status findRanges(ReferenceRuns &reference, const std::map<std::string, int> &channelAxes,
                  Calibration &calibration) {
  Status status = reference.forEach([&](uint64_t, const auto &results) {
    for (auto &[name, tensor] : calibration)
      tensor.range.add(floats(*results.at(name)), count(*results.at(name)));
    for (const auto &[name, axis] : channelAxes)
      addChannelSums(calibration[name].channel_means, *results.at(name), axis);
  });
  if (!status)
    return status;
  for (auto &[name, tensor] : calibration) {
    if (!tensor.range.finite)
      return Error{
          ErrorKind::Model,
          fmt::format("tensor `{}` takes values in calibration that are infinite or no numbers", name)};
    for (double &mean : tensor.channel_means)
      mean /= double(tensor.range.count) / double(tensor.channel_means.size());
  }
  return {};
}

/// What the report needs of one tensor.
struct Fit {
  ValueRange range;
  uint64_t clipped = 0;
  Comparison comparison;

  void add(const Tensor &tensor, const Quantizer &quantizer) {
    range.add(floats(tensor), count(tensor));
    // Half a step beyond the ends still rounds to them.
    double low = quantizer.lowest() - 0.5 * quantizer.scale,
           high = quantizer.highest() + 0.5 * quantizer.scale;
    for (uint64_t i = 0; i < count(tensor); ++i) {
      float x = floats(tensor)[i];
      clipped += x < low || x > high ? 1 : 0;
      comparison.add(x, quantizer.roundTrip(x));
    }
  }
};

} // namespace

Result<Calibration> calibrate(ReferenceRuns &reference, const Placement &placement,
                              const std::map<std::string, int> &channelAxes, const QuantizeOptions &options) {
  Calibration calibration;
  for (const std::string &root : rootsOf(placement))
    calibration[root];
  for (const auto &[name, axis] : channelAxes)
    calibration[name];
  if (Status status = findRanges(reference, channelAxes, calibration); !status)
    return status.error();
  std::map<std::string, Histogram> histograms;
  for (const auto &[name, tensor] : calibration)
    histograms.emplace(name, Histogram(tensor.range, histogramBins(options.calibrator, tensor.range.count)));
  Status status = reference.forEach([&](uint64_t, const auto &results) {
    for (auto &[name, histogram] : histograms)
      histogram.add(floats(*results.at(name)), count(*results.at(name)));
  });
  if (!status)
    return status.error();
  for (auto &[name, tensor] : calibration)
    tensor.quantizer = quantizerFor(tensor.range, calibratedThreshold(histograms.at(name), options), options);
  return calibration;
}

Result<std::vector<TensorReport>> reportTensors(ReferenceRuns &reference, const Placement &placement,
                                                const Calibration &calibration) {
  std::map<std::string, Fit> fits;
  Status status = reference.forEach([&](uint64_t, const auto &results) {
    for (const auto &[name, root] : placement.scale_of)
      fits[name].add(*results.at(name), calibration.at(root).quantizer);
  });
  if (!status)
    return status.error();
  std::vector<TensorReport> reports;
  for (const std::string &name : placement.tensors) {
    const Fit &fit = fits.at(name);
    const Quantizer &quantizer = calibration.at(placement.scale_of.at(name)).quantizer;
    reports.push_back({name, fit.range.minimum, fit.range.maximum, quantizer.threshold(), quantizer.scale,
                       quantizer.zero_point,
                       fit.range.count == 0 ? 0 : double(fit.clipped) / double(fit.range.count),
                       fit.comparison.sqnrDb(), fit.comparison.cosine()});
  }
  return reports;
}

} // namespace lockstep
