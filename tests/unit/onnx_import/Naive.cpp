#include "tests/unit/onnx_import/Naive.h"

#include <cstring>

namespace lockstep {

void forEachIndex(const Index &shape, const std::function<void(const Index &)> &visit) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  for (int64_t flat = 0; flat < count; ++flat) {
    Index index(shape.size());
    int64_t rest = flat;
    for (size_t axis = shape.size(); axis-- > 0; rest /= shape[axis])
      index[axis] = rest % shape[axis];
    visit(index);
  }
}

namespace {

size_t placeOf(const Index &shape, const Index &index) {
  int64_t place = 0;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    place = place * shape[axis] + index[axis];
  return static_cast<size_t>(place);
}

Index joined(std::initializer_list<int64_t> front, const Index &back) {
  Index result(front);
  result.insert(result.end(), back.begin(), back.end());
  return result;
}

Index spatial(const Index &index) { return {index.begin() + 2, index.end()}; }

bool inside(const Index &position, const Index &extents) {
  for (size_t axis = 0; axis < position.size(); ++axis)
    if (position[axis] < 0 || position[axis] >= extents[axis])
      return false;
  return true;
}

/// Where element `tap` of the kernel at `output` lies in the input.
Index tapPosition(const NaiveWindow &window, const Index &output, const Index &tap) {
  Index position;
  for (size_t axis = 0; axis < window.rank(); ++axis)
    position.push_back(output[axis] * window.strides[axis] + tap[axis] * window.dilations[axis] -
                       window.begin[axis]);
  return position;
}

Index outputExtents(const NaiveWindow &window, const Index &input) {
  Index extents;
  for (size_t axis = 0; axis < window.rank(); ++axis)
    extents.push_back(window.outputs(axis, input[axis]));
  return extents;
}

} // namespace

NaiveTensor::NaiveTensor(Index extents) : shape(std::move(extents)) {
  size_t count = 1;
  for (int64_t extent : shape)
    count *= static_cast<size_t>(extent);
  values.resize(count);
}
float &NaiveTensor::at(const Index &index) { return values[placeOf(shape, index)]; }
float NaiveTensor::at(const Index &index) const { return values[placeOf(shape, index)]; }

Tensor NaiveTensor::tensor() const {
  Tensor result{"float32", {shape.begin(), shape.end()}, std::vector<uint8_t>(values.size() * sizeof(float))};
  std::memcpy(result.bytes.data(), values.data(), result.bytes.size());
  return result;
}

NaiveTensor randomTensor(Index shape, Random &random) {
  NaiveTensor tensor(std::move(shape));
  for (float &value : tensor.values)
    value = static_cast<float>(random.range(-8, 8));
  return tensor;
}

std::vector<int64_t> NaiveWindow::pads() const {
  std::vector<int64_t> result = begin;
  result.insert(result.end(), end.begin(), end.end());
  return result;
}

NaiveWindow randomWindow(size_t rank, Random &random) {
  NaiveWindow window;
  for (size_t axis = 0; axis < rank; ++axis) {
    window.kernel.push_back(random.range(1, 3));
    window.strides.push_back(random.range(1, 3));
    window.dilations.push_back(random.range(1, 2));
    window.begin.push_back(random.range(0, 2));
    window.end.push_back(random.range(0, 2));
  }
  return window;
}

NaiveTensor naiveConv(const NaiveTensor &x, const NaiveTensor &w, const NaiveTensor &bias,
                      const NaiveWindow &window, int64_t groups) {
  const Index extents = spatial(x.shape);
  NaiveTensor result(joined({x.shape[0], w.shape[0]}, outputExtents(window, extents)));
  const int64_t perGroup = w.shape[0] / groups;
  forEachIndex(result.shape, [&](const Index &at) {
    float sum = bias.at({at[1]});
    for (int64_t c = 0; c < w.shape[1]; ++c)
      forEachIndex(window.kernel, [&](const Index &tap) {
        const Index position = tapPosition(window, spatial(at), tap);
        if (inside(position, extents))
          sum += x.at(joined({at[0], at[1] / perGroup * w.shape[1] + c}, position)) *
                 w.at(joined({at[1], c}, tap));
      });
    result.at(at) = sum;
  });
  return result;
}

NaiveTensor naiveConvTranspose(const NaiveTensor &x, const NaiveTensor &w, const NaiveTensor &bias,
                               const NaiveWindow &window, const Index &extra, int64_t groups) {
  const Index input = spatial(x.shape);
  Index extents;
  for (size_t axis = 0; axis < window.rank(); ++axis)
    extents.push_back((input[axis] - 1) * window.strides[axis] + window.span(axis) + extra[axis] -
                      window.begin[axis] - window.end[axis]);
  NaiveTensor result(joined({x.shape[0], w.shape[1] * groups}, extents));
  forEachIndex(result.shape, [&](const Index &at) { result.at(at) = bias.at({at[1]}); });
  const int64_t perGroup = x.shape[1] / groups;
  forEachIndex(x.shape, [&](const Index &at) {
    for (int64_t m = 0; m < w.shape[1]; ++m)
      forEachIndex(window.kernel, [&](const Index &tap) {
        const Index position = tapPosition(window, spatial(at), tap);
        if (inside(position, extents))
          result.at(joined({at[0], at[1] / perGroup * w.shape[1] + m}, position)) +=
              x.at(at) * w.at(joined({at[1], m}, tap));
      });
  });
  return result;
}

NaiveTensor naivePool(const NaiveTensor &x, const NaiveWindow &window, const Fold &fold) {
  const Index extents = spatial(x.shape);
  NaiveTensor result(joined({x.shape[0], x.shape[1]}, outputExtents(window, extents)));
  forEachIndex(result.shape, [&](const Index &at) {
    std::vector<float> elements;
    std::vector<Index> places;
    forEachIndex(window.kernel, [&](const Index &tap) {
      const Index position = tapPosition(window, spatial(at), tap);
      if (!inside(position, extents))
        return;
      places.push_back(joined({at[0], at[1]}, position));
      elements.push_back(x.at(places.back()));
    });
    result.at(at) = fold(elements, places);
  });
  return result;
}

} // namespace lockstep
