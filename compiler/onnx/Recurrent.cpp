// RNN, GRU and LSTM: one matrix product for the inputs of all steps, then a loop over time.
#include "compiler/onnx/RecurrentBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

namespace lockstep {

namespace {

/// Emits the steps of one node.
class Cell {
public:
  explicit Cell(NodeContext &context) : context(context) {}

protected:
  using States = llvm::SmallVector<mlir::Value>;

  mlir::Value map(mlir::ValueRange inputs, llvm::ArrayRef<int64_t> shape, ScalarBody body) const {
    return mapElements(context, inputs, shape, elementOf(inputs[0]), body);
  }
  /// activation(sum of the inputs).
  mlir::Value activate(const CellActivation &activation, mlir::ValueRange inputs) const {
    return map(inputs, shapeOf(inputs[0]), [&](ScalarBuilder &b, mlir::ValueRange x) {
      return activated(context, b, activation, sum(b, x));
    });
  }
  static mlir::Value sum(ScalarBuilder &b, mlir::ValueRange x) {
    mlir::Value result = x[0];
    for (mlir::Value next : x.drop_front())
      result = scalarAdd(b, result, next);
    return result;
  }
  mlir::Value times(mlir::Value x, mlir::Value y) const {
    return map({x, y}, shapeOf(x),
               [](ScalarBuilder &b, mlir::ValueRange v) { return scalarMul(b, v[0], v[1]); });
  }
  mlir::Value gate(mlir::Value gates, size_t index, mlir::Value hidden) const {
    return gateOf(context, gates, index, shapeOf(hidden)[1]);
  }
  /// x y + z w
  static mlir::Value mixed(ScalarBuilder &b, mlir::Value x, mlir::Value y, mlir::Value z, mlir::Value w) {
    return scalarAdd(b, scalarMul(b, x, y), scalarMul(b, z, w));
  }

  NodeContext &context;
};

/// H' = f(x + H R + Rb)
struct RnnCell : Cell {
  using Cell::Cell;
  States step(const CellWeights &w, mlir::Value input, mlir::ValueRange states) const {
    return {
        activate(w.activations[0], {input, timesMatrix(context, states[0], w.recurrent), w.recurrent_bias})};
  }
};

/// z = f(..), r = f(..), n = g(x + r (H R + Rb)) or g(x + (r H) R + Rb), H' = (1 - z) n + z H
struct GruCell : Cell {
  using Cell::Cell;
  States step(const CellWeights &w, mlir::Value input, mlir::ValueRange states) const {
    const mlir::Value h = states[0], product = timesMatrix(context, h, w.recurrent);
    const auto recurrentBias = [&](size_t i) { return gate(w.recurrent_bias, i, h); };
    const mlir::Value z =
        activate(w.activations[0], {gate(input, 0, h), gate(product, 0, h), recurrentBias(0)});
    const mlir::Value r =
        activate(w.activations[0], {gate(input, 1, h), gate(product, 1, h), recurrentBias(1)});
    mlir::Value n;
    if (context.intAttribute("linear_before_reset", 0))
      n = map({gate(input, 2, h), r, gate(product, 2, h), recurrentBias(2)}, shapeOf(h),
              [&](ScalarBuilder &b, mlir::ValueRange x) {
                const mlir::Value gated = scalarMul(b, x[1], scalarAdd(b, x[2], x[3]));
                return activated(context, b, w.activations[1], scalarAdd(b, x[0], gated));
              });
    else
      n = activate(
          w.activations[1],
          {gate(input, 2, h), gate(timesMatrix(context, times(r, h), w.recurrent), 2, h), recurrentBias(2)});
    return {map({z, n, h}, shapeOf(h), [](ScalarBuilder &b, mlir::ValueRange x) {
      const mlir::Value rest = scalarSub(b, scalarConstant(b, x[0].getType(), 1), x[0]);
      return mixed(b, rest, x[1], x[0], x[2]);
    })};
  }
};

/// Gates i, o, f, c; C' = f C + i g(c), H' = o h(C'); peepholes add P C to i and f, P C' to o.
struct LstmCell : Cell {
  using Cell::Cell;
  States step(const CellWeights &w, mlir::Value input, mlir::ValueRange states) const {
    const mlir::Value h = states[0], c = states[1];
    const mlir::Value product = timesMatrix(context, h, w.recurrent);
    const mlir::Value gates = map({input, product, w.recurrent_bias}, shapeOf(input),
                                  [](ScalarBuilder &b, mlir::ValueRange x) { return sum(b, x); });
    const auto peephole = [&](size_t index, size_t place, mlir::Value cell) -> mlir::Value {
      const mlir::Value own = gate(gates, index, h);
      if (!w.peepholes)
        return activate(w.activations[0], {own});
      return map(
          {own, gate(w.peepholes, place, h), cell}, shapeOf(h), [&](ScalarBuilder &b, mlir::ValueRange x) {
            return activated(context, b, w.activations[0], scalarAdd(b, x[0], scalarMul(b, x[1], x[2])));
          });
    };
    const mlir::Value i = peephole(0, 0, c);
    const mlir::Value f = context.intAttribute("input_forget", 0) ? coupled(i) : peephole(2, 2, c);
    const mlir::Value candidate = activate(w.activations[1], {gate(gates, 3, h)});
    const mlir::Value cell = map({f, c, i, candidate}, shapeOf(h), [](ScalarBuilder &b, mlir::ValueRange x) {
      return mixed(b, x[0], x[1], x[2], x[3]);
    });
    const mlir::Value o = peephole(1, 1, cell);
    const mlir::Value hidden = map({o, cell}, shapeOf(h), [&](ScalarBuilder &b, mlir::ValueRange x) {
      return scalarMul(b, x[0], w.activations[2].apply(b, x[1]));
    });
    return {hidden, cell};
  }

private:
  mlir::Value coupled(mlir::Value i) const {
    return map({i}, shapeOf(i), [](ScalarBuilder &b, mlir::ValueRange x) {
      return scalarSub(b, scalarConstant(b, x[0].getType(), 1), x[0]);
    });
  }
};

template <typename Kind>
NodeImporter importer(const std::string &name, size_t gates, size_t states,
                      const std::vector<std::string> &activations) {
  const CellStep step = [](NodeContext &context, const CellWeights &weights, mlir::Value input,
                           mlir::ValueRange before) { return Kind(context).step(weights, input, before); };
  return [=](NodeContext &context) -> Status {
    return importRecurrent(context, {name, gates, states, activations, step});
  };
}

} // namespace

void addRecurrentImporters(NodeImporters &importers) {
  importers["RNN"] = importer<RnnCell>("rnn", 1, 1, {"Tanh"});
  importers["GRU"] = importer<GruCell>("gru", 3, 1, {"Sigmoid", "Tanh"});
  importers["LSTM"] = importer<LstmCell>("lstm", 4, 2, {"Sigmoid", "Tanh", "Tanh"});
}

} // namespace lockstep
