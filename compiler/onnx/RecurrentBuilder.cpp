#include "compiler/onnx/RecurrentBuilder.h"

#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {

namespace {

class Recurrence {
public:
  Recurrence(NodeContext &context, const RecurrentKind &kind) : context(context), kind(kind) {}

  Status import() {
    if (Status status = readShapes(); !status)
      return status;
    Result<std::vector<CellActivation>> functions =
        cellActivations(context, directions, kind.default_activations);
    if (!functions)
      return functions.error();
    activations = *functions;
    for (size_t direction = 0; direction < directions; ++direction)
      runDirection(direction);
    setOutputs();
    return {};
  }

private:
  Status readShapes() {
    type = context.input(0).element_type;
    if (type.find("float") == std::string::npos)
      return context.unsupported(fmt::format("elements of {}, allowed: floats", type));
    isBatchFirst = context.intAttribute("layout", 0) == 1;
    input = wide(0);
    if (shapeOf(input).size() != 3 || context.input(1).shape().size() != 3 ||
        context.input(2).shape().size() != 3)
      return context.unsupported("X, W and R must have three axes");
    if (isBatchFirst)
      input = transposed(context, input, {1, 0, 2});
    steps = shapeOf(input)[0];
    batch = shapeOf(input)[1];
    hidden = context.input(2).shape()[2];
    direction = context.stringAttribute("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
      return context.unsupported(fmt::format("direction '{}'", direction));
    directions = direction == "bidirectional" ? 2 : 1;
    return checkShapes();
  }

  Status checkShapes() const {
    const auto count = static_cast<int64_t>(directions), rows = static_cast<int64_t>(kind.gates) * hidden;
    const auto fits = [&](size_t index, Extents expected) {
      return !context.hasInput(index) || context.input(index).shape() == llvm::ArrayRef(expected);
    };
    const Extents state = isBatchFirst ? Extents{batch, count, hidden} : Extents{count, batch, hidden};
    const bool ok = fits(1, {count, rows, shapeOf(input)[2]}) && fits(2, {count, rows, hidden}) &&
                    fits(3, {count, 2 * rows}) && fits(4, {batch}) && fits(5, state) && fits(6, state) &&
                    fits(7, {count, 3 * hidden}) && steps > 0 && hidden > 0;
    if (!ok)
      return context.unsupported("the shapes of its inputs do not fit each other");
    return {};
  }

  /// Input `index` for the computation.
  mlir::Value wide(size_t index) const { return widenedTensor(context, context.input(index)); }
  Operand wideOperand(size_t index) const {
    if (type == "float32" || type == "float64")
      return Operand(context, index);
    return Operand(context, wide(index));
  }
  mlir::Type element() const { return elementOf(input); }

  /// W or R of a direction, as [1, k, gates h].
  mlir::Value matrixOf(size_t index, size_t place) const {
    const Operand matrix = wideOperand(index).rows(static_cast<int64_t>(place), 1);
    return matrix.transposed({0, 2, 1}).value();
  }

  /// The input's or the recurrent half of the bias, [1, gates h].
  mlir::Value biasOf(size_t place, bool isRecurrent) const {
    const auto rows = static_cast<int64_t>(kind.gates) * hidden;
    if (!context.hasInput(3))
      return splatTensor(context, {1, rows}, element(), 0);
    return wideOperand(3)
        .rows(static_cast<int64_t>(place), 1)
        .reshaped({2, rows})
        .rows(isRecurrent ? 1 : 0, 1)
        .value();
  }

  mlir::Value initialState(size_t state, size_t place) const {
    if (!context.hasInput(5 + state))
      return splatTensor(context, {batch, hidden}, element(), 0);
    mlir::Value all = wide(5 + state);
    if (isBatchFirst)
      all = transposed(context, all, {1, 0, 2});
    const mlir::Value one =
        sliced(context, all, {static_cast<int64_t>(place), 0, 0}, {1, batch, hidden}, {1, 1, 1});
    return reshaped(context, one, {batch, hidden});
  }

  CellWeights weightsOf(size_t place) const {
    CellWeights weights;
    weights.recurrent = matrixOf(2, place);
    weights.recurrent_bias = biasOf(place, true);
    if (context.hasInput(7))
      weights.peepholes = wideOperand(7).rows(static_cast<int64_t>(place), 1).value();
    const size_t count = kind.default_activations.size();
    weights.activations.assign(activations.begin() + static_cast<long>(place * count),
                               activations.begin() + static_cast<long>((place + 1) * count));
    return weights;
  }

  /// What the inputs of all steps add to the gates: one product. [steps, b, gates h].
  mlir::Value inputShare(size_t place) const {
    const int64_t features = shapeOf(input)[2], columns = static_cast<int64_t>(kind.gates) * hidden;
    const mlir::Value rows = reshaped(context, input, {steps * batch, features});
    const mlir::Value product = timesMatrix(context, rows, matrixOf(1, place));
    const mlir::Value sum =
        mapElements(context, {product, biasOf(place, false)}, shapeOf(product), element(),
                    [](ScalarBuilder &b, mlir::ValueRange x) { return scalarAdd(b, x[0], x[1]); });
    return reshaped(context, sum, {steps, batch, columns});
  }

  void runDirection(size_t place) {
    const CellWeights weights = weightsOf(place);
    const mlir::Value share = inputShare(place);
    llvm::SmallVector<mlir::Value> carried{splatTensor(context, {steps, batch, hidden}, element(), 0)};
    for (size_t state = 0; state < kind.states; ++state)
      carried.push_back(initialState(state, place));
    const mlir::Value lengths =
        context.hasInput(4) ? reshaped(context, context.input(4).value, {batch, 1}) : nullptr;
    mlir::OpBuilder &builder = context.builder();
    const auto index = [&](int64_t value) {
      return builder.create<mlir::arith::ConstantIndexOp>(context.loc(), value);
    };
    auto loop = builder.create<mlir::scf::ForOp>(context.loc(), index(0), index(steps), index(1), carried);
    {
      mlir::OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(loop.getBody());
      mlir::Value time = loop.getInductionVar();
      if (direction == "reverse" || place == 1)
        time = builder.create<mlir::arith::SubIOp>(context.loc(), index(steps - 1), time);
      builder.create<mlir::scf::YieldOp>(context.loc(),
                                         step(weights, share, time, lengths, loop.getRegionIterArgs()));
    }
    results.emplace_back(loop.getResults().begin(), loop.getResults().end());
  }

  /// Outputs so far and states, after a step.
  llvm::SmallVector<mlir::Value> step(const CellWeights &weights, mlir::Value share, mlir::Value time,
                                      mlir::Value lengths, mlir::ValueRange carried) {
    mlir::OpBuilder &builder = context.builder();
    const int64_t columns = static_cast<int64_t>(kind.gates) * hidden;
    const auto place = [&](int64_t width) {
      return std::array<llvm::SmallVector<mlir::OpFoldResult>, 3>{
          llvm::SmallVector<mlir::OpFoldResult>{time, builder.getIndexAttr(0), builder.getIndexAttr(0)},
          llvm::SmallVector<mlir::OpFoldResult>{builder.getIndexAttr(1), builder.getIndexAttr(batch),
                                                builder.getIndexAttr(width)},
          llvm::SmallVector<mlir::OpFoldResult>(3, builder.getIndexAttr(1))};
    };
    const auto [from, size, stride] = place(columns);
    const mlir::Value now = builder.create<mlir::tensor::ExtractSliceOp>(
        context.loc(), mlir::RankedTensorType::get({batch, columns}, element()), share, from, size, stride);
    llvm::SmallVector<mlir::Value> states = kind.step(weights, now, carried.drop_front());
    mlir::Value output = states[0];
    if (lengths) {
      output = running(time, lengths, output, splatTensor(context, {batch, hidden}, element(), 0));
      for (size_t i = 0; i < states.size(); ++i)
        states[i] = running(time, lengths, states[i], carried[i + 1]);
    }
    const auto [to, extent, distance] = place(hidden);
    states.insert(states.begin(), builder.create<mlir::tensor::InsertSliceOp>(
                                      context.loc(), output, carried[0], to, extent, distance));
    return states;
  }

  /// `now` where the sequence has not ended before `time`, else `otherwise`.
  mlir::Value running(mlir::Value time, mlir::Value lengths, mlir::Value now, mlir::Value otherwise) const {
    return mapElements(context, {now, otherwise, lengths}, shapeOf(now), element(),
                       [&](ScalarBuilder &b, mlir::ValueRange x) {
                         const mlir::Value place = b.create<mlir::arith::IndexCastOp>(x[2].getType(), time);
                         return scalarSelect(b, scalarCompare(b, Comparison::Less, place, x[2], false), x[0],
                                             x[1]);
                       });
  }

  void setOutputs() {
    if (context.hasOutput(0)) {
      const mlir::Value all = joined(0, {steps, 1, batch, hidden}, 1);
      setOutput(0, isBatchFirst ? transposed(context, all, {2, 0, 1, 3}) : all);
    }
    for (size_t state = 0; state < kind.states; ++state) {
      if (!context.hasOutput(1 + state))
        continue;
      const mlir::Value all = joined(1 + state, {1, batch, hidden}, 0);
      setOutput(1 + state, isBatchFirst ? transposed(context, all, {1, 0, 2}) : all);
    }
  }

  /// Result `index` of all directions, each brought to `shape`.
  mlir::Value joined(size_t index, llvm::ArrayRef<int64_t> shape, int64_t axis) const {
    llvm::SmallVector<mlir::Value> parts;
    for (const auto &result : results)
      parts.push_back(reshaped(context, result[index], shape));
    return parts.size() == 1 ? parts[0] : concatenated(context, parts, axis);
  }

  void setOutput(size_t index, mlir::Value value) {
    context.setOutput(index, narrowedTensor(context, value, type), type);
  }

  NodeContext &context;
  const RecurrentKind &kind;
  std::string type, direction;
  bool isBatchFirst = false;
  mlir::Value input; // [steps, b, features]
  int64_t steps = 0, batch = 0, hidden = 0;
  size_t directions = 1;
  std::vector<CellActivation> activations;
  std::vector<llvm::SmallVector<mlir::Value>> results; // of the loops: outputs, states
};

} // namespace

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
