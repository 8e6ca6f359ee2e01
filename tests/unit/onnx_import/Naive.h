// The operators' definitions, as slow and plain as they can be: what the imported ones are judged by.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "tests/support/Random.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace lockstep {

using Index = std::vector<int64_t>;

/// Calls visit for all indices of a shape, in row-major order.
void forEachIndex(const Index &shape, const std::function<void(const Index &)> &visit);

/// float32 numbers with a shape.
struct NaiveTensor {
  Index shape;
  std::vector<float> values;

  explicit NaiveTensor(Index extents);
  float &at(const Index &index);
  float at(const Index &index) const;
  Tensor tensor() const;
};
/// Small whole numbers: sums of their products are exact in float32, in any order.
NaiveTensor randomTensor(Index shape, Random &random);

/// A kernel on spatial axes, with begin and end pads.
struct NaiveWindow {
  Index kernel, strides, dilations, begin, end;

  size_t rank() const { return kernel.size(); }
  int64_t span(size_t axis) const { return dilations[axis] * (kernel[axis] - 1) + 1; }
  int64_t outputs(size_t axis, int64_t input) const {
    return (input + begin[axis] + end[axis] - span(axis)) / strides[axis] + 1;
  }
  std::vector<int64_t> pads() const;
};
NaiveWindow randomWindow(size_t rank, Random &random);

/// x [n, c, ...], w [m, c / groups, ...].
NaiveTensor naiveConv(const NaiveTensor &x, const NaiveTensor &w, const NaiveTensor &bias,
                      const NaiveWindow &window, int64_t groups);
/// x [n, c, ...], w [c, m / groups, ...]; `extra` positions behind the end.
NaiveTensor naiveConvTranspose(const NaiveTensor &x, const NaiveTensor &w, const NaiveTensor &bias,
                               const NaiveWindow &window, const Index &extra, int64_t groups);
/// Elements of each window that lie inside of x, with their indices in x, to one number.
using Fold = std::function<float(const std::vector<float> &elements, const std::vector<Index> &places)>;
NaiveTensor naivePool(const NaiveTensor &x, const NaiveWindow &window, const Fold &fold);

} // namespace lockstep
