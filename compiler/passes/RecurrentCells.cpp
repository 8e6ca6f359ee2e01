#include "compiler/passes/RecurrentCells.h"

#include "compiler/passes/Constants.h"
#include "compiler/passes/RecurrentLanes.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using namespace mlir;

RecurrentCell::RecurrentCell(ImplicitLocOpBuilder &builder, const RecurrentForm &form)
    : b(builder), form(form), problem(form.problem) {
  const int64_t count = gatesOf(problem.cell);
  const bool splits = problem.cell == CellKind::Gru && !problem.linear_before_reset;
  products.push_back(gates(0, splits ? 2 : count));
  if (splits)
    products.push_back(gates(2, 1)); // the candidate takes r h
  if (problem.cell != CellKind::Rnn)
    f = table(form.constants.f);
  g = table(form.constants.g);
  if (problem.cell == CellKind::Lstm)
    h = table(form.constants.h);
  for (int64_t i = 0; i < (problem.peepholes ? 3 : 0); ++i)
    peepholes.push_back(peephole(i));
}

RecurrentCell::Gates RecurrentCell::gates(int64_t first, int64_t count) {
  const int64_t n = problem.hidden, rows = count * n;
  const RecurrentConstants &constants = form.constants;
  std::vector<int8_t> turned(static_cast<size_t>(rows * n)); // [k, row]
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t k = 0; k < n; ++k)
      turned[static_cast<size_t>(k * rows + row)] =
          constants.weights[static_cast<size_t>((first * n + row) * n + k)];
  const auto part = [&](const std::vector<int32_t> &values) {
    const auto begin = values.begin() + first * n;
    const std::vector<int32_t> some(begin, begin + rows);
    return buildConstant(
        b, b.getLoc(), DenseElementsAttr::get(RankedTensorType::get({rows}, b.getI32Type()), ArrayRef(some)));
  };
  const auto type = RankedTensorType::get({1, n, rows}, b.getI8Type());
  return {count, buildConstant(b, b.getLoc(), DenseElementsAttr::get(type, ArrayRef(turned))),
          part(constants.bias), part(constants.multiplier)};
}

Value RecurrentCell::table(const FunctionTable &entries) {
  const auto type = RankedTensorType::get({513}, b.getI16Type());
  return b.create<arith::ConstantOp>(
      DenseElementsAttr::get(type, ArrayRef<int16_t>(entries.data(), entries.size())));
}

Value RecurrentCell::peephole(int64_t index) {
  const int64_t n = problem.hidden;
  const auto type = RankedTensorType::get({n}, b.getI16Type());
  const ArrayRef<int16_t> all(form.constants.peepholes);
  return b.create<arith::ConstantOp>(
      DenseElementsAttr::get(type, all.slice(static_cast<size_t>(index * n), static_cast<size_t>(n))));
}

Value RecurrentCell::gate(Value all, int64_t index) {
  const int64_t batch = problem.batch, n = problem.hidden;
  const Type element = cast<RankedTensorType>(all.getType()).getElementType();
  const SmallVector<OpFoldResult> from{b.getIndexAttr(0), b.getIndexAttr(index * n)};
  const SmallVector<OpFoldResult> size{b.getIndexAttr(batch), b.getIndexAttr(n)};
  const SmallVector<OpFoldResult> stride(2, b.getIndexAttr(1));
  return b.create<tensor::ExtractSliceOp>(RankedTensorType::get({batch, n}, element), all, from, size,
                                          stride);
}

/// High and low half go through one product, as rows beside each other: the weights are read once.
Value RecurrentCell::preactivations(const Gates &gates, Value state) {
  const int64_t batch = problem.batch, n = problem.hidden, columns = gates.count * n;
  const int64_t passes = problem.state_int8 ? 1 : 2;
  const auto halves = mapLanes(b, {{state}}, batch, n, SmallVector<unsigned>(static_cast<size_t>(passes), 8),
                               [&](LaneBuilder &l, ArrayRef<Value> in) -> std::vector<Value> {
                                 if (passes == 1)
                                   return {l.clamp(l.roundingShift(in[0], 8), -128, 127)};
                                 return {l.high(in[0]), l.low(in[0])};
                               });
  Value rows = halves[0];
  if (passes == 2)
    rows = b.create<tosa::ConcatOp>(RankedTensorType::get({2 * batch, n}, b.getI8Type()), halves, 0);
  const auto shaped = [&](Value value, ArrayRef<int64_t> shape) -> Value {
    const Type element = cast<RankedTensorType>(value.getType()).getElementType();
    return b.create<tosa::ReshapeOp>(RankedTensorType::get(shape, element), value, shape);
  };
  auto zeroPoints = tosa::MatMulOpQuantizationAttr::get(b.getContext(), 0, 0);
  Value sums = b.create<tosa::MatMulOp>(RankedTensorType::get({1, passes * batch, columns}, b.getI32Type()),
                                        shaped(rows, {1, passes * batch, n}), gates.weights, zeroPoints);
  sums = shaped(sums, {passes, batch, columns});
  const auto half = [&](int64_t index) -> Value {
    const SmallVector<OpFoldResult> from{b.getIndexAttr(index), b.getIndexAttr(0), b.getIndexAttr(0)};
    const SmallVector<OpFoldResult> size{b.getIndexAttr(1), b.getIndexAttr(batch), b.getIndexAttr(columns)};
    const SmallVector<OpFoldResult> stride(3, b.getIndexAttr(1));
    return b.create<tensor::ExtractSliceOp>(RankedTensorType::get({batch, columns}, b.getI32Type()), sums,
                                            from, size, stride);
  };
  SmallVector<LaneInput> inputs{{gates.bias, LanePlace::Column}, {gates.multiplier, LanePlace::Column}};
  for (int64_t pass = 0; pass < passes; ++pass)
    inputs.push_back({half(pass)});
  return mapLanes(b, inputs, batch, columns, {16},
                  [&](LaneBuilder &l, ArrayRef<Value> in) -> std::vector<Value> {
                    Value sum = l.add(passes == 2 ? l.wide(in[2], in[3]) : in[2], in[0]);
                    Value scaled = l.product(l.resize(sum, 64), l.resize(in[1], 64), problem.shift);
                    return {l.saturate16(l.resize(scaled, 32))}; // wraps around, as elementwise does
                  })[0];
}

std::vector<Value> RecurrentCell::step(Value x, ArrayRef<Value> states) {
  if (problem.cell == CellKind::Lstm)
    return lstm(x, states[0], states[1]);
  if (problem.cell == CellKind::Rnn)
    return rnn(x, states[0]);
  return problem.linear_before_reset ? gru(x, states[0]) : gruResetBefore(x, states[0]);
}

namespace {

/// Clip of the argument of f and g; bounds of int16 without one.
Value clipped(LaneBuilder &l, Value x, int32_t clip) {
  return clip == 32767 ? l.saturate16(x) : l.clamp(x, -clip, clip);
}

/// sat(n + round((h - n) z, 15))
Value mixed(LaneBuilder &l, Value n, Value z, Value h) {
  return l.saturate16(l.add(n, l.product(l.subtract(h, n), z, 15)));
}

} // namespace

std::vector<Value> RecurrentCell::gru(Value x, Value state) {
  Value a = preactivations(products[0], state);
  const SmallVector<LaneInput> inputs{{gate(a, 0)}, {gate(a, 1)}, {gate(a, 2)}, {gate(x, 0)},
                                      {gate(x, 1)}, {gate(x, 2)}, {state}};
  return mapLanes(b, inputs, problem.batch, problem.hidden, {16},
                  [&](LaneBuilder &l, ArrayRef<Value> in) -> std::vector<Value> {
                    Value z = l.table(clipped(l, l.add(in[0], in[3]), problem.clip), f);
                    Value r = l.table(clipped(l, l.add(in[1], in[4]), problem.clip), f);
                    Value reset = l.saturate16(l.product(r, in[2], 15));
                    Value n = l.table(clipped(l, l.add(reset, in[5]), problem.clip), g);
                    return {mixed(l, n, z, in[6])};
                  });
}

std::vector<Value> RecurrentCell::gruResetBefore(Value x, Value state) {
  Value a = preactivations(products[0], state);
  const SmallVector<LaneInput> inputs{{gate(a, 0)}, {gate(a, 1)}, {gate(x, 0)}, {gate(x, 1)}, {state}};
  auto gates = mapLanes(b, inputs, problem.batch, problem.hidden, {16, 16},
                        [&](LaneBuilder &l, ArrayRef<Value> in) -> std::vector<Value> {
                          Value z = l.table(clipped(l, l.add(in[0], in[2]), problem.clip), f);
                          Value r = l.table(clipped(l, l.add(in[1], in[3]), problem.clip), f);
                          return {z, l.saturate16(l.product(r, in[4], 15))};
                        });
  Value candidate = preactivations(products[1], gates[1]);
  return mapLanes(b, {{candidate}, {gate(x, 2)}, {gates[0]}, {state}}, problem.batch, problem.hidden, {16},
                  [&](LaneBuilder &l, ArrayRef<Value> in) -> std::vector<Value> {
                    Value n = l.table(clipped(l, l.add(in[0], in[1]), problem.clip), g);
                    return {mixed(l, n, in[2], in[3])};
                  });
}

std::vector<Value> RecurrentCell::lstm(Value x, Value state, Value cell) {
  Value a = preactivations(products[0], state);
  SmallVector<LaneInput> inputs;
  for (int64_t i = 0; i < 4; ++i)
    inputs.push_back({gate(a, i)});
  for (int64_t i = 0; i < 4; ++i)
    inputs.push_back({gate(x, i)});
  inputs.push_back({cell});
  for (Value one : peepholes)
    inputs.push_back({one, LanePlace::Column});
  return mapLanes(
      b, inputs, problem.batch, problem.hidden, {16, 16},
      [&](LaneBuilder &l, ArrayRef<Value> in) -> std::vector<Value> {
        // Gates i, o, f, c; `looked`: which peephole, -1 for none.
        const auto argument = [&](size_t index, int looked, Value c) {
          Value sum = l.add(in[index], in[index + 4]);
          if (looked >= 0 && problem.peepholes)
            sum = l.add(sum, l.saturate16(l.product(in[9 + static_cast<size_t>(looked)], c,
                                                    static_cast<uint32_t>(problem.peephole_fraction_bits +
                                                                          problem.cell_fraction_bits - 12))));
          return clipped(l, sum, problem.clip);
        };
        Value c = in[8];
        Value i = l.table(argument(0, 0, c), f), forget = l.table(argument(2, 2, c), f);
        Value t = l.table(argument(3, -1, c), g);
        const int bits = problem.cell_fraction_bits;
        Value kept = l.saturate16(l.product(forget, c, 15));
        Value taken = l.saturate16(l.product(i, t, static_cast<uint32_t>(30 - bits)));
        Value next = l.saturate16(l.add(kept, taken));
        Value o = l.table(argument(1, 1, next), f);
        Value seen = l.saturate16(l.multiply(next, l.constant(1 << (12 - bits)))); // Q3.12
        return {l.saturate16(l.product(o, l.table(seen, h), 15)), next};
      });
}

std::vector<Value> RecurrentCell::rnn(Value x, Value state) {
  Value a = preactivations(products[0], state);
  return mapLanes(b, {{a}, {x}}, problem.batch, problem.hidden, {16},
                  [&](LaneBuilder &l, ArrayRef<Value> in) -> std::vector<Value> {
                    return {l.table(clipped(l, l.add(in[0], in[1]), problem.clip), g)};
                  });
}

} // namespace lockstep
