// tosa.rescale with scale32 and single rounding. Upstream's lowering adds the output zero point in int32,
// where a scaled value near the ends of int32 wraps around and comes out at the wrong end of int8: here the
// value is saturated first.
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {
namespace {

using namespace mlir;

/// int64(value - input_zp) * multiplier, plus 1 << (shift - 1), shifted right, wrapped to int32, plus
/// output_zp, saturated.
class RescaleBody {
public:
  RescaleBody(OpBuilder &builder, tosa::RescaleOp op) : builder(builder), op(op), loc(op.getLoc()) {}

  Value emit(Value value, Value multiplier, Value shift, IntegerType outType) {
    const unsigned width = outType.getWidth();
    const int64_t zeroPoint = static_cast<int32_t>(op.getOutputZp());
    Value scaled = scale(builder.create<arith::SubIOp>(loc, resize(value, wide()),
                                                       wideConstant(static_cast<int32_t>(op.getInputZp()))),
                         multiplier, shift);
    // In 64 bits the sum is exact.
    Value shifted = builder.create<arith::AddIOp>(loc, resize(scaled, wide()), wideConstant(zeroPoint));
    Value low = wideConstant(llvm::minIntN(width)), high = wideConstant(llvm::maxIntN(width));
    Value clamped = builder.create<arith::MaxSIOp>(loc, shifted, low);
    clamped = builder.create<arith::MinSIOp>(loc, clamped, high);
    return resize(clamped, outType);
  }

private:
  Type wide() { return builder.getI64Type(); }
  Value wideConstant(int64_t value) {
    return builder.create<arith::ConstantOp>(loc, builder.getI64IntegerAttr(value));
  }
  Value resize(Value value, Type type) {
    const unsigned from = value.getType().getIntOrFloatBitWidth(), to = type.getIntOrFloatBitWidth();
    if (from == to)
      return value;
    return from < to ? builder.create<arith::ExtSIOp>(loc, type, value).getResult()
                     : builder.create<arith::TruncIOp>(loc, type, value).getResult();
  }
  /// All of it in int64, the result wrapped to int32.
  Value scale(Value value, Value multiplier, Value shift) {
    Value wideShift = resize(shift, wide());
    Value product = builder.create<arith::MulIOp>(loc, value, resize(multiplier, wide()));
    Value half = builder.create<arith::ShLIOp>(
        loc, wideConstant(1), builder.create<arith::SubIOp>(loc, wideShift, wideConstant(1)));
    Value sum = builder.create<arith::AddIOp>(loc, product, half);
    Value shifted = builder.create<arith::ShRSIOp>(loc, sum, wideShift);
    return resize(shifted, builder.getI32Type());
  }

  OpBuilder &builder;
  tosa::RescaleOp op;
  Location loc;
};

bool isOurs(tosa::RescaleOp op) {
  const auto in = cast<ShapedType>(op.getInput().getType()).getElementType();
  const auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!op.getScale32() || op.getDoubleRound() || !type || !type.hasStaticShape())
    return false;
  for (int8_t shift : op.getShift())
    if (shift < 1 || shift > 62)
      return false;
  return in.isSignlessInteger() && in.getIntOrFloatBitWidth() <= 32 &&
         type.getElementType().isSignlessInteger() && type.getElementType().getIntOrFloatBitWidth() <= 32;
}

class LowerRescale : public PassWrapper<LowerRescale, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerRescale)
  StringRef getArgument() const final { return "lockstep-lower-rescale"; }
  StringRef getDescription() const final {
    return "tosa.rescale to linalg, saturating before the zero point can wrap";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    getOperation().walk([](tosa::RescaleOp op) {
      if (isOurs(op))
        lower(op);
    });
  }

private:
  static void lower(tosa::RescaleOp op) {
    OpBuilder builder(op);
    const auto type = cast<RankedTensorType>(op.getType());
    const int64_t rank = type.getRank();
    const bool perChannel = op.getMultiplier().size() > 1;
    SmallVector<Value> inputs = {op.getInput()};
    SmallVector<AffineMap> maps = {builder.getMultiDimIdentityMap(rank)};
    if (perChannel) {
      inputs.push_back(vectorOf(builder, op.getLoc(), op.getMultiplier()));
      inputs.push_back(vectorOf(builder, op.getLoc(), op.getShift()));
      maps.append(2, AffineMap::get(rank, 0, builder.getAffineDimExpr(rank - 1)));
    }
    maps.push_back(maps[0]);
    Value empty = builder.create<tensor::EmptyOp>(op.getLoc(), type.getShape(), type.getElementType());
    const SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
    auto generic = builder.create<linalg::GenericOp>(
        op.getLoc(), type, inputs, empty, maps, iterators,
        [&](OpBuilder &inner, Location loc, ValueRange values) {
          const auto scalar = [&](IntegerAttr value) {
            return inner.create<arith::ConstantOp>(loc, value).getResult();
          };
          Value multiplier = perChannel ? values[1] : scalar(inner.getI32IntegerAttr(op.getMultiplier()[0]));
          Value shift = perChannel ? values[2] : scalar(inner.getI8IntegerAttr(op.getShift()[0]));
          Value result = RescaleBody(inner, op).emit(values[0], multiplier, shift,
                                                     cast<IntegerType>(type.getElementType()));
          inner.create<linalg::YieldOp>(loc, result);
        });
    op.replaceAllUsesWith(generic.getResult(0));
    op.erase();
  }

  template <typename T> static Value vectorOf(OpBuilder &builder, Location loc, ArrayRef<T> values) {
    auto type = RankedTensorType::get({int64_t(values.size())}, builder.getIntegerType(8 * sizeof(T)));
    return builder.create<arith::ConstantOp>(loc, DenseElementsAttr::get(type, values));
  }
};

} // namespace

std::unique_ptr<mlir::Pass> createLowerRescalePass() { return std::make_unique<LowerRescale>(); }

} // namespace lockstep
