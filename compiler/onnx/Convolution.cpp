// Conv and ConvTranspose.
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/MatrixBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>

namespace lockstep {

namespace {

/// Input x with its channels, weights with theirs; the numbers of channels and groups fit each other.
Status checkChannels(const NodeContext &context, llvm::ArrayRef<int64_t> input,
                     llvm::ArrayRef<int64_t> weights, int64_t groups, bool isTransposed) {
  if (input.size() < 3 || input.size() != weights.size())
    return context.unsupported(
        fmt::format("an input of rank {} with weights of rank {}", input.size(), weights.size()));
  const int64_t divided = isTransposed ? weights[1] : weights[0];
  if (groups < 1 || groups > input[1] || input[1] % groups != 0 || (!isTransposed && divided % groups != 0))
    return context.unsupported(fmt::format("{} groups do not divide the channels", groups));
  if ((isTransposed ? weights[0] : weights[1] * groups) != input[1])
    return context.unsupported(
        fmt::format("the input has {} channels, but the weights are for another number", input[1]));
  return {};
}

/// The bias, if there is one. Errors: not one value for each channel.
Result<std::optional<Operand>> biasOf(NodeContext &context, int64_t channels) {
  if (!context.hasInput(2))
    return std::optional<Operand>();
  Operand bias = context.input(2).element_type == "float16"
                     ? Operand(context, widenedTensor(context, context.input(2)))
                     : Operand(context, 2);
  if (bias.shape() != llvm::ArrayRef<int64_t>{channels})
    return context.unsupported(fmt::format("the bias must have {} values", channels));
  return std::optional<Operand>(std::move(bias));
}

Operand weightsOf(NodeContext &context) {
  if (context.input(1).element_type == "float16")
    return Operand(context, widenedTensor(context, context.input(1)));
  return Operand(context, 1);
}

/// The spatial extents of the weights; those that the attribute names have to be the same.
Result<Extents> kernelOf(const NodeContext &context, llvm::ArrayRef<int64_t> weights) {
  const Extents kernel(weights.drop_front(2));
  const std::vector<int64_t> named = context.intsAttribute("kernel_shape");
  if (!named.empty() && llvm::ArrayRef(named) != llvm::ArrayRef(kernel))
    return context.unsupported("kernel_shape differs from the shape of the weights");
  return kernel;
}

Status importConv(NodeContext &context) {
  const ImportedValue input = context.input(0);
  Operand weights = weightsOf(context);
  Result<std::optional<Operand>> bias = biasOf(context, weights.shape().empty() ? 0 : weights.shape()[0]);
  if (!bias)
    return bias.error();
  Result<mlir::Value> result = convolveByAttributes(context, widenedTensor(context, input), weights, *bias);
  if (!result)
    return result.error();
  context.setOutput(0, narrowedTensor(context, *result, input.element_type), input.element_type);
  return {};
}

/// A transposed convolution is a convolution of stride 1 over the input with zeros between its elements, by
/// the kernel turned round and with its channels exchanged.
class TransposedConvolution {
public:
  explicit TransposedConvolution(NodeContext &context) : context(context) {}

  Result<mlir::Value> emit() {
    const ImportedValue given = context.input(0);
    Operand weights = weightsOf(context);
    const int64_t groups = context.intAttribute("group", 1);
    if (Status status = checkChannels(context, given.shape(), weights.shape(), groups, true); !status)
      return status.error();
    Result<Extents> kernel = kernelOf(context, weights.shape());
    if (!kernel)
      return kernel.error();
    if (Status status = readAttributes(given.shape().drop_front(2), *kernel); !status)
      return status.error();
    const int64_t outputs = weights.shape()[1] * groups;
    Result<std::optional<Operand>> bias = biasOf(context, outputs);
    if (!bias)
      return bias.error();
    Convolution convolution;
    convolution.groups = groups;
    convolution.bias = *bias;
    convolution.weights = turned(weights, groups);
    convolution.input = spread(widenedTensor(context, given));
    convolution.input = cropped(convolution.input);
    convolution.window = window;
    return convolve(context, convolution);
  }

private:
  /// Fills window (of the convolution that takes its place), spacing, and the crops where a pad would be
  /// negative.
  Status readAttributes(llvm::ArrayRef<int64_t> spatial, llvm::ArrayRef<int64_t> kernel) {
    const size_t rank = kernel.size();
    Result<Extents> strides = spatialAttribute(context, "strides", rank, 1, 1);
    Result<Extents> dilations = spatialAttribute(context, "dilations", rank, 1, 1);
    Result<Extents> extra = spatialAttribute(context, "output_padding", rank, 0, 0);
    Result<Extents> pads = spatialAttribute(context, "pads", 2 * rank, 0, 0);
    Result<Extents> wanted = spatialAttribute(context, "output_shape", rank, 0, 1);
    for (const Result<Extents> *values : {&strides, &dilations, &extra, &pads, &wanted})
      if (!*values)
        return values->error();
    spacing = *strides;
    window.kernel = Extents(kernel);
    window.strides.assign(rank, 1);
    window.dilations = *dilations;
    window.pads_begin.assign(rank, 0);
    window.pads_end.assign(rank, 0);
    crop_begin.assign(rank, 0);
    crop_end.assign(rank, 0);
    for (size_t i = 0; i < rank; ++i) {
      int64_t begin = (*pads)[i], end = (*pads)[rank + i];
      const int64_t full = (spatial[i] - 1) * spacing[i] + window.span(i) + (*extra)[i];
      distributePads(i, spatial[i], full, (*wanted)[i], begin, end);
      setPad(window.span(i) - 1 - begin, window.pads_begin[i], crop_begin[i]);
      setPad(window.span(i) - 1 - end + (*extra)[i], window.pads_end[i], crop_end[i]);
      const int64_t length = (spatial[i] - 1) * spacing[i] + 1;
      if (full - begin - end < 1 || crop_begin[i] + crop_end[i] >= length)
        return context.unsupported(fmt::format("the pads leave nothing of axis {}", i));
    }
    return {};
  }

  /// Pads that follow from output_shape or auto_pad instead of being given.
  void distributePads(size_t axis, int64_t spatial, int64_t full, int64_t wanted, int64_t &begin,
                      int64_t &end) const {
    const std::string automatic = context.stringAttribute("auto_pad", "NOTSET");
    const bool same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
    if (wanted == 0 && automatic == "VALID")
      begin = end = 0;
    if (wanted == 0 && !same)
      return;
    const int64_t total = full - (wanted > 0 ? wanted : spatial * spacing[axis]);
    const int64_t less = std::max<int64_t>(total, 0) / 2; // what is missing stands at the end
    begin = automatic == "SAME_UPPER" ? less : std::max<int64_t>(total, 0) - less;
    end = total - begin;
  }

  static void setPad(int64_t value, int64_t &pad, int64_t &crop) {
    pad = std::max<int64_t>(value, 0);
    crop = std::max<int64_t>(-value, 0);
  }

  /// [c, m / groups, spatial...] to [m, c / groups, spatial...], turned round.
  static Operand turned(const Operand &weights, int64_t groups) {
    const llvm::ArrayRef<int64_t> shape = weights.shape();
    Extents axes, order{0, 2, 1}, split{groups, shape[0] / groups, shape[1]},
        joined{groups * shape[1], shape[0] / groups};
    for (size_t i = 2; i < shape.size(); ++i) {
      axes.push_back(static_cast<int64_t>(i));
      order.push_back(static_cast<int64_t>(i) + 1);
      split.push_back(shape[i]);
      joined.push_back(shape[i]);
    }
    return weights.reversed(axes).reshaped(split).transposed(order).reshaped(joined);
  }

  /// Zeros between the elements: each axis gets one beside it, which is padded and folded into it.
  mlir::Value spread(mlir::Value input) {
    for (size_t i = 0; i < spacing.size(); ++i) {
      if (spacing[i] == 1)
        continue;
      Extents shape(shapeOf(input)), split = shape;
      split.insert(split.begin() + static_cast<long>(i) + 3, 1);
      Extents before(split.size(), 0), after(split.size(), 0);
      after[i + 3] = spacing[i] - 1;
      input = padded(context, reshaped(context, input, split), before, after,
                     splatTensor(context, {}, elementOf(input), 0));
      shape[i + 2] *= spacing[i];
      input = reshaped(context, input, shape);
      shape[i + 2] -= spacing[i] - 1;
      input = sliced(context, input, Extents(shape.size(), 0), shape, Extents(shape.size(), 1));
    }
    return input;
  }

  mlir::Value cropped(mlir::Value input) const {
    Extents start(shapeOf(input).size(), 0), size(shapeOf(input));
    for (size_t i = 0; i < crop_begin.size(); ++i) {
      start[i + 2] = crop_begin[i];
      size[i + 2] -= crop_begin[i] + crop_end[i];
    }
    if (llvm::ArrayRef(size) == shapeOf(input))
      return input;
    return sliced(context, input, start, size, Extents(start.size(), 1));
  }

  NodeContext &context;
  Window window;
  Extents spacing, crop_begin, crop_end;
};

Status importConvTranspose(NodeContext &context) {
  Result<mlir::Value> result = TransposedConvolution(context).emit();
  if (!result)
    return result.error();
  const std::string type = context.input(0).element_type;
  context.setOutput(0, narrowedTensor(context, *result, type), type);
  return {};
}

} // namespace

Result<mlir::Value> convolveByAttributes(NodeContext &context, mlir::Value input, Operand weights,
                                         std::optional<Operand> bias, const ZeroPoints &zeroPoints) {
  Convolution convolution;
  convolution.input = input;
  convolution.bias = std::move(bias);
  convolution.groups = context.intAttribute("group", 1);
  convolution.zero_points = zeroPoints;
  const llvm::ArrayRef<int64_t> shape = shapeOf(input);
  if (Status status = checkChannels(context, shape, weights.shape(), convolution.groups, false); !status)
    return status.error();
  Result<Extents> kernel = kernelOf(context, weights.shape());
  if (!kernel)
    return kernel.error();
  Result<Window> window = windowOf(context, shape.drop_front(2), *kernel);
  if (!window)
    return window.error();
  convolution.window = *window;
  convolution.weights = std::move(weights);
  return convolve(context, convolution);
}

void addConvolutionImporters(NodeImporters &importers) {
  importers["Conv"] = importConv;
  importers["ConvTranspose"] = importConvTranspose;
}

} // namespace lockstep
