// quant.qcast, quant.dcast and quant.scast become arithmetic on storage tensors, as ONNX defines it.
#include "compiler/passes/Passes.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Quant/QuantOps.h>
#include <mlir/Dialect/Quant/QuantTypes.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {
namespace {

using namespace mlir;
using quant::QuantizedType;

/// Scales and zero points of a quantized type: one of each, or one for each index along `axis`.
struct Parameters {
  SmallVector<float> scales;
  SmallVector<int64_t> zero_points;
  int64_t axis = -1;
  int64_t minimum = 0, maximum = 0; // of the storage
  bool is_signed = true;

  /// float32 holds every value of 16 bits and differences of two of them; wider storage is computed in
  /// float64.
  bool isNarrow() const { return minimum >= -32768 && maximum <= 65535; }
};

std::optional<Parameters> parametersOf(QuantizedType type) {
  Parameters parameters;
  parameters.minimum = type.getStorageTypeMin();
  parameters.maximum = type.getStorageTypeMax();
  parameters.is_signed = type.isSigned();
  if (auto uniform = dyn_cast<quant::UniformQuantizedType>(type)) {
    parameters.scales = {float(uniform.getScale())};
    parameters.zero_points = {uniform.getZeroPoint()};
    return parameters;
  }
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type)) {
    parameters.axis = perAxis.getQuantizedDimension();
    for (double scale : perAxis.getScales())
      parameters.scales.push_back(float(scale));
    parameters.zero_points.assign(perAxis.getZeroPoints().begin(), perAxis.getZeroPoints().end());
    return parameters;
  }
  return std::nullopt;
}

/// Builds the loop body of one cast: element, scale and zero point (int64 value) as scalars.
class CastBuilder {
public:
  CastBuilder(OpBuilder &builder, Location loc, const Parameters &parameters, RankedTensorType resultType)
      : builder(builder), loc(loc), parameters(parameters), resultType(resultType) {}

  Value quantize(Value input) {
    return generic(
        input, [this](Value x, Value scale, Value zeroPoint) { return quantizeOne(x, scale, zeroPoint); });
  }
  Value dequantize(Value input) {
    return generic(
        input, [this](Value q, Value scale, Value zeroPoint) { return dequantizeOne(q, scale, zeroPoint); });
  }

private:
  Type integer() { return builder.getIntegerType(parameters.isNarrow() ? 32 : 64); }
  FloatType wideFloat() { return parameters.isNarrow() ? builder.getF32Type() : builder.getF64Type(); }
  Value integerConstant(int64_t value) {
    return builder.create<arith::ConstantOp>(loc, builder.getIntegerAttr(integer(), value));
  }

  /// saturate(roundeven(x / scale) + zero_point); NaN gives the lower end.
  Value quantizeOne(Value x, Value scale, Value zeroPoint) {
    Value ratio = builder.create<arith::DivFOp>(loc, toFloat32(x), scale);
    Value rounded = builder.create<math::RoundEvenOp>(loc, ratio);
    if (!parameters.isNarrow())
      rounded = builder.create<arith::ExtFOp>(loc, wideFloat(), rounded);
    // The ends less the zero point are whole numbers that the float type holds: saturating before the
    // conversion is exact, and keeps the conversion in range.
    Value lower =
        toWideFloat(builder.create<arith::SubIOp>(loc, integerConstant(parameters.minimum), zeroPoint));
    Value upper =
        toWideFloat(builder.create<arith::SubIOp>(loc, integerConstant(parameters.maximum), zeroPoint));
    Value clamped = builder.create<arith::MaxNumFOp>(loc, rounded, lower);
    clamped = builder.create<arith::MinNumFOp>(loc, clamped, upper);
    Value whole = builder.create<arith::FPToSIOp>(loc, integer(), clamped);
    Value stored = builder.create<arith::AddIOp>(loc, whole, zeroPoint);
    return resize(stored, resultType.getElementType());
  }

  /// (q - zero_point) * scale in float32.
  Value dequantizeOne(Value q, Value scale, Value zeroPoint) {
    Value wide = resize(q, integer());
    Value difference = builder.create<arith::SubIOp>(loc, wide, zeroPoint);
    Value number = builder.create<arith::SIToFPOp>(loc, builder.getF32Type(), difference);
    Value product = builder.create<arith::MulFOp>(loc, number, scale);
    auto type = cast<FloatType>(resultType.getElementType());
    if (type.getWidth() < 32)
      return builder.create<arith::TruncFOp>(loc, type, product);
    return type.getWidth() > 32 ? builder.create<arith::ExtFOp>(loc, type, product) : product;
  }

  Value toFloat32(Value x) {
    const unsigned width = x.getType().getIntOrFloatBitWidth();
    if (width < 32)
      return builder.create<arith::ExtFOp>(loc, builder.getF32Type(), x);
    return width > 32 ? builder.create<arith::TruncFOp>(loc, builder.getF32Type(), x) : x;
  }
  Value toWideFloat(Value whole) { return builder.create<arith::SIToFPOp>(loc, wideFloat(), whole); }

  Value resize(Value value, Type type) {
    const unsigned from = value.getType().getIntOrFloatBitWidth(), to = type.getIntOrFloatBitWidth();
    if (from == to)
      return value;
    if (from > to)
      return builder.create<arith::TruncIOp>(loc, type, value);
    if (parameters.is_signed)
      return builder.create<arith::ExtSIOp>(loc, type, value);
    return builder.create<arith::ExtUIOp>(loc, type, value);
  }

  using Body = llvm::function_ref<Value(Value, Value, Value)>;

  /// Elementwise; scale and zero point are constants, or come along the axis.
  Value generic(Value input, Body body) {
    const int64_t rank = resultType.getRank();
    const AffineMap identity = builder.getMultiDimIdentityMap(rank);
    SmallVector<Value> inputs = {input};
    SmallVector<AffineMap> maps = {identity};
    if (parameters.axis >= 0) {
      inputs.append({alongAxis(builder.getF32Type()), alongAxis(integer())});
      maps.append(2, AffineMap::get(rank, 0, builder.getAffineDimExpr(parameters.axis)));
    }
    maps.push_back(identity);
    Value empty = builder.create<tensor::EmptyOp>(loc, resultType.getShape(), resultType.getElementType());
    const SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
    OpBuilder outer = builder;
    auto generic = outer.create<linalg::GenericOp>(
        loc, resultType, inputs, empty, maps, iterators, [&](OpBuilder &inner, Location, ValueRange values) {
          OpBuilder::InsertionGuard guard(builder);
          builder.restoreInsertionPoint(inner.saveInsertionPoint());
          const bool perAxis = parameters.axis >= 0;
          Value scale = perAxis ? values[1] : scalarScale();
          Value zeroPoint = perAxis ? values[2] : integerConstant(parameters.zero_points[0]);
          builder.create<linalg::YieldOp>(loc, body(values[0], scale, zeroPoint));
        });
    return generic.getResult(0);
  }

  Value scalarScale() {
    return builder.create<arith::ConstantOp>(loc, builder.getF32FloatAttr(parameters.scales[0]));
  }

  /// [extent of the axis]: scales, or zero points.
  Value alongAxis(Type elementType) {
    auto type = RankedTensorType::get({int64_t(parameters.scales.size())}, elementType);
    if (elementType.isF32())
      return builder.create<arith::ConstantOp>(loc,
                                               DenseElementsAttr::get(type, ArrayRef(parameters.scales)));
    SmallVector<Attribute> values;
    for (int64_t zeroPoint : parameters.zero_points)
      values.push_back(builder.getIntegerAttr(elementType, zeroPoint));
    return builder.create<arith::ConstantOp>(loc, DenseElementsAttr::get(type, values));
  }

  OpBuilder &builder;
  Location loc;
  const Parameters &parameters;
  RankedTensorType resultType;
};

QuantizedType quantizedElement(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  return tensor ? dyn_cast<QuantizedType>(tensor.getElementType()) : QuantizedType();
}

class LowerQuant : public PassWrapper<LowerQuant, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerQuant)
  StringRef getArgument() const final { return "lockstep-lower-quant"; }
  StringRef getDescription() const final {
    return "quantize and dequantize by arithmetic on storage tensors";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, math::MathDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    SmallVector<Operation *> casts;
    getOperation().walk([&](Operation *operation) {
      if (isa<quant::QuantizeCastOp, quant::DequantizeCastOp, quant::StorageCastOp>(operation))
        casts.push_back(operation);
    });
    storage.clear();
    for (Operation *cast : casts)
      if (failed(lower(cast)))
        return signalPassFailure();
    for (Operation *cast : llvm::reverse(casts)) {
      if (!cast->use_empty()) {
        cast->emitOpError()
            << "has a quantized result with a user that is no quantize or dequantize operation";
        return signalPassFailure();
      }
      cast->erase();
    }
  }

private:
  /// Defines the storage of what is quantized, replaces what is not.
  LogicalResult lower(Operation *cast) {
    Value input = cast->getOperand(0), result = cast->getResult(0);
    const bool from = bool(quantizedElement(input)), to = bool(quantizedElement(result));
    if (from == to)
      return cast->emitOpError() << "converts " << input.getType() << " to " << result.getType()
                                 << "; exactly one of them should be a tensor of a quantized type";
    Value stored = from ? storage.lookup(input) : input;
    if (!stored)
      return cast->emitOpError() << "takes a quantized value that is not the result of a cast";
    if (isa<quant::StorageCastOp>(cast)) {
      if (to)
        storage[result] = stored;
      else
        result.replaceAllUsesWith(stored);
      return success();
    }
    return lowerArithmetic(cast, stored, to);
  }

  LogicalResult lowerArithmetic(Operation *cast, Value stored, bool quantizes) {
    Value result = cast->getResult(0);
    const QuantizedType type = quantizedElement(quantizes ? result : cast->getOperand(0));
    const std::optional<Parameters> parameters = parametersOf(type);
    if (!parameters)
      return cast->emitOpError() << "has the quantized type " << type << "; uniform ones are allowed";
    auto resultType = mlir::cast<RankedTensorType>(result.getType());
    if (parameters->axis >= resultType.getRank() ||
        (parameters->axis >= 0 &&
         resultType.getDimSize(parameters->axis) != int64_t(parameters->scales.size())))
      return cast->emitOpError() << "has " << parameters->scales.size()
                                 << " scales along an axis of another extent";
    OpBuilder builder(cast);
    if (quantizes) {
      auto storageType = RankedTensorType::get(resultType.getShape(), type.getStorageType());
      storage[result] = CastBuilder(builder, cast->getLoc(), *parameters, storageType).quantize(stored);
    } else {
      result.replaceAllUsesWith(
          CastBuilder(builder, cast->getLoc(), *parameters, resultType).dequantize(stored));
    }
    return success();
  }

  llvm::DenseMap<Value, Value> storage; // of quantized values
};

} // namespace

std::unique_ptr<mlir::Pass> createLowerQuantPass() { return std::make_unique<LowerQuant>(); }

} // namespace lockstep
