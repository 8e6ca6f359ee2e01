#include "workloads/random_models/ModelMaker.h"

#include <algorithm>

namespace lockstep {

namespace {

/// Output positions of a window, or 0 if it does not fit.
uint64_t windows(uint64_t in, uint64_t kernel, uint64_t stride, uint64_t dilation, uint64_t padding) {
  uint64_t reach = dilation * (kernel - 1) + 1;
  return in + padding < reach ? 0 : (in + padding - reach) / stride + 1;
}

std::vector<int64_t> signedOf(const ModelShape &values) { return {values.begin(), values.end()}; }

} // namespace

/// Stride, dilation and padding are drawn here; false if the result would be empty or too large.
bool ModelMaker::conv(const std::string &x, uint64_t outChannels, uint64_t groups, const ModelShape &kernel) {
  const ModelShape in = shapeOf(x);
  ModelShape strides(2, 1), dilations(2, 1), pads(4, 0), out = {in[0], outChannels, 0, 0};
  for (size_t d = 0; d < 2; ++d) {
    strides[d] = random.chance(70) ? 1 : 1 + random.below(3);
    dilations[d] = random.chance(80) ? 1 : 2;
    if (random.chance(60))
      pads[d] = random.below(kernel[d]), pads[d + 2] = random.chance(70) ? pads[d] : random.below(kernel[d]);
    out[2 + d] = windows(in[2 + d], kernel[d], strides[d], dilations[d], pads[d] + pads[d + 2]);
  }
  uint64_t fanIn = in[1] / groups * kernel[0] * kernel[1];
  if (elementsOf(out) == 0 || elementsOf(out) > kMostElements || elementsOf(out) * fanIn > kMostMacs)
    return false;
  std::vector<std::string> inputs = {x,
                                     weights({outChannels, in[1] / groups, kernel[0], kernel[1]}, fanIn, 0)};
  if (random.chance(70))
    inputs.push_back(bias(outChannels));
  append("Conv", inputs, out,
         {{"kernel_shape", signedOf(kernel)},
          {"strides", signedOf(strides)},
          {"dilations", signedOf(dilations)},
          {"pads", signedOf(pads)},
          {"group", int64_t(groups)}});
  return true;
}

bool ModelMaker::addConv(const std::string &x) {
  if (shapeOf(x).size() != 4)
    return false;
  uint64_t channels = shapeOf(x)[1], groups = 1;
  if (random.chance(15))
    for (uint64_t candidate : {2, 3, 4, 5})
      if (channels % candidate == 0 && random.chance(60))
        groups = candidate;
  uint64_t outChannels = groups == 1 ? extent(33) : groups * extent(8);
  return conv(x, outChannels, groups, {1 + random.below(5), 1 + random.below(5)});
}

bool ModelMaker::addDepthwiseConv(const std::string &x) {
  if (shapeOf(x).size() != 4)
    return false;
  uint64_t channels = shapeOf(x)[1], factor = random.chance(85) ? 1 : 2;
  return conv(x, factor * channels, channels, {1 + random.below(4), 1 + random.below(4)});
}

bool ModelMaker::addPointwiseConv(const std::string &x) {
  return shapeOf(x).size() == 4 && conv(x, extent(33), 1, {1, 1});
}

bool ModelMaker::addConvTranspose(const std::string &x) {
  const ModelShape in = shapeOf(x);
  if (in.size() != 4)
    return false;
  uint64_t outChannels = extent(17), stride = 1 + random.below(2), kernel = stride + random.below(3);
  uint64_t padding = random.below(kernel);
  ModelShape out = {in[0], outChannels, 0, 0};
  for (size_t d = 2; d < 4; ++d) {
    uint64_t full = stride * (in[d] - 1) + kernel;
    out[d] = full > 2 * padding ? full - 2 * padding : 0;
  }
  if (elementsOf(out) == 0 || elementsOf(out) > kMostElements ||
      elementsOf(in) * outChannels * kernel * kernel > kMostMacs)
    return false;
  int64_t k = int64_t(kernel), s = int64_t(stride), p = int64_t(padding);
  append("ConvTranspose",
         {x, weights({in[1], outChannels, kernel, kernel}, in[1] * kernel, 1), bias(outChannels)}, out,
         {{"kernel_shape", std::vector<int64_t>{k, k}},
          {"strides", std::vector<int64_t>{s, s}},
          {"pads", std::vector<int64_t>{p, p, p, p}}});
  return true;
}

bool ModelMaker::addBatchNorm(const std::string &x) {
  const ModelShape shape = shapeOf(x);
  if (shape.size() != 4)
    return false;
  uint64_t channels = shape[1];
  append("BatchNormalization",
         {x, floats({channels}, random.chance(20) ? -1.5f : 0.5f, 1.5f), floats({channels}, -0.5f, 0.5f),
          floats({channels}, -0.5f, 0.5f), floats({channels}, 0.1f, 2.0f)},
         shape);
  return true;
}

bool ModelMaker::addPool(const std::string &x) {
  const ModelShape in = shapeOf(x);
  if (in.size() != 4)
    return false;
  bool average = random.chance(50);
  ModelShape kernel = {1 + random.below(3), 1 + random.below(3)}, strides(2), pads(4, 0), out = in;
  for (size_t d = 0; d < 2; ++d) {
    strides[d] = 1 + random.below(2);
    if (random.chance(30))
      pads[d] = pads[d + 2] = random.below(kernel[d]);
    out[2 + d] = windows(in[2 + d], kernel[d], strides[d], 1, pads[d] + pads[d + 2]);
  }
  if (elementsOf(out) == 0)
    return false;
  append(average ? "AveragePool" : "MaxPool", {x}, out,
         {{"kernel_shape", signedOf(kernel)}, {"strides", signedOf(strides)}, {"pads", signedOf(pads)}});
  return true;
}

bool ModelMaker::addGlobalPool(const std::string &x) {
  const ModelShape in = shapeOf(x);
  if (in.size() != 4)
    return false;
  append("GlobalAveragePool", {x}, {in[0], in[1], 1, 1});
  return true;
}

} // namespace lockstep
