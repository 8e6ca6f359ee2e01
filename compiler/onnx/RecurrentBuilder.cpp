#include "compiler/onnx/RecurrentBuilder.h"

#include "compiler/onnx/RecurrentCall.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {

namespace {

/// Input `index` for the computation.
mlir::Value wide(NodeContext &context, size_t index) { return widenedTensor(context, context.input(index)); }

Operand wideOperand(NodeContext &context, size_t index) {
  const std::string type = context.input(index).element_type;
  if (type == "float32" || type == "float64")
    return Operand(context, index);
  return Operand(context, wide(context, index));
}

/// Emits the loop of one direction.
class Direction {
public:
  Direction(NodeContext &context, const RecurrentKind &kind, const RecurrentShape &shape,
            const DirectionInputs &inputs)
      : context(context), kind(kind), shape(shape), inputs(inputs) {}

  llvm::SmallVector<mlir::Value> run() {
    const CellWeights weights = weightsOf();
    const mlir::Value share = inputShare();
    llvm::SmallVector<mlir::Value> carried{
        splatTensor(context, {shape.steps, shape.batch, shape.hidden}, element(), 0)};
    for (size_t state = 0; state < kind.states; ++state)
      carried.push_back(inputs.initial[state]
                            ? inputs.initial[state]
                            : splatTensor(context, {shape.batch, shape.hidden}, element(), 0));
    if (inputs.lengths)
      lengths = reshaped(context, inputs.lengths, {shape.batch, 1});
    mlir::OpBuilder &builder = context.builder();
    auto loop =
        builder.create<mlir::scf::ForOp>(context.loc(), index(0), index(shape.steps), index(1), carried);
    {
      mlir::OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(loop.getBody());
      mlir::Value time = loop.getInductionVar();
      if (inputs.is_reverse)
        time = builder.create<mlir::arith::SubIOp>(context.loc(), index(shape.steps - 1), time);
      builder.create<mlir::scf::YieldOp>(context.loc(), step(weights, share, time, loop.getRegionIterArgs()));
    }
    return {loop.getResults().begin(), loop.getResults().end()};
  }

private:
  mlir::Type element() const { return elementOf(inputs.x); }
  mlir::Value index(int64_t value) const {
    return context.builder().create<mlir::arith::ConstantIndexOp>(context.loc(), value);
  }
  auto place() const { return static_cast<int64_t>(inputs.place); }
  int64_t columns() const { return static_cast<int64_t>(kind.gates) * shape.hidden; }

  /// W or R, as [1, k, gates h].
  mlir::Value matrixOf(size_t index) const {
    return wideOperand(context, index).rows(place(), 1).transposed({0, 2, 1}).value();
  }

  /// The input's or the recurrent half of the bias, [1, gates h].
  mlir::Value biasOf(bool isRecurrent) const {
    if (!context.hasInput(3))
      return splatTensor(context, {1, columns()}, element(), 0);
    return wideOperand(context, 3)
        .rows(place(), 1)
        .reshaped({2, columns()})
        .rows(isRecurrent ? 1 : 0, 1)
        .value();
  }

  CellWeights weightsOf() const {
    CellWeights weights;
    weights.recurrent = matrixOf(2);
    weights.recurrent_bias = biasOf(true);
    if (context.hasInput(7))
      weights.peepholes = wideOperand(context, 7).rows(place(), 1).value();
    weights.activations = inputs.activations;
    return weights;
  }

  /// What the inputs of all steps add to the gates: one product. [steps, b, gates h].
  mlir::Value inputShare() const {
    const mlir::Value rows = reshaped(context, inputs.x, {shape.steps * shape.batch, shape.features});
    const mlir::Value product = timesMatrix(context, rows, matrixOf(1));
    const mlir::Value sum =
        mapElements(context, {product, biasOf(false)}, shapeOf(product), element(),
                    [](ScalarBuilder &b, mlir::ValueRange x) { return scalarAdd(b, x[0], x[1]); });
    return reshaped(context, sum, {shape.steps, shape.batch, columns()});
  }

  /// Outputs so far and states, after a step.
  llvm::SmallVector<mlir::Value> step(const CellWeights &weights, mlir::Value share, mlir::Value time,
                                      mlir::ValueRange carried) const {
    mlir::OpBuilder &builder = context.builder();
    const auto placeAt = [&](int64_t width) {
      return std::array<llvm::SmallVector<mlir::OpFoldResult>, 3>{
          llvm::SmallVector<mlir::OpFoldResult>{time, builder.getIndexAttr(0), builder.getIndexAttr(0)},
          llvm::SmallVector<mlir::OpFoldResult>{builder.getIndexAttr(1), builder.getIndexAttr(shape.batch),
                                                builder.getIndexAttr(width)},
          llvm::SmallVector<mlir::OpFoldResult>(3, builder.getIndexAttr(1))};
    };
    const auto [from, size, stride] = placeAt(columns());
    const mlir::Value now = builder.create<mlir::tensor::ExtractSliceOp>(
        context.loc(), mlir::RankedTensorType::get({shape.batch, columns()}, element()), share, from, size,
        stride);
    llvm::SmallVector<mlir::Value> states = kind.step(context, weights, now, carried.drop_front());
    mlir::Value output = states[0];
    if (lengths) {
      output = running(time, output, splatTensor(context, {shape.batch, shape.hidden}, element(), 0));
      for (size_t i = 0; i < states.size(); ++i)
        states[i] = running(time, states[i], carried[i + 1]);
    }
    const auto [to, extent, distance] = placeAt(shape.hidden);
    states.insert(states.begin(), builder.create<mlir::tensor::InsertSliceOp>(
                                      context.loc(), output, carried[0], to, extent, distance));
    return states;
  }

  /// `now` where the sequence has not ended before `time`, else `otherwise`.
  mlir::Value running(mlir::Value time, mlir::Value now, mlir::Value otherwise) const {
    return mapElements(context, {now, otherwise, lengths}, shapeOf(now), element(),
                       [&](ScalarBuilder &b, mlir::ValueRange x) {
                         const mlir::Value place = b.create<mlir::arith::IndexCastOp>(x[2].getType(), time);
                         return scalarSelect(b, scalarCompare(b, Comparison::Less, place, x[2], false), x[0],
                                             x[1]);
                       });
  }

  NodeContext &context;
  const RecurrentKind &kind;
  const RecurrentShape &shape;
  const DirectionInputs &inputs;
  mlir::Value lengths; // [b, 1] or null
};

/// A node: its directions, layouts and outputs.
class Recurrence {
public:
  Recurrence(NodeContext &context, const RecurrentKind &kind) : context(context), kind(kind) {}

  Status import() {
    if (Status status = readShapes(); !status)
      return status;
    Result<std::vector<CellActivation>> functions =
        cellActivations(context, shape.directions, kind.default_activations);
    if (!functions)
      return functions.error();
    activations = *functions;
    const bool stays = isQuantizedRecurrent(context);
    for (size_t place = 0; place < shape.directions; ++place) {
      const DirectionInputs inputs = inputsOf(place);
      results.push_back(stays ? callDirection(context, kind, shape, inputs)
                              : runDirection(context, kind, shape, inputs));
    }
    setOutputs();
    return {};
  }

private:
  Status readShapes() {
    type = context.input(0).element_type;
    if (type.find("float") == std::string::npos)
      return context.unsupported(fmt::format("elements of {}, allowed: floats", type));
    isBatchFirst = context.intAttribute("layout", 0) == 1;
    input = wide(context, 0);
    if (shapeOf(input).size() != 3 || context.input(1).shape().size() != 3 ||
        context.input(2).shape().size() != 3)
      return context.unsupported("X, W and R must have three axes");
    if (isBatchFirst)
      input = transposed(context, input, {1, 0, 2});
    shape.steps = shapeOf(input)[0];
    shape.batch = shapeOf(input)[1];
    shape.features = shapeOf(input)[2];
    shape.hidden = context.input(2).shape()[2];
    direction = context.stringAttribute("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
      return context.unsupported(fmt::format("direction '{}'", direction));
    shape.directions = direction == "bidirectional" ? 2 : 1;
    return checkShapes();
  }

  Status checkShapes() const {
    const auto count = static_cast<int64_t>(shape.directions);
    const int64_t rows = static_cast<int64_t>(kind.gates) * shape.hidden, batch = shape.batch;
    const auto fits = [&](size_t index, Extents expected) {
      return !context.hasInput(index) || context.input(index).shape() == llvm::ArrayRef(expected);
    };
    const Extents state =
        isBatchFirst ? Extents{batch, count, shape.hidden} : Extents{count, batch, shape.hidden};
    const bool ok = fits(1, {count, rows, shape.features}) && fits(2, {count, rows, shape.hidden}) &&
                    fits(3, {count, 2 * rows}) && fits(4, {batch}) && fits(5, state) && fits(6, state) &&
                    fits(7, {count, 3 * shape.hidden}) && shape.steps > 0 && shape.hidden > 0;
    if (!ok)
      return context.unsupported("the shapes of its inputs do not fit each other");
    if (const int64_t stated = context.intAttribute("hidden_size", shape.hidden); stated != shape.hidden)
      return context.unsupported(
          fmt::format("hidden_size is {}, but R has rows of {} elements", stated, shape.hidden));
    return {};
  }

  DirectionInputs inputsOf(size_t place) const {
    DirectionInputs inputs;
    inputs.x = input;
    inputs.lengths = context.hasInput(4) ? context.input(4).value : nullptr;
    for (size_t state = 0; state < kind.states; ++state)
      inputs.initial.push_back(context.hasInput(5 + state) ? initialState(state, place) : nullptr);
    const auto count = static_cast<long>(kind.default_activations.size()),
               first = static_cast<long>(place) * count;
    inputs.activations.assign(activations.begin() + first, activations.begin() + first + count);
    inputs.place = place;
    inputs.is_reverse = direction == "reverse" || place == 1;
    return inputs;
  }

  mlir::Value initialState(size_t state, size_t place) const {
    mlir::Value all = wide(context, 5 + state);
    if (isBatchFirst)
      all = transposed(context, all, {1, 0, 2});
    const mlir::Value one =
        sliced(context, all, {static_cast<int64_t>(place), 0, 0}, {1, shape.batch, shape.hidden}, {1, 1, 1});
    return reshaped(context, one, {shape.batch, shape.hidden});
  }

  void setOutputs() {
    if (context.hasOutput(0)) {
      const mlir::Value all = joined(0, {shape.steps, 1, shape.batch, shape.hidden}, 1);
      setOutput(0, isBatchFirst ? transposed(context, all, {2, 0, 1, 3}) : all);
    }
    for (size_t state = 0; state < kind.states; ++state) {
      if (!context.hasOutput(1 + state))
        continue;
      const mlir::Value all = joined(1 + state, {1, shape.batch, shape.hidden}, 0);
      setOutput(1 + state, isBatchFirst ? transposed(context, all, {1, 0, 2}) : all);
    }
  }

  /// Result `index` of all directions, each brought to `extents`.
  mlir::Value joined(size_t index, llvm::ArrayRef<int64_t> extents, int64_t axis) const {
    llvm::SmallVector<mlir::Value> parts;
    for (const auto &result : results)
      parts.push_back(reshaped(context, result[index], extents));
    return parts.size() == 1 ? parts[0] : concatenated(context, parts, axis);
  }

  void setOutput(size_t index, mlir::Value value) {
    context.setOutput(index, narrowedTensor(context, value, type), type);
  }

  NodeContext &context;
  const RecurrentKind &kind;
  RecurrentShape shape;
  std::string type, direction;
  bool isBatchFirst = false;
  mlir::Value input; // [steps, b, features]
  std::vector<CellActivation> activations;
  std::vector<llvm::SmallVector<mlir::Value>> results; // of the directions: outputs, states
};

} // namespace

llvm::SmallVector<mlir::Value> runDirection(NodeContext &context, const RecurrentKind &kind,
                                            const RecurrentShape &shape, const DirectionInputs &inputs) {
  return Direction(context, kind, shape, inputs).run();
}

mlir::Value gateOf(NodeContext &context, mlir::Value gates, size_t index, int64_t hidden) {
  const int64_t rows = shapeOf(gates)[0];
  return sliced(context, gates, {0, static_cast<int64_t>(index) * hidden}, {rows, hidden}, {1, 1});
}

mlir::Value timesMatrix(NodeContext &context, mlir::Value rows, mlir::Value matrix) {
  const Extents shape(shapeOf(rows));
  const mlir::Value product = batchMatMul(context, reshaped(context, rows, {1, shape[0], shape[1]}), matrix);
  return reshaped(context, product, {shape[0], shapeOf(matrix)[2]});
}

mlir::Value activated(NodeContext &context, ScalarBuilder &b, const CellActivation &activation,
                      mlir::Value x) {
  if (context.attribute("clip")) {
    const double bound = static_cast<double>(context.floatAttribute("clip", 0));
    x = scalarMinimum(b, scalarMaximum(b, x, scalarConstant(b, x.getType(), -bound), false),
                      scalarConstant(b, x.getType(), bound), false);
  }
  return activation.apply(b, x);
}

Status importRecurrent(NodeContext &context, const RecurrentKind &kind) {
  return Recurrence(context, kind).import();
}

} // namespace lockstep
