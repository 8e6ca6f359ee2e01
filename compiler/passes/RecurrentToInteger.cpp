#include "compiler/passes/Constants.h"
#include "compiler/passes/IntegerForm.h"
#include "compiler/passes/Passes.h"
#include "compiler/passes/RecurrentBody.h"
#include "compiler/passes/RecurrentReader.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/IRMapping.h>

#include <cmath>

namespace lockstep {

using namespace mlir;

namespace {

/// int16 with `fractionBits` fraction bits.
Quantization fixedPoint(int fractionBits) {
  return {{std::ldexp(1.0, -fractionBits)}, {0}, std::nullopt, 16, true, INT16_MIN, INT16_MAX};
}

/// Puts an imported layer's integer form in its place.
class Replacement {
public:
  Replacement(const LayerCall &layer, const IntegerLayer &integer, func::FuncOp function)
      : layer(layer), integer(integer), problem(integer.form.problem), function(function),
        builder(layer.op()), loc(layer.op().getLoc()) {}

  void run() {
    SmallVector<Value> operands{integer.x.storage(builder)};
    if (problem.initial_h)
      operands.push_back(initial(layer.operand(5), problem.state_fraction_bits));
    if (problem.initial_c)
      operands.push_back(initial(layer.operand(6), problem.cell_fraction_bits));
    if (problem.has_lengths)
      operands.push_back(layer.operand(4));
    auto call = builder.create<func::CallOp>(loc, function, operands);
    unsigned next = 0;
    if (problem.writes_y)
      replaceOutput(layer.result(0), call.getResult(next++));
    if (problem.writes_y_h)
      replaceOutput(layer.result(1), call.getResult(next++));
    if (problem.writes_y_c)
      replaceFixed(layer.result(2), call.getResult(next++), problem.cell_fraction_bits);
    layer.op().erase();
  }

private:
  /// A float state as int16: round to even, saturated.
  Value initial(Value value, int fractionBits) {
    const Quantization quantization = fixedPoint(fractionBits);
    auto shape = cast<RankedTensorType>(value.getType()).getShape();
    if (auto values = knownFloats(value)) {
      std::vector<int64_t> integers;
      for (float one : *values)
        integers.push_back(quantizeValue(one, quantization));
      return buildIntegers(builder, value.getLoc(), shape, 16, integers);
    }
    Value cast = builder.create<quant::QuantizeCastOp>(
        loc, quantizedType(quantization, shape, builder.getContext()), value);
    return builder.create<quant::StorageCastOp>(loc, RankedTensorType::get(shape, builder.getI16Type()),
                                                cast);
  }

  void replaceOutput(Value real, Value integers) {
    if (problem.output == RecurrentOutput::Int16)
      return replaceFixed(real, integers, problem.state_fraction_bits);
    for (Operation *user : llvm::make_early_inc_range(real.getUsers())) {
      builder.setInsertionPoint(user);
      Value stored = builder.create<quant::StorageCastOp>(loc, user->getResult(0).getType(), integers);
      user->getResult(0).replaceAllUsesWith(stored);
      user->erase();
    }
    builder.setInsertionPoint(layer.op());
  }

  void replaceFixed(Value real, Value integers, int fractionBits) {
    real.replaceAllUsesWith(buildDequantize(builder, loc, integers, fixedPoint(fractionBits)));
  }

  const LayerCall &layer;
  const IntegerLayer &integer;
  const RecurrentProblem &problem;
  func::FuncOp function;
  OpBuilder builder;
  Location loc;
};

/// The body in the place of the call; its loops and products say why.
void inlineLayer(const LayerCall &layer, const std::string &reason) {
  OpBuilder builder(layer.op());
  IRMapping mapping;
  Block &body = layer.callee().getBody().front();
  mapping.map(body.getArguments(), layer.op().getOperands());
  for (Operation &op : body.without_terminator()) {
    Operation *copy = builder.clone(op, mapping);
    if (isa<scf::ForOp>(copy))
      copy->setAttr("lockstep.reason", builder.getStringAttr(reason));
  }
  for (auto [result, value] : llvm::zip(layer.op().getResults(), body.getTerminator()->getOperands()))
    result.replaceAllUsesWith(mapping.lookupOrDefault(value));
  layer.op().erase();
}

/// Recurrent layers whose input and weights are dequantized become calls of integer functions
/// (compiler/README.md, "Recurrent layers"). Where a layer's results are quantized alike to int8, that
/// happens in the layer. All others are inlined again and computed in float, each loop with
/// `lockstep.reason`. Assumes that lockstep-move-data-movement ran before; runs it once more where a layer
/// was inlined.
struct RecurrentToInteger : PassWrapper<RecurrentToInteger, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RecurrentToInteger)
  StringRef getArgument() const override { return "lockstep-recurrent-to-integer"; }
  StringRef getDescription() const override { return "quantized recurrent layers become integer functions"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect, quant::QuantizationDialect,
                    scf::SCFDialect, tensor::TensorDialect, tosa::TosaDialect>();
  }

  void runOnOperation() override {
    std::vector<func::CallOp> calls;
    getOperation().walk([&](func::CallOp call) { calls.push_back(call); });
    bool inlined = false;
    for (func::CallOp call : calls)
      if (func::FuncOp function = layerOf(call))
        inlined |= !replace(LayerCall(call, function));
    for (func::FuncOp function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(kRecurrentLayer) && SymbolTable::symbolKnownUseEmpty(function, getOperation()))
        function.erase();
    OpPassManager again(ModuleOp::getOperationName());
    again.addPass(createMoveDataMovementPass());
    if (inlined && failed(runPipeline(again, getOperation())))
      signalPassFailure();
  }

private:
  func::FuncOp layerOf(func::CallOp call) {
    auto function = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
    const bool isLayer = function && !function.isExternal() && function.getBody().hasOneBlock() &&
                         function->getAttrOfType<DictionaryAttr>(kRecurrentLayer);
    return isLayer ? function : func::FuncOp();
  }

  /// False if the layer was inlined.
  bool replace(const LayerCall &layer) {
    if (layer.op().use_empty()) {
      layer.op().erase();
      return true;
    }
    const Result<IntegerLayer> integer = integerLayer(layer);
    if (!integer) {
      inlineLayer(layer, integer.error().message);
      return false;
    }
    func::FuncOp function =
        buildRecurrentFunction(getOperation(), layer.op().getLoc(), freeName(), integer->form);
    Replacement(layer, *integer, function).run();
    return true;
  }

  std::string freeName() {
    for (;; ++number)
      if (std::string name = "lockstep_recurrent_" + std::to_string(number);
          !getOperation().lookupSymbol(name))
        return name;
  }

  size_t number = 0;
};

} // namespace

std::unique_ptr<Pass> createRecurrentToIntegerPass() { return std::make_unique<RecurrentToInteger>(); }

} // namespace lockstep
