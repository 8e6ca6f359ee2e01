// Reshape and its kin, Transpose, Concat, Split, Expand, Tile: the same elements in another order.
#include "compiler/onnx/ConstantMovement.h"
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"
#include "compiler/onnx/ShapeOps.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <algorithm>

namespace lockstep {

using Numbers64 = std::vector<int64_t>;

Result<Numbers64> integersFrom(const NodeContext &context, size_t index, const char *attribute) {
  if (context.hasInput(index))
    return constantIntegers(context, index);
  return context.intsAttribute(attribute);
}

Result<Numbers64> axesOf(const NodeContext &context, const Numbers64 &axes, size_t rank) {
  Numbers64 result;
  for (int64_t axis : axes) {
    std::optional<int64_t> normalized = normalizedAxis(axis, int64_t(rank));
    if (!normalized || llvm::is_contained(result, *normalized))
      return context.unsupported("axis " + std::to_string(axis) + " does not fit rank " +
                                 std::to_string(rank));
    result.push_back(*normalized);
  }
  return result;
}

Status setReshaped(NodeContext &context, size_t output, llvm::ArrayRef<int64_t> shape) {
  ImportedValue x = context.input(0);
  if (countOf(shape) != countOf(x.shape()) || llvm::any_of(shape, [](int64_t extent) { return extent < 0; }))
    return context.unsupported("its input does not have as many elements as its result");
  if (std::optional<Tensor> known = context.constantInput(0))
    context.setConstantOutput(output, reshapedTensor(std::move(*known), shape));
  else
    context.setOutput(output, reshaped(context, x.value, shape), x.element_type);
  return {};
}

namespace {

Status importReshape(NodeContext &context) {
  auto wanted = integersFrom(context, 1, "shape");
  if (!wanted)
    return wanted.error();
  ImportedValue x = context.input(0);
  bool zeroIsZero = context.intAttribute("allowzero", 0);
  Extents shape;
  std::optional<size_t> open;
  for (size_t i = 0; i < wanted->size(); ++i) {
    int64_t extent = (*wanted)[i];
    if (extent == 0 && !zeroIsZero && i < x.shape().size())
      extent = x.shape()[i];
    if (extent == -1 && open)
      return context.unsupported("two extents of its shape are -1");
    if (extent == -1)
      open = i;
    shape.push_back(extent == -1 ? 1 : extent);
  }
  int64_t known = countOf(shape);
  if (open && known > 0)
    shape[*open] = countOf(x.shape()) / known;
  return setReshaped(context, 0, shape);
}

Status importFlatten(NodeContext &context) {
  auto shape = context.input(0).shape();
  int64_t rank = int64_t(shape.size()), axis = context.intAttribute("axis", 1);
  axis = axis < 0 ? axis + rank : axis;
  if (axis < 0 || axis > rank)
    return context.unsupported("axis does not fit its input");
  return setReshaped(context, 0,
                     {countOf(shape.take_front(size_t(axis))), countOf(shape.drop_front(size_t(axis)))});
}

Status importSqueeze(NodeContext &context) {
  auto given = integersFrom(context, 1, "axes");
  if (!given)
    return given.error();
  auto from = context.input(0).shape();
  auto axes = axesOf(context, *given, from.size());
  if (!axes)
    return axes.error();
  bool all = !context.hasInput(1) && !context.attribute("axes");
  Extents shape;
  for (size_t i = 0; i < from.size(); ++i)
    if (!(all ? from[i] == 1 : llvm::is_contained(*axes, int64_t(i))))
      shape.push_back(from[i]);
  return setReshaped(context, 0, shape);
}

Status importUnsqueeze(NodeContext &context) {
  auto given = integersFrom(context, 1, "axes");
  if (!given)
    return given.error();
  auto from = context.input(0).shape();
  auto axes = axesOf(context, *given, from.size() + given->size());
  if (!axes)
    return axes.error();
  Extents shape;
  size_t next = 0;
  for (size_t i = 0; i < from.size() + axes->size(); ++i)
    shape.push_back(llvm::is_contained(*axes, int64_t(i)) ? 1 : from[next++]);
  return setReshaped(context, 0, shape);
}

Status importTranspose(NodeContext &context) {
  ImportedValue x = context.input(0);
  Numbers64 given = context.intsAttribute("perm");
  if (given.empty())
    for (size_t i = x.shape().size(); i-- > 0;)
      given.push_back(int64_t(i));
  auto permutation = axesOf(context, given, x.shape().size());
  if (!permutation || permutation->size() != x.shape().size())
    return context.unsupported("perm is no permutation of its input's axes");
  if (std::optional<Tensor> known = context.constantInput(0))
    context.setConstantOutput(0, transposedTensor(*known, *permutation));
  else
    context.setOutput(0, transposed(context, x.value, *permutation), x.element_type);
  return {};
}

Status checkConcat(const NodeContext &context, int64_t axis) {
  auto first = context.input(0).shape();
  for (size_t i = 0; i < context.numInputs(); ++i) {
    auto shape = context.input(i).shape();
    bool fits = shape.size() == first.size();
    for (size_t j = 0; fits && j < shape.size(); ++j)
      fits = int64_t(j) == axis || shape[j] == first[j];
    if (!fits)
      return context.unsupported("input " + std::to_string(i) + " does not fit the first one");
  }
  return {};
}

Status importConcat(NodeContext &context) {
  int64_t rank = int64_t(context.input(0).shape().size());
  std::optional<int64_t> axis =
      normalizedAxis(context.intAttribute("axis", context.opset() < 4 ? 1 : 0), rank);
  if (!axis)
    return context.unsupported("axis does not fit its inputs");
  if (Status status = checkConcat(context, *axis); !status)
    return status;
  llvm::SmallVector<mlir::Value> values;
  std::vector<Tensor> known;
  for (size_t i = 0; i < context.numInputs(); ++i) {
    values.push_back(context.input(i).value);
    if (auto constant = context.constantInput(i))
      known.push_back(std::move(*constant));
  }
  if (known.size() == values.size())
    context.setConstantOutput(0, concatenatedTensor(known, *axis));
  else
    context.setOutput(0, concatenated(context, values, *axis), context.input(0).element_type);
  return {};
}

/// The sizes of a split: given, or equal with a shorter last one.
Result<Numbers64> splitSizes(const NodeContext &context, int64_t extent) {
  auto sizes = integersFrom(context, 1, "split");
  if (!sizes)
    return sizes;
  int64_t outputs = int64_t(context.numOutputs());
  if (sizes->empty() && outputs > 0) {
    int64_t part = (extent + outputs - 1) / outputs;
    for (int64_t i = 0; i < outputs; ++i)
      sizes->push_back(std::max<int64_t>(0, std::min(part, extent - i * part)));
  }
  int64_t sum = 0;
  for (int64_t size : *sizes)
    sum += size < 0 || size > extent ? extent + 1 : size;
  if (sum != extent || sizes->size() != context.numOutputs())
    return context.unsupported("the sizes of its parts do not add up to the axis");
  return sizes;
}

Status importSplit(NodeContext &context) {
  ImportedValue x = context.input(0);
  std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", 0), int64_t(x.shape().size()));
  if (!axis)
    return context.unsupported("axis does not fit its input");
  auto sizes = splitSizes(context, x.shape()[size_t(*axis)]);
  if (!sizes)
    return sizes.error();
  std::optional<Tensor> known = context.constantInput(0);
  Extents start(x.shape().size(), 0), size(x.shape()), stride(x.shape().size(), 1);
  for (size_t i = 0; i < sizes->size(); ++i) {
    size[size_t(*axis)] = (*sizes)[i];
    if (known && context.hasOutput(i))
      context.setConstantOutput(i, slicedTensor(*known, start, size, stride));
    else if (context.hasOutput(i))
      context.setOutput(i, sliced(context, x.value, start, size, stride), x.element_type);
    start[size_t(*axis)] += (*sizes)[i];
  }
  return {};
}

Status importExpand(NodeContext &context) {
  auto wanted = constantIntegers(context, 1);
  if (!wanted)
    return wanted.error();
  ImportedValue x = context.input(0);
  auto shape = broadcastShape({x.shape(), *wanted});
  if (!shape)
    return context.unsupported("its input cannot be broadcast to the shape");
  std::optional<Tensor> known = context.constantInput(0);
  if (known && countOf(*shape) <= 65536)
    context.setConstantOutput(0, expandedTensor(*known, *shape));
  else
    context.setOutput(0, expanded(context, x.value, *shape), x.element_type);
  return {};
}

Status importTile(NodeContext &context) {
  auto repeats = constantIntegers(context, 1);
  if (!repeats)
    return repeats.error();
  ImportedValue x = context.input(0);
  if (repeats->size() != x.shape().size() || llvm::any_of(*repeats, [](int64_t count) { return count < 0; }))
    return context.unsupported("repeats do not fit its input");
  Extents shape(x.shape());
  for (size_t i = 0; i < shape.size(); ++i)
    shape[i] *= (*repeats)[i];
  mlir::Value result = emptyTensor(context, shape, x.type().getElementType());
  if (x.shape().empty())
    result = x.value;
  else if (countOf(shape) != 0)
    result = context.builder().create<mlir::tosa::TileOp>(context.loc(), result.getType(), x.value,
                                                          context.builder().getDenseI64ArrayAttr(*repeats));
  context.setOutput(0, result, x.element_type);
  return {};
}

Status importIdentity(NodeContext &context) {
  if (std::optional<Tensor> known = context.constantInput(0))
    context.setConstantOutput(0, *known);
  else
    context.setOutput(0, context.input(0).value, context.input(0).element_type);
  return {};
}

} // namespace

void addShapeImporters(NodeImporters &importers) {
  importers["Reshape"] = importReshape;
  importers["Flatten"] = importFlatten;
  importers["Squeeze"] = importSqueeze;
  importers["Unsqueeze"] = importUnsqueeze;
  importers["Transpose"] = importTranspose;
  importers["Concat"] = importConcat;
  importers["Split"] = importSplit;
  importers["Expand"] = importExpand;
  importers["Tile"] = importTile;
  importers["Identity"] = importIdentity;
  addSliceImporters(importers);
  addSpaceImporters(importers);
}

} // namespace lockstep
