#include "compiler/onnx/PoolBuilder.h"

#include "compiler/onnx/ShapeBuilder.h"

#include <cstring>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {

namespace {

/// Loops: n, c, one for each output axis, one for each kernel axis.
struct WindowLoops {
  llvm::SmallVector<mlir::AffineMap> maps; // input, window, output
  llvm::SmallVector<mlir::utils::IteratorType> kinds;

  WindowLoops(const Window &window, mlir::MLIRContext *context) {
    const auto rank = static_cast<unsigned>(window.rank());
    const auto loop = [&](unsigned i) { return mlir::getAffineDimExpr(i, context); };
    llvm::SmallVector<mlir::AffineExpr> input{loop(0), loop(1)}, kernel, output{loop(0), loop(1)};
    kinds.assign(2 + rank, mlir::utils::IteratorType::parallel);
    kinds.append(rank, mlir::utils::IteratorType::reduction);
    for (unsigned i = 0; i < rank; ++i) {
      input.push_back(loop(2 + i) * window.strides[i] + loop(2 + rank + i) * window.dilations[i]);
      kernel.push_back(loop(2 + rank + i));
      output.push_back(loop(2 + i));
    }
    for (const auto &expressions : {input, kernel, output})
      maps.push_back(mlir::AffineMap::get(2 + 2 * rank, 0, expressions, context));
  }
};

Extents outputShape(llvm::ArrayRef<int64_t> input, const Window &window) {
  Extents shape{input[0], input[1]};
  for (size_t i = 0; i < window.rank(); ++i)
    shape.push_back(window.outputExtent(i, input[i + 2]));
  return shape;
}

mlir::Value surrounded(NodeContext &context, mlir::Value input, const Window &window, mlir::Value outside) {
  if (!window.isPadded())
    return input;
  Extents before{0, 0}, after{0, 0};
  before.append(window.pads_begin);
  after.append(window.pads_end);
  return padded(context, input, before, after, outside);
}

mlir::Value filled(NodeContext &context, llvm::ArrayRef<int64_t> shape, mlir::Value scalar) {
  const mlir::Value element = context.builder().create<mlir::tensor::ExtractOp>(context.loc(), scalar);
  return context.builder()
      .create<mlir::linalg::FillOp>(context.loc(), mlir::ValueRange{element},
                                    mlir::ValueRange{emptyTensor(context, shape, elementOf(scalar))})
      .getResult(0);
}

/// The place of the element that the body is at: its index in the input and whether that is inside.
class ElementPlace {
public:
  ElementPlace(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<int64_t> input, const Window &window,
               bool columnMajor)
      : b(b) {
    const size_t rank = window.rank();
    flat = add(mul(loop(0), input[1]), loop(1));
    inside = b.create<mlir::arith::ConstantIntOp>(1, 1);
    Extents order;
    for (size_t i = 0; i < rank; ++i)
      order.push_back(static_cast<int64_t>(columnMajor ? rank - 1 - i : i));
    for (int64_t i : order) {
      const mlir::Value position =
          add(add(mul(loop(2 + i), window.strides[i]),
                  mul(loop(2 + static_cast<int64_t>(rank) + i), window.dilations[i])),
              index(-window.pads_begin[i]));
      const mlir::Value fits =
          b.create<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::ult, position, index(input[i + 2]));
      inside = b.create<mlir::arith::AndIOp>(inside, fits);
      flat = add(mul(flat, input[i + 2]), position);
    }
    flat = b.create<mlir::arith::IndexCastOp>(b.getI64Type(), flat);
  }
  mlir::Value flat, inside;

private:
  mlir::Value index(int64_t value) { return b.create<mlir::arith::ConstantIndexOp>(value); }
  mlir::Value loop(int64_t dimension) { return b.create<mlir::linalg::IndexOp>(dimension); }
  mlir::Value add(mlir::Value x, mlir::Value y) { return b.create<mlir::arith::AddIOp>(x, y); }
  mlir::Value mul(mlir::Value x, int64_t y) { return b.create<mlir::arith::MulIOp>(x, index(y)); }

  mlir::ImplicitLocOpBuilder &b;
};

} // namespace

mlir::Value foldWindows(NodeContext &context, mlir::Value input, const Window &window, mlir::Value outside,
                        mlir::Value initial, FoldBody body) {
  const WindowLoops loops(window, context.builder().getContext());
  const mlir::Value accumulators = filled(context, outputShape(shapeOf(input), window), initial);
  const mlir::Value kernel = emptyTensor(context, window.kernel, elementOf(input));
  return context.builder()
      .create<mlir::linalg::GenericOp>(
          context.loc(), mlir::TypeRange{accumulators.getType()},
          mlir::ValueRange{surrounded(context, input, window, outside), kernel},
          mlir::ValueRange{accumulators}, loops.maps, loops.kinds,
          [&](mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange arguments) {
            mlir::ImplicitLocOpBuilder b(loc, builder);
            b.create<mlir::linalg::YieldOp>(body(b, arguments[2], arguments[0]));
          })
      .getResult(0);
}

PlacedMaximum placedMaximum(NodeContext &context, const ImportedValue &input, const Window &window,
                            mlir::Value lowest, bool columnMajor) {
  WindowLoops loops(window, context.builder().getContext());
  loops.maps.push_back(loops.maps.back());
  const Extents shape = outputShape(input.shape(), window);
  const mlir::Value values = filled(context, shape, lowest);
  const mlir::Value places = splatTensor(context, shape, context.builder().getI64Type(), -1);
  const mlir::Value kernel = emptyTensor(context, window.kernel, elementOf(input.value));
  auto generic = context.builder().create<mlir::linalg::GenericOp>(
      context.loc(), mlir::TypeRange{values.getType(), places.getType()},
      mlir::ValueRange{surrounded(context, input.value, window, lowest), kernel},
      mlir::ValueRange{values, places}, loops.maps, loops.kinds,
      [&](mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange arguments) {
        mlir::ImplicitLocOpBuilder b(loc, builder);
        const mlir::Value element = arguments[0], best = arguments[2], bestPlace = arguments[3];
        const ElementPlace place(b, input.shape(), window, columnMajor);
        const mlir::Value none = b.create<mlir::arith::CmpIOp>(mlir::arith::CmpIPredicate::slt, bestPlace,
                                                               integerConstant(b, b.getI64Type(), 0));
        const mlir::Value larger = scalarCompare(b, Comparison::Less, best, element, input.isUnsigned());
        const mlir::Value taken = b.create<mlir::arith::AndIOp>(
            place.inside, b.create<mlir::arith::OrIOp>(none, larger).getResult());
        b.create<mlir::linalg::YieldOp>(mlir::ValueRange{scalarSelect(b, taken, element, best),
                                                         scalarSelect(b, taken, place.flat, bestPlace)});
      });
  return {generic.getResult(0), generic.getResult(1)};
}

std::optional<Tensor> windowCounts(llvm::ArrayRef<int64_t> spatial, const Window &window,
                                   llvm::ArrayRef<int64_t> countedBegin, llvm::ArrayRef<int64_t> countedEnd) {
  std::vector<float> counts{1};
  std::vector<uint64_t> shape{1, 1};
  for (size_t axis = 0; axis < window.rank(); ++axis) {
    std::vector<float> longer;
    const int64_t outputs = window.outputExtent(axis, spatial[axis]);
    for (float before : counts)
      for (int64_t output = 0; output < outputs; ++output) {
        int64_t inside = 0;
        for (int64_t k = 0; k < window.kernel[axis]; ++k) {
          const int64_t position =
              output * window.strides[axis] + k * window.dilations[axis] - window.pads_begin[axis];
          inside += position >= -countedBegin[axis] && position < spatial[axis] + countedEnd[axis];
        }
        longer.push_back(before * static_cast<float>(inside));
      }
    counts = std::move(longer);
    shape.push_back(static_cast<uint64_t>(outputs));
  }
  if (llvm::any_of(counts, [](float count) { return count == 0; }))
    return std::nullopt;
  Tensor tensor = zeroTensor("float32", shape);
  std::memcpy(tensor.bytes.data(), counts.data(), tensor.bytes.size());
  return tensor;
}

} // namespace lockstep
