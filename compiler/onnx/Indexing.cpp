// Gather and its kin, OneHot, Compress: elements chosen by index.
#include "compiler/onnx/ConstantMovement.h"
#include "compiler/onnx/ElementwiseOps.h"
#include "compiler/onnx/IndexingOps.h"
#include "compiler/onnx/IrTypes.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {

using mlir::Value;
namespace arith = mlir::arith;
using Values = llvm::SmallVector<Value>;

Value safeIndex(ScalarBuilder &b, Value index, int64_t extent) {
  Value zero = indexConstant(b, 0), end = indexConstant(b, extent), last = indexConstant(b, extent - 1);
  Value at = b.create<arith::IndexCastOp>(b.getIndexType(), index);
  Value isNegative = b.create<arith::CmpIOp>(arith::CmpIPredicate::slt, at, zero);
  at = b.create<arith::SelectOp>(isNegative, b.create<arith::AddIOp>(at, end), at);
  return b.create<arith::MinSIOp>(b.create<arith::MaxSIOp>(at, zero), last);
}

namespace {

Value indexAt(ScalarBuilder &b, Value indices, mlir::ValueRange at) {
  return b.create<mlir::tensor::ExtractOp>(indices, at);
}

Result<size_t> axisOf(const NodeContext &context, int64_t otherwise) {
  int64_t rank = int64_t(context.input(0).shape().size());
  std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", otherwise), rank);
  if (!axis)
    return context.unsupported("axis does not fit its input");
  return size_t(*axis);
}

/// Indices that are known and inside of the axis, counted from the front.
std::optional<std::vector<int64_t>> knownIndices(const NodeContext &context, int64_t extent) {
  auto numbers = context.constantInput(1) ? constantIntegers(context, 1) : needsConstant(context, 1);
  if (!numbers)
    return std::nullopt;
  for (int64_t &index : *numbers) {
    if (index < -extent || index >= extent)
      return std::nullopt;
    index += index < 0 ? extent : 0;
  }
  return *numbers;
}

/// One known index is a slice, which passes on tensors know.
Value gatheredSlice(NodeContext &context, const ImportedValue &x, size_t axis, int64_t index,
                    const Extents &shape) {
  Extents start(x.shape().size(), 0), size(x.shape()), ones(x.shape().size(), 1);
  start[axis] = index;
  size[axis] = 1;
  return reshaped(context, sliced(context, x.value, start, size, ones), shape);
}

Status importGather(NodeContext &context) {
  ImportedValue x = context.input(0), indices = context.input(1);
  auto axis = axisOf(context, 0);
  if (!axis)
    return axis.error();
  size_t indexRank = indices.shape().size();
  Extents shape(x.shape().take_front(*axis));
  shape.append(indices.shape().begin(), indices.shape().end());
  shape.append(x.shape().begin() + *axis + 1, x.shape().end());
  int64_t extent = x.shape()[*axis];
  auto known = knownIndices(context, extent);
  std::optional<Tensor> source = known ? context.constantInput(0) : std::nullopt;
  if (source) {
    context.setConstantOutput(0, gatheredTensor(*source, int64_t(*axis), *known, indices.shape()));
    return {};
  }
  if (known && known->size() == 1) {
    context.setOutput(0, gatheredSlice(context, x, *axis, (*known)[0], shape), x.element_type);
    return {};
  }
  Value result = remapped(context, x.value, shape, [&](ScalarBuilder &b, mlir::ValueRange at) {
    Values from(at.take_front(*axis));
    from.push_back(safeIndex(b, indexAt(b, indices.value, at.slice(*axis, indexRank)), extent));
    mlir::ValueRange rest = at.drop_front(*axis + indexRank);
    from.append(rest.begin(), rest.end());
    return from;
  });
  context.setOutput(0, result, x.element_type);
  return {};
}

Status importGatherElements(NodeContext &context) {
  ImportedValue x = context.input(0), indices = context.input(1);
  auto axis = axisOf(context, 0);
  if (!axis)
    return axis.error();
  if (indices.shape().size() != x.shape().size())
    return context.unsupported("its indices do not have the rank of its input");
  for (size_t i = 0; i < x.shape().size(); ++i)
    if (i != *axis && indices.shape()[i] > x.shape()[i])
      return context.unsupported("its indices have more elements than its input on axis " +
                                 std::to_string(i));
  Value result = remapped(context, x.value, indices.shape(), [&](ScalarBuilder &b, mlir::ValueRange at) {
    Values from(at);
    from[*axis] = safeIndex(b, indexAt(b, indices.value, at), x.shape()[*axis]);
    return from;
  });
  context.setOutput(0, result, x.element_type);
  return {};
}

/// The last axis of the indices holds the first indices behind the batch axes.
Status importGatherNd(NodeContext &context) {
  ImportedValue x = context.input(0), indices = context.input(1);
  size_t batch = size_t(std::max<int64_t>(0, context.intAttribute("batch_dims", 0)));
  size_t indexRank = indices.shape().size();
  if (indexRank < 1 || batch >= indexRank || batch + size_t(indices.shape().back()) > x.shape().size())
    return context.unsupported("its indices do not fit its input");
  size_t depth = size_t(indices.shape().back());
  Extents shape(indices.shape().drop_back());
  shape.append(x.shape().begin() + batch + depth, x.shape().end());
  Value result = remapped(context, x.value, shape, [&](ScalarBuilder &b, mlir::ValueRange at) {
    Values from(at.take_front(batch));
    for (size_t i = 0; i < depth; ++i) {
      Values place(at.take_front(indexRank - 1));
      place.push_back(indexConstant(b, int64_t(i)));
      from.push_back(safeIndex(b, indexAt(b, indices.value, place), x.shape()[batch + i]));
    }
    mlir::ValueRange rest = at.drop_front(indexRank - 1);
    from.append(rest.begin(), rest.end());
    return from;
  });
  context.setOutput(0, result, x.element_type);
  return {};
}

/// The slices (or elements, without an axis) whose condition is true; the condition must be known.
Status importCompress(NodeContext &context) {
  ImportedValue x = context.input(0);
  auto condition = constantIntegers(context, 1);
  if (!condition)
    return condition.error();
  if (!context.attribute("axis"))
    x.value = reshaped(context, x.value, {countOf(x.shape())});
  std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", 0), int64_t(x.shape().size()));
  if (!axis)
    return context.unsupported("axis does not fit its input");
  int64_t extent = x.shape()[size_t(*axis)];
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < int64_t(condition->size()); ++i)
    if ((*condition)[size_t(i)] != 0)
      chosen.push_back(i);
  if (!chosen.empty() && chosen.back() >= extent)
    return context.unsupported("its condition is longer than the axis");
  Extents shape(x.shape());
  shape[size_t(*axis)] = int64_t(chosen.size());
  Tensor places{"int64", {chosen.size()}, {}};
  places.bytes.assign(reinterpret_cast<const uint8_t *>(chosen.data()),
                      reinterpret_cast<const uint8_t *>(chosen.data() + chosen.size()));
  Value indices = context.constant(places);
  Value result = remapped(context, x.value, shape, [&](ScalarBuilder &b, mlir::ValueRange at) {
    Values from(at);
    from[size_t(*axis)] = safeIndex(b, indexAt(b, indices, at[size_t(*axis)]), extent);
    return from;
  });
  context.setOutput(0, result, x.element_type);
  return {};
}

/// values[1] where the new axis' index is that of the element (negative: from the end), else values[0].
Status importOneHot(NodeContext &context) {
  ImportedValue indices = context.input(0), values = context.input(2);
  auto depth = constantIntegers(context, 1);
  if (!depth)
    return depth.error();
  int64_t rank = int64_t(indices.shape().size());
  std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", -1), rank + 1);
  if (!axis || depth->size() != 1 || (*depth)[0] < 0 || values.shape() != llvm::ArrayRef<int64_t>{2})
    return context.unsupported("it needs one depth, two values, and an axis of its result");
  Extents shape(indices.shape()), kept(indices.shape());
  shape.insert(shape.begin() + *axis, (*depth)[0]);
  kept.insert(kept.begin() + *axis, 1);
  ImportedValue wide{castTensor(context, indices, "int64"), "int64"};
  Value off = sliced(context, values.value, {0}, {1}, {1}), on = sliced(context, values.value, {1}, {1}, {1});
  Values inputs{reshaped(context, wide.value, kept), reshaped(context, off, {}), reshaped(context, on, {})};
  mlir::Type element = values.type().getElementType();
  Value result = mapElements(context, inputs, shape, element, [&](ScalarBuilder &b, mlir::ValueRange v) {
    mlir::Type i64 = b.getI64Type();
    Value at = b.create<arith::IndexCastOp>(i64, b.create<mlir::linalg::IndexOp>(uint64_t(*axis)));
    Value isNegative = scalarCompare(b, Comparison::Less, v[0], integerConstant(b, i64, 0), false);
    Value fromEnd = scalarAdd(b, v[0], integerConstant(b, i64, (*depth)[0]));
    Value isHot = scalarCompare(b, Comparison::Equal, at, scalarSelect(b, isNegative, fromEnd, v[0]), false);
    return scalarSelect(b, isHot, v[2], v[1]);
  });
  context.setOutput(0, result, values.element_type);
  return {};
}

} // namespace

void addIndexingImporters(NodeImporters &importers) {
  importers["Gather"] = importGather;
  importers["GatherElements"] = importGatherElements;
  importers["GatherND"] = importGatherNd;
  importers["Compress"] = importCompress;
  importers["OneHot"] = importOneHot;
  addScatterImporters(importers);
  addResizeImporters(importers);
  addGridSampleImporters(importers);
}

} // namespace lockstep
