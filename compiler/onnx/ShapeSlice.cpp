// Slice and Pad: parts of a tensor, and a tensor as a part; ReverseSequence and Trilu: by the element's
// place.
#include "compiler/onnx/ConstantMovement.h"
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"
#include "compiler/onnx/ShapeBuilder.h"
#include "compiler/onnx/ShapeOps.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

#include <algorithm>
#include <numeric>

namespace lockstep {

using mlir::Value;
namespace arith = mlir::arith;

namespace {

struct SlicePlan {
  Extents start, size, step; // one for each axis; steps may be negative
};

/// NumPy's rule for start:end:step on an axis of the given extent.
void planAxis(SlicePlan &plan, size_t axis, int64_t extent, int64_t start, int64_t end, int64_t step) {
  auto fromFront = [&](int64_t at) {
    at = std::clamp(at, -extent - 1, extent + 1);
    return at < 0 ? at + extent : at;
  };
  step = std::clamp(step, -extent - 1, extent + 1);
  int64_t low = step > 0 ? 0 : -1, high = step > 0 ? extent : extent - 1;
  start = std::clamp(fromFront(start), step > 0 ? low : std::min<int64_t>(0, high), high);
  end = std::clamp(fromFront(end), low, high);
  int64_t distance = step > 0 ? end - start : start - end;
  int64_t stride = std::abs(step);
  plan.start[axis] = start;
  plan.size[axis] = std::max<int64_t>(0, (distance + stride - 1) / stride);
  plan.step[axis] = step;
}

Value applySlice(NodeContext &context, Value value, const SlicePlan &plan) {
  Extents start(plan.start), stride(plan.step);
  for (size_t i = 0; i < start.size(); ++i)
    if (stride[i] < 0) {
      start[i] += (plan.size[i] - 1) * stride[i];
      stride[i] = -stride[i];
    }
  value = sliced(context, value, start, plan.size, stride);
  for (size_t i = 0; i < start.size(); ++i)
    if (plan.step[i] < 0)
      value = reversed(context, value, int64_t(i));
  return value;
}

Result<SlicePlan> slicePlan(NodeContext &context) {
  auto starts = integersFrom(context, 1, "starts"), ends = integersFrom(context, 2, "ends");
  auto axes = integersFrom(context, 3, "axes");
  auto steps = context.hasInput(4) ? constantIntegers(context, 4)
                                   : std::vector<int64_t>(starts ? starts->size() : 0, 1);
  for (auto *numbers : {&starts, &ends, &axes, &steps})
    if (!*numbers)
      return numbers->error();
  auto shape = context.input(0).shape();
  if (axes->empty() && !context.hasInput(3)) {
    axes->resize(starts->size());
    std::iota(axes->begin(), axes->end(), 0);
  }
  auto normalized = axesOf(context, *axes, shape.size());
  if (!normalized)
    return normalized.error();
  if (starts->size() != axes->size() || ends->size() != axes->size() || steps->size() != axes->size() ||
      llvm::is_contained(*steps, 0))
    return context.unsupported("starts, ends, axes and steps do not fit each other");
  SlicePlan plan{Extents(shape.size(), 0), Extents(shape), Extents(shape.size(), 1)};
  for (size_t i = 0; i < axes->size(); ++i) {
    size_t axis = size_t((*normalized)[i]);
    planAxis(plan, axis, shape[axis], (*starts)[i], (*ends)[i], (*steps)[i]);
  }
  return plan;
}

Status importSlice(NodeContext &context) {
  auto plan = slicePlan(context);
  if (!plan)
    return plan.error();
  ImportedValue x = context.input(0);
  if (std::optional<Tensor> known = context.constantInput(0))
    context.setConstantOutput(0, slicedTensor(*known, plan->start, plan->size, plan->step));
  else
    context.setOutput(0, applySlice(context, x.value, *plan), x.element_type);
  return {};
}

/// The value that fills a pad, as a tensor of rank 0.
Value padFill(NodeContext &context, const ImportedValue &x) {
  if (context.hasInput(2) && countOf(context.input(2).shape()) == 1)
    return reshaped(context, context.input(2).value, {});
  return splatTensor(context, {}, x.type().getElementType(), context.floatAttribute("value", 0));
}

using Place = llvm::function_ref<Value(ScalarBuilder &, Value at, int64_t extent)>;

/// Each element copies the one at place(index - before) of every axis.
Value placed(NodeContext &context, Value x, const Extents &before, const Extents &shape, Place place) {
  return remapped(context, x, shape, [&](ScalarBuilder &b, mlir::ValueRange at) {
    llvm::SmallVector<Value> from;
    for (size_t i = 0; i < shape.size(); ++i) {
      Value shifted = b.create<arith::SubIOp>(at[i], b.create<arith::ConstantIndexOp>(before[i]));
      from.push_back(shape[i] == shapeOf(x)[i] ? at[i] : place(b, shifted, shapeOf(x)[i]));
    }
    return from;
  });
}

Value clampedPlace(ScalarBuilder &b, Value at, int64_t extent) {
  Value low = b.create<arith::MaxSIOp>(at, b.create<arith::ConstantIndexOp>(0));
  return b.create<arith::MinSIOp>(low, b.create<arith::ConstantIndexOp>(extent - 1));
}

Value wrappedPlace(ScalarBuilder &b, Value at, int64_t extent) {
  return scalarModulo(b, at, b.create<arith::ConstantIndexOp>(extent), false);
}

/// 0 1 2 1 0 1 2 ...: a triangle wave whose period is 2 (extent - 1).
Value reflectedPlace(ScalarBuilder &b, Value at, int64_t extent) {
  if (extent == 1)
    return b.create<arith::ConstantIndexOp>(0);
  Value period = b.create<arith::ConstantIndexOp>(2 * (extent - 1));
  Value phase = scalarModulo(b, at, period, false);
  return b.create<arith::MinSIOp>(phase, b.create<arith::SubIOp>(period, phase));
}

/// Pads with negative counts cut off: first cut, then pad with what is left.
Value croppedForPad(NodeContext &context, Value x, Extents &before, Extents &after) {
  Extents start, size;
  for (size_t i = 0; i < before.size(); ++i) {
    start.push_back(std::max<int64_t>(0, -before[i]));
    size.push_back(shapeOf(x)[i] - start[i] - std::max<int64_t>(0, -after[i]));
    before[i] = std::max<int64_t>(0, before[i]);
    after[i] = std::max<int64_t>(0, after[i]);
  }
  return sliced(context, x, start, size, Extents(start.size(), 1));
}

Status importPad(NodeContext &context) {
  ImportedValue x = context.input(0);
  auto pads = integersFrom(context, 1, context.attribute("paddings") ? "paddings" : "pads");
  if (!pads)
    return pads.error();
  size_t rank = x.shape().size();
  if (pads->size() != 2 * rank)
    return context.unsupported("pads need two numbers for each axis");
  Extents before(pads->begin(), pads->begin() + ptrdiff_t(rank)),
      after(pads->begin() + ptrdiff_t(rank), pads->end());
  Extents shape(x.shape());
  for (size_t i = 0; i < rank; ++i) {
    int64_t cut = std::min<int64_t>(0, before[i]) + std::min<int64_t>(0, after[i]);
    if (shape[i] + cut < 0 || std::max(before[i], after[i]) > (int64_t(1) << 31))
      return context.unsupported("pads of axis " + std::to_string(i) + " do not fit its input");
    shape[i] += before[i] + after[i];
  }
  std::string mode = context.stringAttribute("mode", "constant");
  Value part = croppedForPad(context, x.value, before, after);
  Value result;
  if (mode == "constant")
    result = padded(context, part, before, after, padFill(context, x));
  else if (mode == "edge" || mode == "reflect" || mode == "wrap")
    result = placed(context, part, before, shape,
                    mode == "edge"   ? clampedPlace
                    : mode == "wrap" ? wrappedPlace
                                     : reflectedPlace);
  else
    return context.unsupported("mode `" + mode + "`; constant, edge, reflect and wrap are");
  context.setOutput(0, result, x.element_type);
  return {};
}

/// Element t of a sequence of length n comes from n - 1 - t if t < n, else from t.
Status importReverseSequence(NodeContext &context) {
  ImportedValue x = context.input(0), lengths = context.input(1);
  size_t time = size_t(context.intAttribute("time_axis", 0)),
         batch = size_t(context.intAttribute("batch_axis", 1));
  if (x.shape().size() < 2 || time > 1 || batch > 1 || time == batch ||
      lengths.shape() != x.shape().slice(batch, 1))
    return context.unsupported("time_axis and batch_axis must be 0 and 1, with a length for each sequence");
  Value result = remapped(context, x.value, x.shape(), [&](ScalarBuilder &b, mlir::ValueRange at) {
    Value length = b.create<mlir::tensor::ExtractOp>(lengths.value, at[batch]);
    Value limit = b.create<arith::ConstantIndexOp>(x.shape()[time]);
    length = b.create<arith::MinSIOp>(b.create<arith::IndexCastOp>(b.getIndexType(), length), limit);
    Value mirrored = b.create<arith::SubIOp>(
        b.create<arith::SubIOp>(length, b.create<arith::ConstantIndexOp>(1)), at[time]);
    Value inside = b.create<arith::CmpIOp>(arith::CmpIPredicate::slt, at[time], length);
    llvm::SmallVector<Value> from(at);
    from[time] = b.create<arith::SelectOp>(inside, mirrored, at[time]);
    return from;
  });
  context.setOutput(0, result, x.element_type);
  return {};
}

/// Upper: elements with column - row >= k stay; lower: those with column - row <= k.
Status importTrilu(NodeContext &context) {
  ImportedValue x = context.input(0);
  size_t rank = x.shape().size();
  if (rank < 2 || (context.hasInput(1) && countOf(context.input(1).shape()) != 1))
    return context.unsupported("it needs a matrix and one number k");
  bool upper = context.intAttribute("upper", 1);
  llvm::SmallVector<Value> inputs{x.value};
  if (context.hasInput(1))
    inputs.push_back(reshaped(context, context.input(1).value, {}));
  Value result = mapElements(
      context, inputs, x.shape(), x.type().getElementType(), [&](ScalarBuilder &b, mlir::ValueRange v) {
        Value row = b.create<mlir::linalg::IndexOp>(rank - 2),
              column = b.create<mlir::linalg::IndexOp>(rank - 1);
        Value diagonal = b.create<arith::IndexCastOp>(b.getI64Type(), b.create<arith::SubIOp>(column, row));
        Value k = v.size() > 1 ? v[1] : integerConstant(b, b.getI64Type(), 0);
        auto kept = upper ? arith::CmpIPredicate::sge : arith::CmpIPredicate::sle;
        return scalarSelect(b, b.create<arith::CmpIOp>(kept, diagonal, k), v[0],
                            scalarConstant(b, v[0].getType(), 0));
      });
  context.setOutput(0, result, x.element_type);
  return {};
}

} // namespace

void addSliceImporters(NodeImporters &importers) {
  importers["Slice"] = importSlice;
  importers["Pad"] = importPad;
  importers["ReverseSequence"] = importReverseSequence;
  importers["Trilu"] = importTrilu;
}

} // namespace lockstep
