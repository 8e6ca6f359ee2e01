#include "ExactGraph.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace lockstep {

namespace {

using Ints = std::vector<int64_t>;

Ints ints(const onnx::NodeProto &node, const std::string &name, Ints otherwise) {
  for (const onnx::AttributeProto &attribute : node.attribute())
    if (attribute.name() == name)
      return Ints(attribute.ints().begin(), attribute.ints().end());
  return otherwise;
}

int64_t integer(const onnx::NodeProto &node, const std::string &name, int64_t otherwise) {
  for (const onnx::AttributeProto &attribute : node.attribute())
    if (attribute.name() == name)
      return attribute.i();
  return otherwise;
}

/// Windows of a two-dimensional convolution or pool.
struct Windows {
  Ints kernel, strides, dilations, pads;
  uint64_t out_height, out_width;

  Windows(const onnx::NodeProto &node, const std::vector<uint64_t> &shape, Ints size)
      : kernel(std::move(size)), strides(ints(node, "strides", {1, 1})),
        dilations(ints(node, "dilations", {1, 1})), pads(ints(node, "pads", {0, 0, 0, 0})),
        out_height(extent(shape, 0)), out_width(extent(shape, 1)) {}

  uint64_t extent(const std::vector<uint64_t> &shape, size_t axis) const {
    return uint64_t(
        (int64_t(shape[2 + axis]) + pads[axis] + pads[2 + axis] - dilations[axis] * (kernel[axis] - 1) - 1) /
            strides[axis] +
        1);
  }

  /// Calls visit(tap, offset in the image) for each tap of output (y, x) that lies in the image.
  void forEach(const std::vector<uint64_t> &shape, uint64_t y, uint64_t x,
               const std::function<void(uint64_t, uint64_t)> &visit) const {
    for (int64_t r = 0; r < kernel[0]; ++r)
      for (int64_t s = 0; s < kernel[1]; ++s) {
        int64_t row = int64_t(y) * strides[0] + r * dilations[0] - pads[0];
        int64_t column = int64_t(x) * strides[1] + s * dilations[1] - pads[1];
        if (row >= 0 && column >= 0 && row < int64_t(shape[2]) && column < int64_t(shape[3]))
          visit(uint64_t(r * kernel[1] + s), uint64_t(row) * shape[3] + uint64_t(column));
      }
  }
};

RealTensor convolution(const onnx::NodeProto &node, const RealTensor &x, const RealTensor &w,
                       const RealTensor *bias) {
  Windows windows(node, x.shape, {int64_t(w.shape[2]), int64_t(w.shape[3])});
  auto groups = uint64_t(integer(node, "group", 1));
  uint64_t outputs = w.shape[0], depth = w.shape[1], taps = w.shape[2] * w.shape[3],
           image = x.shape[2] * x.shape[3];
  RealTensor y = RealTensor::zeros({x.shape[0], outputs, windows.out_height, windows.out_width});
  y.terms = unsigned(depth * taps + 1);
  for (size_t i = 0; i < y.values.size(); ++i) {
    uint64_t column = i % windows.out_width, row = i / windows.out_width % windows.out_height;
    uint64_t k = i / (windows.out_width * windows.out_height) % outputs;
    uint64_t n = i / (windows.out_width * windows.out_height * outputs),
             first = k / (outputs / groups) * depth;
    long double sum = bias ? bias->values[k] : 0, magnitude = std::fabs(sum);
    windows.forEach(x.shape, row, column, [&](uint64_t tap, uint64_t offset) {
      for (uint64_t c = 0; c < depth; ++c) {
        long double product =
            x.values[(n * x.shape[1] + first + c) * image + offset] * w.values[(k * depth + c) * taps + tap];
        sum += product;
        magnitude += std::fabs(product);
      }
    });
    y.values[i] = sum;
    y.magnitudes[i] = magnitude;
  }
  return y;
}

/// Matrix product of x [..., k] and w [k, n] (or [n, k]).
RealTensor product(const RealTensor &x, const RealTensor &w, bool transposed, const RealTensor *bias) {
  if (w.shape.size() != 2)
    throw std::runtime_error("the judge multiplies by matrices only");
  uint64_t depth = x.shape.back(), columns = w.shape[transposed ? 0 : 1];
  std::vector<uint64_t> shape = x.shape;
  shape.back() = columns;
  RealTensor y = RealTensor::zeros(shape);
  y.terms = unsigned(depth + 1);
  for (size_t i = 0; i < y.values.size(); ++i) {
    uint64_t row = i / columns, column = i % columns;
    long double sum = bias ? bias->values[column] : 0, magnitude = std::fabs(sum);
    for (uint64_t k = 0; k < depth; ++k) {
      long double term =
          x.values[row * depth + k] * w.values[transposed ? column * depth + k : k * columns + column];
      sum += term;
      magnitude += std::fabs(term);
    }
    y.values[i] = sum;
    y.magnitudes[i] = magnitude;
  }
  return y;
}

RealTensor add(const RealTensor &a, const RealTensor &b) {
  bool suffix =
      b.shape.size() <= a.shape.size() && std::equal(b.shape.rbegin(), b.shape.rend(), a.shape.rbegin());
  if (!suffix)
    throw std::runtime_error("the judge broadcasts the second operand's leading axes only");
  RealTensor y = a;
  y.terms = a.terms + b.terms;
  for (size_t i = 0; i < y.values.size(); ++i) {
    y.values[i] += b.values[i % b.values.size()];
    y.magnitudes[i] += b.magnitudes[i % b.values.size()];
  }
  return y;
}

RealTensor clamp(RealTensor x, long double low, long double high) {
  for (long double &value : x.values)
    value = std::clamp(value, low, high);
  return x;
}

RealTensor pool(const onnx::NodeProto &node, const RealTensor &x) {
  bool isGlobal = node.op_type() == "GlobalAveragePool", isMaximum = node.op_type() == "MaxPool";
  Ints kernel = isGlobal ? Ints{int64_t(x.shape[2]), int64_t(x.shape[3])} : ints(node, "kernel_shape", {});
  Windows windows(node, x.shape, kernel);
  bool countPadding = integer(node, "count_include_pad", 0) != 0;
  uint64_t image = x.shape[2] * x.shape[3], outputs = windows.out_height * windows.out_width;
  RealTensor y = RealTensor::zeros({x.shape[0], x.shape[1], windows.out_height, windows.out_width});
  y.terms = unsigned(isMaximum ? 1 : kernel[0] * kernel[1] + 1);
  for (size_t i = 0; i < y.values.size(); ++i) {
    long double sum = 0, magnitude = 0, most = -INFINITY, count = 0;
    windows.forEach(x.shape, i % outputs / windows.out_width, i % windows.out_width,
                    [&](uint64_t, uint64_t offset) {
                      long double value = x.values[i / outputs * image + offset];
                      sum += value;
                      magnitude += std::fabs(value);
                      most = std::max(most, value);
                      count += 1;
                    });
    if (countPadding)
      count = (long double)(kernel[0] * kernel[1]);
    y.values[i] = isMaximum ? most : sum / count;
    y.magnitudes[i] = isMaximum ? std::fabs(most) : magnitude / count;
  }
  return y;
}

RealTensor concat(const onnx::NodeProto &node, const std::vector<RealTensor> &inputs) {
  auto axis = size_t(integer(node, "axis", 0));
  RealTensor y = inputs[0];
  y.shape[axis] = 0;
  for (const RealTensor &input : inputs)
    y.shape[axis] += input.shape[axis];
  uint64_t outer = 1;
  for (size_t i = 0; i < axis; ++i)
    outer *= y.shape[i];
  y.values.clear();
  y.magnitudes.clear();
  for (uint64_t o = 0; o < outer; ++o)
    for (const RealTensor &input : inputs) {
      auto size = std::ptrdiff_t(input.values.size() / outer), begin = std::ptrdiff_t(o) * size;
      y.values.insert(y.values.end(), input.values.begin() + begin, input.values.begin() + begin + size);
      y.magnitudes.insert(y.magnitudes.end(), input.magnitudes.begin() + begin,
                          input.magnitudes.begin() + begin + size);
    }
  return y;
}

RealTensor flatten(const onnx::NodeProto &node, RealTensor x) {
  uint64_t outer = 1;
  for (int64_t i = 0; i < integer(node, "axis", 1); ++i)
    outer *= x.shape[size_t(i)];
  x.shape = {outer, x.values.size() / outer};
  return x;
}

} // namespace

RealTensor exactOperator(const onnx::NodeProto &node, const std::vector<RealTensor> &inputs) {
  const std::string &type = node.op_type();
  const RealTensor *third = inputs.size() > 2 && !inputs[2].values.empty() ? &inputs[2] : nullptr;
  if (type == "Conv")
    return convolution(node, inputs[0], inputs[1], third);
  if (type == "Gemm")
    return product(inputs[0], inputs[1], integer(node, "transB", 0) != 0, third);
  if (type == "MatMul")
    return product(inputs[0], inputs[1], false, nullptr);
  if (type == "Add")
    return add(inputs[0], inputs[1]);
  if (type == "Relu")
    return clamp(inputs[0], 0, INFINITY);
  if (type == "Clip")
    return clamp(inputs[0], inputs.size() > 1 && !inputs[1].values.empty() ? inputs[1].values[0] : -INFINITY,
                 third ? third->values[0] : INFINITY);
  if (type == "MaxPool" || type == "AveragePool" || type == "GlobalAveragePool")
    return pool(node, inputs[0]);
  if (type == "Concat")
    return concat(node, inputs);
  if (type == "Flatten")
    return flatten(node, inputs[0]);
  throw std::runtime_error("the judge does not know " + type);
}

} // namespace lockstep
