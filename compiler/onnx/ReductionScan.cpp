// CumSum and TopK: loops with an order along one axis.
#include "compiler/onnx/ReductionOps.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {

using mlir::Value;
namespace arith = mlir::arith;
using Values = llvm::SmallVector<Value>;

namespace {

/// Indices with another one on an axis.
Values withIndex(mlir::ValueRange indices, size_t axis, Value at) {
  Values result(indices);
  result[axis] = at;
  return result;
}

Value extracted(ScalarBuilder &b, Value tensor, mlir::ValueRange indices) {
  return widened(b, b.create<mlir::tensor::ExtractOp>(tensor, indices));
}

/// sum[i] = sum[i - 1] + x[i], or + x[i - 1] if exclusive; from the other end if reversed.
Status importCumSum(NodeContext &context) {
  ImportedValue x = context.input(0);
  auto given = constantIntegers(context, 1);
  if (!given)
    return given.error();
  int64_t rank = int64_t(x.shape().size());
  std::optional<int64_t> found = given->size() == 1 ? normalizedAxis((*given)[0], rank) : std::nullopt;
  if (!found)
    return context.unsupported("axis does not fit its input");
  size_t axis = size_t(*found);
  bool exclusive = context.intAttribute("exclusive", 0), reverse = context.intAttribute("reverse", 0);
  int64_t last = x.shape()[axis] - 1;
  mlir::Type type = computeType(x.type().getElementType());
  Value zeros = splatTensor(context, x.shape(), type, 0);
  auto results = sequentialLoops(
      context, x.shape(), zeros, [&](ScalarBuilder &b, mlir::ValueRange at, mlir::ValueRange sums) {
        Value step = at[axis], zero = indexConstant(b, 0);
        Value isFirst = b.create<arith::CmpIOp>(arith::CmpIPredicate::eq, step, zero);
        Value before =
            b.create<arith::SelectOp>(isFirst, zero, b.create<arith::SubIOp>(step, indexConstant(b, 1)));
        auto place = [&](Value i) {
          return reverse ? Value(b.create<arith::SubIOp>(indexConstant(b, last), i)) : i;
        };
        Value none = scalarConstant(b, type, 0);
        Value sum = extracted(b, sums[0], withIndex(at, axis, place(before)));
        Value term = extracted(b, x.value, withIndex(at, axis, place(exclusive ? before : step)));
        if (exclusive)
          term = scalarSelect(b, isFirst, none, term);
        Value total = scalarAdd(b, scalarSelect(b, isFirst, none, sum), term);
        return Values{b.create<mlir::tensor::InsertOp>(total, sums[0], withIndex(at, axis, place(step)))};
      });
  context.setOutput(0, roundedTo(context, results[0], x.type().getElementType()), x.element_type);
  return {};
}

struct TopK {
  ImportedValue x;
  size_t axis;
  bool largest;
};

/// The best element that comes after the one picked before (none if `isFirst`): better first, equal ones by
/// place.
Values bestAfter(ScalarBuilder &b, const TopK &top, mlir::ValueRange at, Value isFirst, Value previous,
                 Value previousPlace) {
  mlir::Type type = computeType(top.x.type().getElementType()), i64 = b.getI64Type();
  Value none = integerConstant(b, i64, -1), start = scalarConstant(b, type, 0);
  auto beats = [&](ScalarBuilder &inner, Value x, Value y) {
    return top.largest ? scalarCompare(inner, Comparison::Less, y, x, top.x.isUnsigned())
                       : scalarCompare(inner, Comparison::Less, x, y, top.x.isUnsigned());
  };
  auto loop = b.create<mlir::scf::ForOp>(
      indexConstant(b, 0), indexConstant(b, top.x.shape()[top.axis]), indexConstant(b, 1),
      mlir::ValueRange{start, none},
      [&](mlir::OpBuilder &nested, mlir::Location loc, Value j, mlir::ValueRange best) {
        ScalarBuilder c(loc, nested);
        Value x = extracted(c, top.x.value, withIndex(at, top.axis, j));
        Value place = c.create<arith::IndexCastOp>(i64, j);
        Value isLater = scalarCompare(c, Comparison::Less, previousPlace, place, false);
        Value equal = scalarCompare(c, Comparison::Equal, x, previous, false);
        Value after = c.create<arith::OrIOp>(beats(c, previous, x), c.create<arith::AndIOp>(equal, isLater));
        Value allowed = c.create<arith::OrIOp>(isFirst, after);
        Value hasNone = scalarCompare(c, Comparison::Equal, best[1], none, false);
        Value better = c.create<arith::OrIOp>(hasNone, beats(c, x, best[0]));
        Value taken = c.create<arith::AndIOp>(allowed, better);
        c.create<mlir::scf::YieldOp>(
            Values{scalarSelect(c, taken, x, best[0]), scalarSelect(c, taken, place, best[1])});
      });
  return Values(loop.getResults());
}

/// k passes over the axis: each finds the best of what comes after the last pick, so that results are sorted
/// and stable.
void setTopK(NodeContext &context, const TopK &top, int64_t k) {
  mlir::Type type = computeType(top.x.type().getElementType()), i64 = context.builder().getI64Type();
  Extents shape(top.x.shape());
  shape[top.axis] = k;
  Values outputs{splatTensor(context, shape, type, 0), splatTensor(context, shape, i64, 0)};
  auto results = sequentialLoops(
      context, shape, outputs, [&](ScalarBuilder &b, mlir::ValueRange at, mlir::ValueRange so) {
        Value step = at[top.axis], zero = indexConstant(b, 0);
        Value isFirst = b.create<arith::CmpIOp>(arith::CmpIPredicate::eq, step, zero);
        Value before =
            b.create<arith::SelectOp>(isFirst, zero, b.create<arith::SubIOp>(step, indexConstant(b, 1)));
        Values last = withIndex(at, top.axis, before);
        Values best = bestAfter(b, top, at, isFirst, extracted(b, so[0], last), extracted(b, so[1], last));
        return Values{b.create<mlir::tensor::InsertOp>(best[0], so[0], at),
                      b.create<mlir::tensor::InsertOp>(best[1], so[1], at)};
      });
  context.setOutput(0, roundedTo(context, results[0], top.x.type().getElementType()), top.x.element_type);
  context.setOutput(1, results[1], "int64");
}

Status importTopK(NodeContext &context) {
  ImportedValue x = context.input(0);
  std::vector<int64_t> k{context.intAttribute("k", 0)};
  if (context.hasInput(1)) {
    auto given = constantIntegers(context, 1);
    if (!given)
      return given.error();
    k = *given;
  }
  int64_t rank = int64_t(x.shape().size());
  std::optional<int64_t> axis = normalizedAxis(context.intAttribute("axis", -1), rank);
  if (!axis || k.size() != 1 || k[0] < 0 || k[0] > x.shape()[size_t(*axis)])
    return context.unsupported("k or axis does not fit its input");
  setTopK(context, {x, size_t(*axis), context.intAttribute("largest", 1) != 0}, k[0]);
  return {};
}

} // namespace

void addScanImporters(NodeImporters &importers) {
  importers["CumSum"] = importCumSum;
  importers["TopK"] = importTopK;
}

} // namespace lockstep
