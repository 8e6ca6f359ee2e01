#include "compiler/passes/RecurrentLanes.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {

using namespace mlir;

namespace {

unsigned bitsOf(Value value) { return value.getType().getIntOrFloatBitWidth(); }

} // namespace

Value LaneBuilder::constant(int64_t value, unsigned bits) {
  return b.create<arith::ConstantOp>(b.getIntegerAttr(b.getIntegerType(bits), value));
}

Value LaneBuilder::resize(Value value, unsigned bits) {
  if (bitsOf(value) == bits)
    return value;
  const Type type = b.getIntegerType(bits);
  if (bitsOf(value) < bits)
    return b.create<arith::ExtSIOp>(type, value);
  return b.create<arith::TruncIOp>(type, value);
}

Value LaneBuilder::add(Value x, Value y) { return b.create<arith::AddIOp>(x, y); }
Value LaneBuilder::subtract(Value x, Value y) { return b.create<arith::SubIOp>(x, y); }
Value LaneBuilder::multiply(Value x, Value y) { return b.create<arith::MulIOp>(x, y); }

Value LaneBuilder::clamp(Value x, int64_t minimum, int64_t maximum) {
  x = b.create<arith::MaxSIOp>(x, constant(minimum, bitsOf(x)));
  return b.create<arith::MinSIOp>(x, constant(maximum, bitsOf(x)));
}

Value LaneBuilder::roundingShift(Value x, uint32_t shift) {
  if (shift == 0)
    return x;
  const unsigned bits = bitsOf(x);
  x = add(x, constant(int64_t{1} << (shift - 1), bits));
  return b.create<arith::ShRSIOp>(x, constant(shift, bits));
}

Value LaneBuilder::table(Value x, Value entries) {
  Value index = b.create<arith::ShRSIOp>(add(x, constant(32768)), constant(7));
  Value fraction = b.create<arith::AndIOp>(x, constant(127));
  const auto entry = [&](Value at) {
    Value place = b.create<arith::IndexCastOp>(b.getIndexType(), at);
    return resize(b.create<tensor::ExtractOp>(entries, ValueRange{place}), 32);
  };
  Value base = entry(index), next = entry(add(index, constant(1)));
  Value between = multiply(subtract(next, base), fraction);
  return saturate16(roundingShift(add(multiply(base, constant(128)), between), 7));
}

Value LaneBuilder::high(Value x) { return b.create<arith::ShRSIOp>(x, constant(8)); }
Value LaneBuilder::low(Value x) { return subtract(b.create<arith::AndIOp>(x, constant(255)), constant(128)); }

Value LaneBuilder::wide(Value high, Value low) {
  Value sum = add(resize(low, 64), constant(128, 64)); // 33 bits
  return add(high, resize(b.create<arith::ShRSIOp>(sum, constant(8, 64)), 32));
}

Value LaneBuilder::less(Value x, Value y) { return b.create<arith::CmpIOp>(arith::CmpIPredicate::slt, x, y); }

Value LaneBuilder::select(Value condition, Value x, Value y) {
  return b.create<arith::SelectOp>(condition, x, y);
}

namespace {

AffineMap mapOf(LanePlace place, MLIRContext *context) {
  const AffineExpr row = getAffineDimExpr(0, context), column = getAffineDimExpr(1, context);
  if (place == LanePlace::Row)
    return AffineMap::get(2, 0, {row}, context);
  if (place == LanePlace::Column)
    return AffineMap::get(2, 0, {column}, context);
  return AffineMap::get(2, 0, {row, column}, context);
}

} // namespace

std::vector<Value> mapLanes(ImplicitLocOpBuilder &builder, ArrayRef<LaneInput> inputs, int64_t batch,
                            int64_t n, ArrayRef<unsigned> resultBits, const LaneBody &body) {
  MLIRContext *context = builder.getContext();
  SmallVector<Value> tensors, empties;
  SmallVector<AffineMap> maps;
  SmallVector<Type> types;
  for (const LaneInput &input : inputs) {
    tensors.push_back(input.tensor);
    maps.push_back(mapOf(input.place, context));
  }
  for (unsigned bits : resultBits) {
    types.push_back(RankedTensorType::get({batch, n}, builder.getIntegerType(bits)));
    empties.push_back(
        builder.create<tensor::EmptyOp>(ArrayRef<int64_t>{batch, n}, builder.getIntegerType(bits)));
    maps.push_back(mapOf(LanePlace::Element, context));
  }
  const SmallVector<utils::IteratorType> iterators(2, utils::IteratorType::parallel);
  auto generic = builder.create<linalg::GenericOp>(
      types, tensors, empties, maps, iterators, [&](OpBuilder &inner, Location loc, ValueRange values) {
        ImplicitLocOpBuilder scalars(loc, inner);
        LaneBuilder lanes(scalars);
        SmallVector<Value> wide;
        for (Value value : values.take_front(inputs.size()))
          wide.push_back(lanes.resize(value, 32));
        SmallVector<Value> results;
        for (auto [result, bits] : llvm::zip(body(lanes, wide), resultBits))
          results.push_back(lanes.resize(result, bits));
        scalars.create<linalg::YieldOp>(results);
      });
  return {generic.getResults().begin(), generic.getResults().end()};
}

} // namespace lockstep
