#include "compiler/accelerator/GroupReader.h"

#include "compiler/accelerator/OutputReader.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <algorithm>

namespace lockstep {
namespace {

Error refusal(const std::string &phrase) { return {ErrorKind::Usage, phrase}; }

int64_t extent(mlir::Value value, unsigned axis) {
  return mlir::cast<mlir::ShapedType>(value.getType()).getDimSize(axis);
}

std::string typeText(mlir::Value value) {
  const mlir::Type type = mlir::cast<mlir::ShapedType>(value.getType()).getElementType();
  if (type.isInteger())
    return "int" + std::to_string(type.getIntOrFloatBitWidth());
  return type.isF32() ? "float32" : "of a floating-point type";
}

/// Element types as the architecture graph spells them.
Status checkTypes(mlir::Operation *anchor, const ArchitectureGraph &machine) {
  for (const mlir::Value value :
       {anchor->getOperand(0), anchor->getOperand(1), mlir::Value(anchor->getResult(0))}) {
    const auto type = mlir::dyn_cast<mlir::RankedTensorType>(value.getType());
    if (!type || !type.hasStaticShape() || type.getNumElements() == 0)
      return refusal("a shape is not static or empty");
  }
  const std::string a = typeText(anchor->getOperand(0)), b = typeText(anchor->getOperand(1)),
                    y = typeText(anchor->getResult(0));
  if (machine.abilities("matmul", {a, b, y}).empty())
    return refusal("the matrix unit does not multiply " + a + " by " + b + " to " + y);
  return {};
}

/// Where a matmul's operand comes from: the value, and whether it is stored with its last two extents
/// swapped.
struct Operand {
  mlir::Value value;
  bool transposed = false;
};
Operand operandOf(const OperatorGroup &group, unsigned number) {
  const mlir::Value value = group.anchor->getOperand(number);
  for (mlir::Operation *transpose : group.transposes)
    if (transpose->getResult(0) == value)
      return {transpose->getOperand(0), true};
  return {value, false};
}

LayerReading matmulReading(const OperatorGroup &group) {
  auto op = mlir::cast<mlir::tosa::MatMulOp>(group.anchor);
  const Operand a = operandOf(group, 0), b = operandOf(group, 1);
  LayerReading reading{{}, a.value, b.value, group.result()};
  GemmProblem &product = reading.layer.product;
  reading.layer.batch = extent(op.getA(), 0);
  product.m = extent(op.getA(), 1), product.k = extent(op.getA(), 2), product.n = extent(op.getB(), 2);
  product.a_transposed = a.transposed;
  product.b_transposed = b.transposed;
  if (const auto zero_points = op.getQuantizationInfo()) {
    product.a_zero_point = zero_points->getAZp();
    product.b_zero_point = zero_points->getBZp();
  }
  return reading;
}

LayerReading fullyConnectedReading(const OperatorGroup &group) {
  auto op = mlir::cast<mlir::tosa::FullyConnectedOp>(group.anchor);
  LayerReading reading{{}, op.getInput(), op.getWeight(), group.result()};
  GemmProblem &product = reading.layer.product;
  product.m = extent(op.getInput(), 0), product.k = extent(op.getInput(), 1),
  product.n = extent(op.getWeight(), 0);
  product.b_transposed = true;
  if (const auto zero_points = op.getQuantizationInfo()) {
    product.a_zero_point = zero_points->getInputZp();
    product.b_zero_point = zero_points->getWeightZp();
  }
  return reading;
}

/// Pads, strides and the like, which conv2d and depthwise_conv2d have alike.
template <typename Convolution> ConvProblem convolutionOf(Convolution op) {
  ConvProblem p;
  p.batch = extent(op.getInput(), 0), p.in_height = extent(op.getInput(), 1),
  p.in_width = extent(op.getInput(), 2);
  p.pad_top = op.getPad()[0], p.pad_bottom = op.getPad()[1], p.pad_left = op.getPad()[2],
  p.pad_right = op.getPad()[3];
  p.stride_h = op.getStride()[0], p.stride_w = op.getStride()[1];
  p.dilation_h = op.getDilation()[0], p.dilation_w = op.getDilation()[1];
  if (const auto zero_points = op.getQuantizationInfo()) {
    p.input_zero_point = zero_points->getInputZp();
    p.weight_zero_point = zero_points->getWeightZp();
  }
  return p;
}

/// out[position(i, j, l)] = in[i, j, l] for a row-major [outer, middle, inner].
template <typename Position>
std::vector<int8_t> moved(const std::vector<int64_t> &in, int64_t outer, int64_t middle, int64_t inner,
                          const Position &position) {
  std::vector<int8_t> out(in.size());
  size_t next = 0;
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t j = 0; j < middle; ++j)
      for (int64_t l = 0; l < inner; ++l)
        out[static_cast<size_t>(position(i, j, l))] = static_cast<int8_t>(in[next++]);
  return out;
}

Result<LayerReading> convolutionReading(const OperatorGroup &group) {
  LayerReading reading{{}, group.anchor->getOperand(0), {}, group.result()};
  reading.layer.kind = PieceLayer::Kind::Convolution;
  ConvProblem &p = reading.layer.convolution;
  const mlir::Value weights = group.anchor->getOperand(1);
  const auto values = constantValuesOf(weights);
  if (!values)
    return refusal("the weights are not constant");
  if (auto op = mlir::dyn_cast<mlir::tosa::Conv2DOp>(group.anchor)) { // [k, r, s, c]
    p = convolutionOf(op);
    p.out_channels = extent(weights, 0), p.kernel_height = extent(weights, 1),
    p.kernel_width = extent(weights, 2);
    p.in_channels = extent(weights, 3);
    const int64_t taps = p.kernel_height * p.kernel_width, channels = p.in_channels, outputs = p.out_channels;
    reading.layer.weights = moved(*values, outputs, taps, channels, [&](int64_t k, int64_t tap, int64_t c) {
      return (tap * channels + c) * outputs + k;
    });
    return reading;
  }
  auto op = mlir::cast<mlir::tosa::DepthwiseConv2DOp>(group.anchor); // [r, s, c, m]
  p = convolutionOf(op);
  p.kernel_height = extent(weights, 0), p.kernel_width = extent(weights, 1);
  p.groups = extent(weights, 2), p.out_channels = extent(weights, 3);
  const int64_t taps = p.kernel_height * p.kernel_width, outputs = p.out_channels;
  reading.layer.weights = moved(*values, taps, p.groups, outputs, [&](int64_t tap, int64_t c, int64_t m) {
    return (c * taps + tap) * outputs + m;
  });
  return reading;
}

Result<LayerReading> anchorReading(const OperatorGroup &group) {
  if (mlir::isa<mlir::tosa::MatMulOp>(group.anchor))
    return matmulReading(group);
  if (mlir::isa<mlir::tosa::FullyConnectedOp>(group.anchor))
    return fullyConnectedReading(group);
  return convolutionReading(group);
}

std::string operationText(const OperatorGroup &group) {
  const std::string name = group.anchor->getName().stripDialect().str();
  const std::string a = extentsOf(group.anchor->getOperand(0)), b = extentsOf(group.anchor->getOperand(1));
  return name + " " + a + " * " + b + " -> " + extentsOf(group.result());
}

/// The output stage into the problem of the layer's kind.
template <typename Problem> void setOutput(Problem &problem, const OutputStage &stage) {
  problem.output = stage.output;
  problem.has_bias = !stage.channels.bias.empty();
  problem.multiplier = stage.multiplier;
  problem.shift = stage.shift;
  problem.output_zero_point = stage.output_zero_point;
  problem.clamp_minimum = stage.clamp_minimum;
  problem.clamp_maximum = stage.clamp_maximum;
}

} // namespace

Result<LayerReading> readGroup(const OperatorGroup &group, const ArchitectureGraph &machine) {
  if (Status s = checkTypes(group.anchor, machine); !s)
    return s.error();
  Result<LayerReading> reading = anchorReading(group);
  if (!reading)
    return reading;
  PieceLayer &layer = reading->layer;
  const bool isProduct = layer.kind == PieceLayer::Kind::Product;
  const int64_t channels =
      isProduct ? layer.product.n : layer.convolution.groups * layer.convolution.out_channels;
  Result<OutputStage> stage = readOutput(group, channels, machine);
  if (!stage)
    return stage.error();
  const bool perChannel = !stage->channels.multiplier.empty();
  setOutput(layer.product, *stage);
  setOutput(layer.convolution, *stage);
  layer.product.per_column = layer.convolution.per_channel = perChannel;
  layer.channels = std::move(stage->channels);
  layer.label = labelOf(group.anchor);
  layer.operation = operationText(group);
  if (Status s = isProduct ? checkGemmProblem(layer.product) : checkConvProblem(layer.convolution); !s)
    return s.error();
  return reading;
}

} // namespace lockstep
