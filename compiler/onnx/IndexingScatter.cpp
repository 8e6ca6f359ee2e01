// ScatterElements and ScatterND: updates written one after the other, so that of duplicates the last one
// counts.
#include "compiler/onnx/IndexingOps.h"
#include "compiler/onnx/ReductionBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {

using mlir::Value;
using Values = llvm::SmallVector<Value>;

namespace {

using Combine = std::function<Value(ScalarBuilder &, Value old, Value update, bool isUnsigned)>;

/// By the attribute `reduction`; null: the update replaces the old value. Nothing: an unknown name.
std::optional<Combine> combineOf(const NodeContext &context) {
  std::string name = context.stringAttribute("reduction", "none");
  if (name == "none")
    return Combine();
  if (name == "add")
    return Combine([](ScalarBuilder &b, Value old, Value update, bool) { return scalarAdd(b, old, update); });
  if (name == "mul")
    return Combine([](ScalarBuilder &b, Value old, Value update, bool) { return scalarMul(b, old, update); });
  if (name == "max")
    return Combine(scalarMaximum);
  if (name == "min")
    return Combine(scalarMinimum);
  return std::nullopt;
}

/// The tensor with one element written.
Value written(ScalarBuilder &b, Value tensor, Value update, mlir::ValueRange at, const Combine &combine,
              bool isUnsigned) {
  if (combine) {
    mlir::Type element = update.getType();
    Value old = widened(b, b.create<mlir::tensor::ExtractOp>(tensor, at));
    update = narrowed(b, combine(b, old, widened(b, update), isUnsigned), element);
  }
  return b.create<mlir::tensor::InsertOp>(update, tensor, at);
}

/// Where the update at `at` goes.
using PlaceOf = llvm::function_ref<Values(ScalarBuilder &, mlir::ValueRange at)>;

Status setScattered(NodeContext &context, PlaceOf placeOf) {
  ImportedValue x = context.input(0), updates = context.input(2);
  std::optional<Combine> combine = combineOf(context);
  if (!combine)
    return context.unsupported("reduction `" + context.stringAttribute("reduction", "") + "`");
  if (countOf(x.shape()) == 0 || countOf(updates.shape()) == 0) {
    context.setOutput(0, x.value, x.element_type);
    return {};
  }
  auto results = sequentialLoops(
      context, updates.shape(), x.value,
      [&](ScalarBuilder &b, mlir::ValueRange at, mlir::ValueRange tensors) {
        Value update = b.create<mlir::tensor::ExtractOp>(updates.value, at);
        return Values{written(b, tensors[0], update, placeOf(b, at), *combine, x.isUnsigned())};
      });
  context.setOutput(0, results[0], x.element_type);
  return {};
}

Status importScatterElements(NodeContext &context) {
  ImportedValue x = context.input(0), indices = context.input(1);
  std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", 0), int64_t(x.shape().size()));
  bool fits =
      axis && indices.shape() == context.input(2).shape() && indices.shape().size() == x.shape().size();
  for (size_t i = 0; fits && i < x.shape().size(); ++i)
    fits = int64_t(i) == *axis || indices.shape()[i] <= x.shape()[i];
  if (!fits)
    return context.unsupported("axis, indices and updates do not fit its input");
  return setScattered(context, [&](ScalarBuilder &b, mlir::ValueRange at) {
    Values place(at);
    Value index = b.create<mlir::tensor::ExtractOp>(indices.value, at);
    place[size_t(*axis)] = safeIndex(b, index, x.shape()[size_t(*axis)]);
    return place;
  });
}

Status importScatterNd(NodeContext &context) {
  ImportedValue x = context.input(0), indices = context.input(1);
  size_t rank = indices.shape().size();
  if (rank < 1 || size_t(indices.shape().back()) > x.shape().size())
    return context.unsupported("its indices do not fit its input");
  size_t depth = size_t(indices.shape().back());
  Extents updates(indices.shape().drop_back());
  updates.append(x.shape().begin() + depth, x.shape().end());
  if (context.input(2).shape() != llvm::ArrayRef<int64_t>(updates))
    return context.unsupported("its updates do not fit its indices");
  return setScattered(context, [&](ScalarBuilder &b, mlir::ValueRange at) {
    Values place;
    for (size_t i = 0; i < depth; ++i) {
      Values from(at.take_front(rank - 1));
      from.push_back(indexConstant(b, int64_t(i)));
      place.push_back(safeIndex(b, b.create<mlir::tensor::ExtractOp>(indices.value, from), x.shape()[i]));
    }
    mlir::ValueRange rest = at.drop_front(rank - 1);
    place.append(rest.begin(), rest.end());
    return place;
  });
}

} // namespace

void addScatterImporters(NodeImporters &importers) {
  importers["Scatter"] = importers["ScatterElements"] = importScatterElements;
  importers["ScatterND"] = importScatterNd;
}

} // namespace lockstep
