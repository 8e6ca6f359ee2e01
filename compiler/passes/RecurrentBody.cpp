#include "compiler/passes/RecurrentBody.h"

#include "compiler/passes/Constants.h"
#include "compiler/passes/RecurrentCells.h"
#include "compiler/passes/RecurrentLanes.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using namespace mlir;

namespace {

unsigned outputBits(const RecurrentProblem &problem) {
  return problem.output == RecurrentOutput::Int8 ? 8 : 16;
}

class Body {
public:
  Body(func::FuncOp function, const RecurrentForm &form)
      : form(form), problem(form.problem), b(function.getLoc(), function.getContext()) {
    Block *entry = function.addEntryBlock();
    b.setInsertionPointToStart(entry);
    unsigned next = 0;
    x = entry->getArgument(next++);
    if (problem.initial_h)
      initial_h = entry->getArgument(next++);
    if (problem.initial_c)
      initial_c = entry->getArgument(next++);
    if (problem.has_lengths)
      lengths = entry->getArgument(next++);
  }

  void emit() {
    RecurrentCell cell(b, form);
    Value share = projection();
    SmallVector<Value> carried;
    if (problem.writes_y) // every step writes its own part
      carried.push_back(
          b.create<tensor::EmptyOp>(ArrayRef<int64_t>{problem.steps, problem.batch, problem.hidden},
                                    b.getIntegerType(outputBits(problem))));
    carried.push_back(initial_h ? initial_h : state());
    if (problem.cell == CellKind::Lstm)
      carried.push_back(initial_c ? initial_c : state());
    auto loop = b.create<scf::ForOp>(index(0), index(problem.steps), index(1), carried);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      b.create<scf::YieldOp>(step(cell, share, loop.getInductionVar(), loop.getRegionIterArgs()));
    }
    finish(loop.getResults());
  }

private:
  Value index(int64_t value) { return b.create<arith::ConstantIndexOp>(value); }
  /// All zeros.
  Value state() {
    auto type = RankedTensorType::get({problem.batch, problem.hidden}, b.getI16Type());
    return b.create<arith::ConstantOp>(DenseElementsAttr::get(type, b.getI16IntegerAttr(0)));
  }
  Value reshaped(Value value, ArrayRef<int64_t> shape) {
    const Type element = cast<RankedTensorType>(value.getType()).getElementType();
    return b.create<tosa::ReshapeOp>(RankedTensorType::get(shape, element), value, shape);
  }

  /// What the inputs of all steps add to the gates: one product. [steps, batch, G hidden] i16.
  Value projection() {
    const int64_t columns = gatesOf(problem.cell) * problem.hidden, rows = problem.steps * problem.batch;
    const ProjectionConstants &p = form.projection;
    std::vector<int8_t> turned(p.weights.size()); // [input, column]
    for (int64_t column = 0; column < columns; ++column)
      for (int64_t k = 0; k < form.input; ++k)
        turned[static_cast<size_t>(k * columns + column)] =
            p.weights[static_cast<size_t>(column * form.input + k)];
    Value weights =
        buildConstant(b, b.getLoc(),
                      DenseElementsAttr::get(RankedTensorType::get({1, form.input, columns}, b.getI8Type()),
                                             ArrayRef(turned)));
    Value bias = buildConstant(
        b, b.getLoc(),
        DenseElementsAttr::get(RankedTensorType::get({1, 1, columns}, b.getI32Type()), ArrayRef(p.bias)));
    const auto type = RankedTensorType::get({1, rows, columns}, b.getI32Type());
    auto zeroPoints = tosa::MatMulOpQuantizationAttr::get(b.getContext(), form.x_zero_point, 0);
    Value sums = b.create<tosa::MatMulOp>(type, reshaped(x, {1, rows, form.input}), weights, zeroPoints);
    sums = b.create<tosa::AddOp>(type, sums, bias);
    const SmallVector<int8_t> shifts(p.shift.begin(), p.shift.end());
    Value share = b.create<tosa::RescaleOp>(
        RankedTensorType::get({1, rows, columns}, b.getI16Type()), sums, b.getI32IntegerAttr(0),
        b.getI32IntegerAttr(0), b.getDenseI32ArrayAttr(p.multiplier), b.getDenseI8ArrayAttr(shifts),
        b.getBoolAttr(true), b.getBoolAttr(false), b.getBoolAttr(columns > 1));
    return reshaped(share, {problem.steps, problem.batch, columns});
  }

  struct Place {
    SmallVector<OpFoldResult> from, size, stride;
  };
  Place placeOf(Value time, int64_t width) {
    return {{time, b.getIndexAttr(0), b.getIndexAttr(0)},
            {b.getIndexAttr(1), b.getIndexAttr(problem.batch), b.getIndexAttr(width)},
            SmallVector<OpFoldResult>(3, b.getIndexAttr(1))};
  }

  SmallVector<Value> step(RecurrentCell &cell, Value share, Value turn, ValueRange carried) {
    Value time = problem.reverse ? b.create<arith::SubIOp>(index(problem.steps - 1), turn).getResult() : turn;
    const int64_t columns = gatesOf(problem.cell) * problem.hidden;
    const Place from = placeOf(time, columns);
    Value now =
        b.create<tensor::ExtractSliceOp>(RankedTensorType::get({problem.batch, columns}, b.getI16Type()),
                                         share, from.from, from.size, from.stride);
    const std::vector<Value> before = operands(carried);
    std::vector<Value> after = cell.step(now, before);
    Value output = after[0];
    if (lengths)
      output = hold(time, before, after);
    SmallVector<Value> results;
    if (problem.writes_y) {
      const Place to = placeOf(time, problem.hidden);
      results.push_back(
          b.create<tensor::InsertSliceOp>(asOutput(output), carried[0], to.from, to.size, to.stride));
    }
    results.append(after.begin(), after.end());
    return results;
  }

  /// The states that a step takes: those carried, with an int8 state rounded.
  std::vector<Value> operands(ValueRange carried) {
    ValueRange states = problem.writes_y ? carried.drop_front() : carried;
    std::vector<Value> result(states.begin(), states.end());
    if (problem.state_int8)
      result[0] = map({{result[0]}}, {16}, [](LaneBuilder &l, ArrayRef<Value> in) -> std::vector<Value> {
        return {l.multiply(l.clamp(l.roundingShift(in[0], 8), -128, 127), l.constant(256))};
      })[0];
    return result;
  }

  /// Beyond a row's length the states stay, and the output is zero: the output.
  Value hold(Value time, const std::vector<Value> &before, std::vector<Value> &after) {
    SmallVector<LaneInput> inputs{{lengths, LanePlace::Row}};
    for (Value value : before)
      inputs.push_back({value});
    for (Value value : after)
      inputs.push_back({value});
    const size_t states = after.size();
    Value now = b.create<arith::IndexCastOp>(b.getI32Type(), time);
    auto results =
        map(inputs, SmallVector<unsigned>(states + 1, 16), [&](LaneBuilder &l, ArrayRef<Value> in) {
          Value counts = l.less(now, in[0]);
          std::vector<Value> held;
          for (size_t i = 0; i < states; ++i)
            held.push_back(l.select(counts, in[1 + states + i], in[1 + i]));
          held.push_back(l.select(counts, held[0], l.constant(0)));
          return held;
        });
    after.assign(results.begin(), results.end() - 1);
    return results.back();
  }

  /// An int16 result as the layer gives it out: clamp(round(y M, s) + z) for int8.
  Value asOutput(Value value) {
    if (problem.output == RecurrentOutput::Int16)
      return value;
    return map({{value}}, {8}, [&](LaneBuilder &l, ArrayRef<Value> in) -> std::vector<Value> {
      Value scaled =
          l.product(l.resize(in[0], 64), l.constant(problem.output_multiplier, 64), problem.output_shift);
      return {l.clamp(l.add(scaled, l.constant(problem.output_zero_point, 64)), -128, 127)};
    })[0];
  }

  std::vector<Value> map(ArrayRef<LaneInput> inputs, ArrayRef<unsigned> bits, const LaneBody &body) {
    return mapLanes(b, inputs, problem.batch, problem.hidden, bits, body);
  }

  void finish(ValueRange carried) {
    SmallVector<Value> results;
    ValueRange states = carried;
    if (problem.writes_y) {
      results.push_back(carried[0]);
      states = carried.drop_front();
    }
    if (problem.writes_y_h)
      results.push_back(asOutput(states[0]));
    if (problem.writes_y_c)
      results.push_back(states[1]);
    b.create<func::ReturnOp>(results);
  }

  const RecurrentForm &form;
  const RecurrentProblem &problem;
  ImplicitLocOpBuilder b;
  Value x, initial_h, initial_c, lengths;
};

} // namespace

FunctionType recurrentFunctionType(MLIRContext *context, const RecurrentForm &form) {
  const RecurrentProblem &p = form.problem;
  const auto type = [&](ArrayRef<int64_t> shape, unsigned bits) -> Type {
    return RankedTensorType::get(shape, IntegerType::get(context, bits));
  };
  const Type state = type({p.batch, p.hidden}, 16);
  SmallVector<Type> inputs{type({p.steps, p.batch, form.input}, 8)}, results;
  if (p.initial_h)
    inputs.push_back(state);
  if (p.initial_c)
    inputs.push_back(state);
  if (p.has_lengths)
    inputs.push_back(type({p.batch}, 32));
  if (p.writes_y)
    results.push_back(type({p.steps, p.batch, p.hidden}, outputBits(p)));
  if (p.writes_y_h)
    results.push_back(type({p.batch, p.hidden}, outputBits(p)));
  if (p.writes_y_c)
    results.push_back(state);
  return FunctionType::get(context, inputs, results);
}

func::FuncOp buildRecurrentFunction(ModuleOp module, Location loc, StringRef name,
                                    const RecurrentForm &form) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  auto function = builder.create<func::FuncOp>(loc, name, recurrentFunctionType(module.getContext(), form));
  function.setPrivate();
  function->setAttr(kRecurrentAttribute, recurrentAttribute(module.getContext(), form));
  Body(function, form).emit();
  return function;
}

} // namespace lockstep
