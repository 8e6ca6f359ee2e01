// Convolutions as TOSA's: channels last, groups apart.
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/MatrixBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

namespace {

/// An order of axes with the channels last: 0, 2, 3, ..., 1; and the way back.
Extents channelsLast(size_t rank) {
  Extents order{0};
  for (size_t axis = 2; axis < rank; ++axis)
    order.push_back(static_cast<int64_t>(axis));
  order.push_back(1);
  return order;
}
Extents channelsFirst(size_t rank) {
  Extents order{0, static_cast<int64_t>(rank) - 1};
  for (size_t axis = 1; axis + 1 < rank; ++axis)
    order.push_back(static_cast<int64_t>(axis));
  return order;
}

/// One spatial axis becomes two, the first of extent 1.
Extents withHeight(llvm::ArrayRef<int64_t> shape) { return {shape[0], shape[1], 1, shape[2]}; }

void addHeight(Window &window) {
  window.kernel.insert(window.kernel.begin(), 1);
  window.strides.insert(window.strides.begin(), 1);
  window.dilations.insert(window.dilations.begin(), 1);
  window.pads_begin.insert(window.pads_begin.begin(), 0);
  window.pads_end.insert(window.pads_end.begin(), 0);
}

class Emitter {
public:
  Emitter(NodeContext &context, const Convolution &convolution)
      : context(context), builder(context.builder()), conv(convolution) {}

  /// Two or three spatial axes.
  mlir::Value emit() {
    const size_t rank = shapeOf(conv.input).size();
    const mlir::Value input = transposed(context, conv.input, channelsLast(rank));
    return transposed(context, convolved(input), channelsFirst(rank));
  }

private:
  bool isDepthwise() const {
    return conv.window.rank() == 2 && conv.groups > 1 && conv.weights->shape()[1] == 1;
  }

  mlir::Value convolved(mlir::Value input) {
    if (isDepthwise())
      return depthwise(input);
    if (conv.groups == 1)
      return single(input, *conv.weights, bias());
    llvm::SmallVector<mlir::Value> results;
    const int64_t channels = conv.weights->shape()[1], outputs = conv.weights->shape()[0] / conv.groups;
    for (int64_t group = 0; group < conv.groups; ++group) {
      Extents start(shapeOf(input).size(), 0), size(shapeOf(input)), stride(start.size(), 1);
      start.back() = group * channels;
      size.back() = channels;
      results.push_back(single(sliced(context, input, start, size, stride),
                               conv.weights->rows(group * outputs, outputs),
                               bias().rows(group * outputs, outputs)));
    }
    return concatenated(context, results, static_cast<int64_t>(shapeOf(input).size()) - 1);
  }

  /// Zeros where there is none.
  Operand bias() const {
    if (conv.bias)
      return *conv.bias;
    const std::string type = resultElement().isInteger(32) ? "int32"
                             : resultElement().isF64()     ? "float64"
                                                           : "float32";
    return Operand(context, zeroTensor(type, {static_cast<uint64_t>(conv.weights->shape()[0])}));
  }

  mlir::Type resultElement() const {
    const mlir::Type element = elementOf(conv.input);
    return element.isInteger(8) ? builder.getI32Type() : element;
  }

  mlir::tosa::ConvOpQuantizationAttr quantization() const {
    if (!elementOf(conv.input).isInteger(8))
      return {};
    return mlir::tosa::ConvOpQuantizationAttr::get(builder.getContext(), conv.zero_points.first,
                                                   conv.zero_points.second);
  }

  mlir::RankedTensorType resultType(mlir::Value input, int64_t channels) const {
    Extents shape{shapeOf(input)[0]};
    for (size_t i = 0; i < conv.window.rank(); ++i)
      shape.push_back(conv.window.outputExtent(i, shapeOf(input)[i + 1]));
    shape.push_back(channels);
    return mlir::RankedTensorType::get(shape, resultElement());
  }

  /// begin and end of each axis in turn, as TOSA wants them.
  mlir::DenseI64ArrayAttr pads() const {
    Extents values;
    for (size_t i = 0; i < conv.window.rank(); ++i)
      values.append({conv.window.pads_begin[i], conv.window.pads_end[i]});
    return builder.getDenseI64ArrayAttr(values);
  }

  template <typename Op>
  mlir::Value create(mlir::Value input, mlir::Value weights, mlir::Value bias, int64_t channels) {
    const Window &window = conv.window;
    return builder.create<Op>(context.loc(), resultType(input, channels), input, weights, bias, pads(),
                              builder.getDenseI64ArrayAttr(window.strides),
                              builder.getDenseI64ArrayAttr(window.dilations), quantization(),
                              builder.getBoolAttr(false));
  }

  /// One group: weights [m, c, spatial...].
  mlir::Value single(mlir::Value input, const Operand &weights, const Operand &bias) {
    const int64_t channels = weights.shape()[0];
    const mlir::Value ordered = weights.transposed(channelsLast(weights.shape().size())).value();
    if (conv.window.rank() == 3)
      return create<mlir::tosa::Conv3DOp>(input, ordered, bias.value(), channels);
    return create<mlir::tosa::Conv2DOp>(input, ordered, bias.value(), channels);
  }

  /// Weights [c multiplier, 1, h, w] become [h, w, c, multiplier].
  mlir::Value depthwise(mlir::Value input) {
    const llvm::ArrayRef<int64_t> shape = conv.weights->shape();
    const Operand ordered = conv.weights->reshaped({conv.groups, shape[0] / conv.groups, shape[2], shape[3]})
                                .transposed({2, 3, 0, 1});
    return create<mlir::tosa::DepthwiseConv2DOp>(input, ordered.value(), bias().value(), shape[0]);
  }

  NodeContext &context;
  mlir::OpBuilder &builder;
  const Convolution &conv;
};

} // namespace

Result<mlir::Value> convolve(NodeContext &context, const Convolution &convolution) {
  const size_t rank = convolution.window.rank();
  if (rank < 1 || rank > 3)
    return context.unsupported(fmt::format("{} spatial axes, allowed: 1 to 3", rank));
  if (rank > 1)
    return Emitter(context, convolution).emit();
  Convolution flat = convolution;
  flat.input = reshaped(context, convolution.input, withHeight(shapeOf(convolution.input)));
  flat.weights = convolution.weights->reshaped(withHeight(convolution.weights->shape()));
  addHeight(flat.window);
  const mlir::Value result = Emitter(context, flat).emit();
  const llvm::ArrayRef<int64_t> shape = shapeOf(result);
  return reshaped(context, result, {shape[0], shape[1], shape[3]});
}

} // namespace lockstep
