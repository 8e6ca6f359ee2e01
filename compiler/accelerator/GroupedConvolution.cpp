#include "compiler/accelerator/GroupedConvolution.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <algorithm>
#include <tuple>

namespace lockstep {
namespace {

constexpr unsigned kChannelAxis = 3; // NHWC

/// The slice that a part reads: channels [number * size, (number + 1) * size) and all else.
mlir::tosa::SliceOp sliceOf(const OperatorGroup &part, int64_t number) {
  auto slice = part.anchor->getOperand(0).getDefiningOp<mlir::tosa::SliceOp>();
  if (!slice || !slice->hasOneUse())
    return {};
  const auto whole = mlir::cast<mlir::ShapedType>(slice.getInput().getType()).getShape();
  const auto size = mlir::cast<mlir::ShapedType>(slice.getType()).getShape();
  for (unsigned axis = 0; axis < whole.size(); ++axis) {
    const bool isChannel = axis == kChannelAxis;
    if (slice.getStart()[axis] != (isChannel ? number * size[axis] : 0) ||
        (!isChannel && size[axis] != whole[axis]))
      return {};
  }
  return slice;
}

mlir::tosa::ConcatOp concatBehind(mlir::Operation *slice) {
  if (!mlir::isa<mlir::tosa::SliceOp>(slice) || !slice->hasOneUse())
    return {};
  mlir::Operation *anchor = *slice->getUsers().begin();
  if (!mlir::isa<mlir::tosa::Conv2DOp>(anchor) || anchor->getOperand(0) != slice->getResult(0))
    return {};
  const mlir::Value result = groupAt(anchor).result();
  return result.hasOneUse() ? mlir::dyn_cast<mlir::tosa::ConcatOp>(*result.getUsers().begin())
                            : mlir::tosa::ConcatOp();
}

/// What has to be the same in all groups.
auto commonOf(const ConvProblem &p) {
  return std::tie(p.in_channels, p.out_channels, p.kernel_height, p.kernel_width, p.stride_h, p.stride_w,
                  p.dilation_h, p.dilation_w, p.pad_top, p.pad_bottom, p.pad_left, p.pad_right,
                  p.input_zero_point, p.weight_zero_point, p.output, p.output_zero_point, p.clamp_minimum,
                  p.clamp_maximum);
}

void append(std::vector<int32_t> &list, const std::vector<int32_t> &values, int64_t count,
            int64_t otherwise) {
  if (values.empty())
    list.insert(list.end(), static_cast<size_t>(count), static_cast<int32_t>(otherwise));
  else
    list.insert(list.end(), values.begin(), values.end());
}

bool isUniform(const std::vector<int32_t> &list, int32_t value) {
  return std::all_of(list.begin(), list.end(), [&](int32_t element) { return element == value; });
}

/// Values of one group behind those of the groups before.
void appendPart(PieceLayer &layer, ChannelParameters &channels, const PieceLayer &part) {
  const ConvProblem &p = part.convolution;
  append(channels.bias, part.channels.bias, p.out_channels, 0);
  append(channels.multiplier, part.channels.multiplier, p.out_channels, p.multiplier);
  append(channels.shift, part.channels.shift, p.out_channels, p.shift);
  layer.weights.insert(layer.weights.end(), part.weights.begin(), part.weights.end());
}

/// Arrays that say nothing are left out again.
void setChannels(PieceLayer &layer, ChannelParameters channels) {
  ConvProblem &p = layer.convolution;
  p.has_bias = !isUniform(channels.bias, 0);
  if (!p.has_bias)
    channels.bias.clear();
  p.multiplier = channels.multiplier.front();
  p.shift = channels.shift.front();
  p.per_channel = !isUniform(channels.multiplier, channels.multiplier.front()) ||
                  !isUniform(channels.shift, channels.shift.front());
  if (!p.per_channel)
    channels.multiplier.clear(), channels.shift.clear();
  layer.channels = std::move(channels);
}

} // namespace

std::vector<mlir::Operation *> GroupedConvolution::operations() const {
  std::vector<mlir::Operation *> list;
  for (const OperatorGroup &part : parts) {
    list.push_back(part.anchor->getOperand(0).getDefiningOp());
    for (mlir::Operation *operation : part.operations())
      list.push_back(operation);
  }
  list.push_back(concat);
  std::sort(list.begin(), list.end(),
            [](mlir::Operation *a, mlir::Operation *b) { return a->isBeforeInBlock(b); });
  return list;
}

std::optional<GroupedConvolution> groupedConvolutionOf(mlir::Operation *slice) {
  mlir::tosa::ConcatOp concat = concatBehind(slice);
  if (!concat || concat.getAxis() != kChannelAxis || concat->getNumOperands() < 2)
    return {};
  GroupedConvolution found;
  found.concat = concat;
  found.input = slice->getOperand(0);
  int64_t channels = 0;
  for (mlir::Value operand : concat->getOperands()) {
    const std::optional<OperatorGroup> part = operand.hasOneUse() ? groupOf(operand) : std::nullopt;
    if (!part || !mlir::isa<mlir::tosa::Conv2DOp>(part->anchor))
      return {};
    mlir::tosa::SliceOp own = sliceOf(*part, static_cast<int64_t>(found.parts.size()));
    if (!own || own.getInput() != found.input)
      return {};
    channels += mlir::cast<mlir::ShapedType>(own.getType()).getDimSize(kChannelAxis);
    found.parts.push_back(*part);
  }
  const bool coversAll =
      channels == mlir::cast<mlir::ShapedType>(found.input.getType()).getDimSize(kChannelAxis);
  return coversAll ? std::optional(found) : std::nullopt;
}

Result<LayerReading> readGroupedConvolution(const GroupedConvolution &convolution,
                                            const ArchitectureGraph &machine) {
  Result<LayerReading> first = readGroup(convolution.parts.front(), machine);
  if (!first)
    return first;
  PieceLayer &layer = first->layer;
  layer.weights.clear();
  ChannelParameters channels;
  for (const OperatorGroup &group : convolution.parts) {
    const Result<LayerReading> part = readGroup(group, machine);
    if (!part)
      return part.error();
    if (commonOf(part->layer.convolution) != commonOf(layer.convolution))
      return Error{ErrorKind::Usage, "the groups of the convolution have different shapes or scales"};
    appendPart(layer, channels, part->layer);
  }
  setChannels(layer, std::move(channels));
  layer.convolution.groups = static_cast<int64_t>(convolution.parts.size());
  first->input = convolution.input;
  first->output = convolution.concat->getResult(0);
  layer.operation = "conv2d " + extentsOf(first->input) + " -> " + extentsOf(first->output) + ", " +
                    std::to_string(convolution.parts.size()) + " groups";
  if (Status s = checkConvProblem(layer.convolution); !s)
    return s.error();
  return first;
}

} // namespace lockstep
