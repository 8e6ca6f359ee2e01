#include "compiler/onnx/RecurrentCall.h"

#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Quant/QuantOps.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/BuiltinOps.h>

#include "compiler/onnx/IrTypes.h"

#include <map>

namespace lockstep {

namespace {

/// The node as seen from within the function: its inputs are the function's arguments.
class FunctionContext : public NodeContext {
public:
  FunctionContext(NodeContext &node, std::map<size_t, mlir::Value> arguments)
      : outer(node), arguments(std::move(arguments)) {}

  const onnx::NodeProto &node() const override { return outer.node(); }
  int64_t opset() const override { return outer.opset(); }
  mlir::OpBuilder &builder() override { return outer.builder(); }
  mlir::Location loc() const override { return outer.loc(); }

  size_t numInputs() const override { return outer.numInputs(); }
  bool hasInput(size_t index) const override { return arguments.count(index) > 0; }
  ImportedValue input(size_t index) const override {
    return {arguments.at(index), outer.input(index).element_type};
  }
  std::optional<Tensor> constantInput(size_t) const override { return std::nullopt; }
  size_t numOutputs() const override { return outer.numOutputs(); }
  bool hasOutput(size_t index) const override { return outer.hasOutput(index); }
  std::string outputElementType(size_t index) const override { return outer.outputElementType(index); }
  std::optional<std::vector<int64_t>> outputShape(size_t index) const override {
    return outer.outputShape(index);
  }

  // Outputs are those of the call.
  void setOutput(size_t, mlir::Value, const std::string &) override {}
  void setConstantOutput(size_t, const Tensor &) override {}

  int64_t intAttribute(const std::string &name, int64_t otherwise) const override {
    return outer.intAttribute(name, otherwise);
  }
  float floatAttribute(const std::string &name, float otherwise) const override {
    return outer.floatAttribute(name, otherwise);
  }
  std::string stringAttribute(const std::string &name, const std::string &otherwise) const override {
    return outer.stringAttribute(name, otherwise);
  }
  std::vector<int64_t> intsAttribute(const std::string &name) const override {
    return outer.intsAttribute(name);
  }
  const onnx::AttributeProto *attribute(const std::string &name) const override {
    return outer.attribute(name);
  }

  mlir::Value constant(const Tensor &tensor) override {
    const mlir::DenseElementsAttr value = irAttribute(tensor, builder().getContext());
    return builder().create<mlir::tosa::ConstOp>(loc(), value.getType(), value);
  }
  Result<std::vector<ImportedValue>> importSubgraph(const onnx::GraphProto &,
                                                    const std::vector<ImportedValue> &) override {
    return unsupported("a recurrent node has no subgraphs");
  }
  Error unsupported(const std::string &reason) const override { return outer.unsupported(reason); }

private:
  NodeContext &outer;
  std::map<size_t, mlir::Value> arguments; // by the node's input
};

/// The call's operands by the node's input.
std::map<size_t, mlir::Value> operandsOf(NodeContext &context, const DirectionInputs &inputs) {
  std::map<size_t, mlir::Value> operands{{0, inputs.x}};
  for (size_t index : {1, 2, 3, 7})
    if (context.hasInput(index))
      operands[index] = context.input(index).value;
  if (inputs.lengths)
    operands[4] = inputs.lengths;
  for (size_t state = 0; state < inputs.initial.size(); ++state)
    if (inputs.initial[state])
      operands[5 + state] = inputs.initial[state];
  return operands;
}

mlir::DictionaryAttr layerAttribute(NodeContext &context, const RecurrentKind &kind,
                                    const DirectionInputs &inputs, llvm::ArrayRef<int64_t> indices) {
  mlir::Builder &b = context.builder();
  llvm::SmallVector<mlir::Attribute> names;
  llvm::SmallVector<float> alphas, betas;
  for (const CellActivation &activation : inputs.activations) {
    names.push_back(b.getStringAttr(activation.name));
    alphas.push_back(activation.alpha);
    betas.push_back(activation.beta);
  }
  const auto flag = [&](const char *name) { return b.getBoolAttr(context.intAttribute(name, 0) != 0); };
  return b.getDictionaryAttr({
      b.getNamedAttr("cell", b.getStringAttr(kind.name)),
      b.getNamedAttr("place", b.getI64IntegerAttr(static_cast<int64_t>(inputs.place))),
      b.getNamedAttr("reverse", b.getBoolAttr(inputs.is_reverse)),
      b.getNamedAttr("linear_before_reset", flag("linear_before_reset")),
      b.getNamedAttr("input_forget", flag("input_forget")),
      b.getNamedAttr("clip", b.getF32FloatAttr(context.floatAttribute("clip", 0))),
      b.getNamedAttr("activations", b.getArrayAttr(names)),
      b.getNamedAttr("alphas", b.getDenseF32ArrayAttr(alphas)),
      b.getNamedAttr("betas", b.getDenseF32ArrayAttr(betas)),
      b.getNamedAttr("inputs", b.getDenseI64ArrayAttr(indices)),
  });
}

std::string freeName(mlir::ModuleOp module) {
  for (size_t i = 0;; ++i)
    if (std::string name = "lockstep_layer_" + std::to_string(i); !module.lookupSymbol(name))
      return name;
}

bool isDequantized(mlir::Value value) {
  return value.getDefiningOp<mlir::quant::DequantizeCastOp>() != nullptr;
}

} // namespace

bool isQuantizedRecurrent(NodeContext &context) {
  mlir::Operation *parent = context.builder().getInsertionBlock()->getParentOp();
  return mlir::isa<mlir::func::FuncOp>(parent) && context.input(0).element_type == "float32" &&
         isDequantized(context.input(1).value) && isDequantized(context.input(2).value);
}

namespace {

void setEntry(mlir::func::FuncOp function, const char *key, mlir::Attribute value) {
  mlir::NamedAttrList entries(function->getAttrOfType<mlir::DictionaryAttr>(kRecurrentLayerAttribute));
  entries.set(key, value);
  function->setAttr(kRecurrentLayerAttribute, entries.getDictionary(function.getContext()));
}

bool isNamed(mlir::Location location, const std::string &name) {
  auto named = mlir::dyn_cast<mlir::NameLoc>(location);
  return named && named.getName() == name;
}

} // namespace

void narrowStates(mlir::ModuleOp module) {
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function->hasAttr(kRecurrentLayerAttribute))
      setEntry(function, "state_int8", mlir::BoolAttr::get(module.getContext(), true));
}

void setCellBits(mlir::ModuleOp module, const std::string &label, int64_t bits) {
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    auto layer = function->getAttrOfType<mlir::DictionaryAttr>(kRecurrentLayerAttribute);
    auto cell = layer ? layer.getAs<mlir::StringAttr>("cell") : mlir::StringAttr();
    if (cell && cell.getValue() == "lstm" && isNamed(function.getLoc(), label))
      setEntry(function, "cell_fraction_bits", mlir::Builder(module.getContext()).getI64IntegerAttr(bits));
  }
}

llvm::SmallVector<mlir::Value> callDirection(NodeContext &context, const RecurrentKind &kind,
                                             const RecurrentShape &shape, const DirectionInputs &inputs) {
  mlir::OpBuilder &builder = context.builder();
  auto module = builder.getInsertionBlock()->getParentOp()->getParentOfType<mlir::ModuleOp>();
  llvm::SmallVector<mlir::Value> operands;
  llvm::SmallVector<mlir::Type> types;
  llvm::SmallVector<int64_t> indices;
  for (const auto &[index, value] : operandsOf(context, inputs)) {
    indices.push_back(static_cast<int64_t>(index));
    operands.push_back(value);
    types.push_back(value.getType());
  }
  mlir::func::FuncOp function;
  {
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(module.getBody());
    function = builder.create<mlir::func::FuncOp>(context.loc(), freeName(module),
                                                  builder.getFunctionType(types, {}));
    function.setPrivate();
    function->setAttr(kRecurrentLayerAttribute, layerAttribute(context, kind, inputs, indices));
    builder.setInsertionPointToStart(function.addEntryBlock());
    std::map<size_t, mlir::Value> arguments;
    for (size_t i = 0; i < indices.size(); ++i)
      arguments[static_cast<size_t>(indices[i])] = function.getArgument(static_cast<unsigned>(i));
    FunctionContext inner(context, arguments);
    DirectionInputs inside = inputs;
    inside.x = arguments.at(0);
    inside.lengths = inputs.lengths ? arguments.at(4) : nullptr;
    for (size_t state = 0; state < inputs.initial.size(); ++state)
      inside.initial[state] = inputs.initial[state] ? arguments.at(5 + state) : nullptr;
    const llvm::SmallVector<mlir::Value> results = runDirection(inner, kind, shape, inside);
    builder.create<mlir::func::ReturnOp>(context.loc(), results);
    function.setType(builder.getFunctionType(types, mlir::ValueRange(results).getTypes()));
  }
  auto call = builder.create<mlir::func::CallOp>(context.loc(), function, operands);
  return {call.getResults().begin(), call.getResults().end()};
}

} // namespace lockstep
