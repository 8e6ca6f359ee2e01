// MaxUnpool: elements put back to the places that MaxPool told.
#include "compiler/onnx/PoolBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {

namespace {

/// Of the tensor that the places count in: what a pool with this window has made into the input.
Result<Extents> unpooledShape(NodeContext &context) {
  const llvm::ArrayRef<int64_t> shape = context.input(0).shape();
  const std::vector<int64_t> kernel = context.intsAttribute("kernel_shape");
  if (shape.size() < 3 || kernel.size() + 2 != shape.size())
    return context.unsupported("the kernel does not fit the input's axes");
  Result<Extents> strides = spatialAttribute(context, "strides", kernel.size(), 1, 1);
  Result<Extents> pads = spatialAttribute(context, "pads", 2 * kernel.size(), 0, 0);
  for (const Result<Extents> *values : {&strides, &pads})
    if (!*values)
      return values->error();
  Extents result{shape[0], shape[1]};
  for (size_t i = 0; i < kernel.size(); ++i) {
    result.push_back((shape[i + 2] - 1) * (*strides)[i] + kernel[i] - (*pads)[i] -
                     (*pads)[kernel.size() + i]);
    if (result.back() < 1)
      return context.unsupported("the pads leave nothing");
  }
  return result;
}

/// zeros[places[i]] = values[i], all flat. A place that is outside is left out.
mlir::Value scattered(NodeContext &context, mlir::Value values, mlir::Value places, mlir::Value zeros) {
  mlir::ImplicitLocOpBuilder b(context.loc(), context.builder());
  const auto index = [&](int64_t value) { return b.create<mlir::arith::ConstantIndexOp>(value); };
  const mlir::Value size = index(shapeOf(zeros)[0]);
  auto loop = b.create<mlir::scf::ForOp>(
      index(0), index(shapeOf(values)[0]), index(1), mlir::ValueRange{zeros},
      [&](mlir::OpBuilder &builder, mlir::Location loc, mlir::Value i, mlir::ValueRange carried) {
        mlir::ImplicitLocOpBuilder inner(loc, builder);
        const mlir::Value value = inner.create<mlir::tensor::ExtractOp>(values, i);
        const mlir::Value place = inner.create<mlir::arith::IndexCastOp>(
            inner.getIndexType(), inner.create<mlir::tensor::ExtractOp>(places, i));
        const mlir::Value fits =
            inner.create<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::ult, place, size);
        const mlir::Value safe = inner.create<mlir::arith::SelectOp>(
            fits, place, inner.create<mlir::arith::ConstantIndexOp>(0).getResult());
        const mlir::Value before = inner.create<mlir::tensor::ExtractOp>(carried[0], safe);
        const mlir::Value element = inner.create<mlir::arith::SelectOp>(fits, value, before);
        inner.create<mlir::scf::YieldOp>(
            mlir::ValueRange{inner.create<mlir::tensor::InsertOp>(element, carried[0], safe)});
      });
  return loop.getResult(0);
}

Status importMaxUnpool(NodeContext &context) {
  const ImportedValue input = context.input(0), places = context.input(1);
  Result<Extents> shape = unpooledShape(context);
  if (!shape)
    return shape.error();
  if (places.shape() != input.shape())
    return context.unsupported("places and values differ in shape");
  Extents wanted = *shape;
  if (context.hasInput(2)) {
    Result<std::vector<int64_t>> given = constantIntegers(context, 2);
    if (!given)
      return given.error();
    wanted.assign(given->begin(), given->end());
  }
  Extents after;
  for (size_t i = 0; i < shape->size(); ++i)
    after.push_back(i < wanted.size() ? wanted[i] - (*shape)[i] : -1);
  if (wanted.size() != shape->size() || llvm::any_of(after, [](int64_t count) { return count < 0; }))
    return context.unsupported("output_shape is smaller than what the window gives");
  const int64_t count = countOf(input.shape()), total = countOf(*shape);
  const mlir::Type element = elementOf(input.value);
  const mlir::Value flat =
      scattered(context, reshaped(context, input.value, {count}), reshaped(context, places.value, {count}),
                splatTensor(context, {total}, element, 0));
  const mlir::Value result = padded(context, reshaped(context, flat, *shape), Extents(shape->size(), 0),
                                    after, splatTensor(context, {}, element, 0));
  context.setOutput(0, result, input.element_type);
  return {};
}

} // namespace

void addUnpoolImporter(NodeImporters &importers) { importers["MaxUnpool"] = importMaxUnpool; }

} // namespace lockstep
