#include "compiler/onnx/LoopBuilder.h"

#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {

namespace {

/// Offsets, sizes and strides of the slice of extent 1 at `index`.
struct SlicePlace {
  llvm::SmallVector<mlir::OpFoldResult> offsets, sizes, strides;

  SlicePlace(mlir::OpBuilder &builder, llvm::ArrayRef<int64_t> shape, int64_t axis, mlir::Value index) {
    for (int64_t extent : shape) {
      offsets.push_back(builder.getIndexAttr(0));
      sizes.push_back(builder.getIndexAttr(extent));
      strides.push_back(builder.getIndexAttr(1));
    }
    offsets[static_cast<size_t>(axis)] = index;
    sizes[static_cast<size_t>(axis)] = builder.getIndexAttr(1);
  }
};

mlir::Value indexConstant(NodeContext &context, int64_t value) {
  return context.builder().create<mlir::arith::ConstantIndexOp>(context.loc(), value);
}

/// `tensor` with `element` at `index` along the axis.
mlir::Value withElement(NodeContext &context, mlir::Value tensor, mlir::Value element, int64_t axis,
                        mlir::Value index) {
  const SlicePlace place(context.builder(), shapeOf(tensor), axis, index);
  return context.builder().create<mlir::tensor::InsertSliceOp>(context.loc(), element, tensor, place.offsets,
                                                               place.sizes, place.strides);
}

} // namespace

void DetachedCode::place(mlir::ValueRange values) {
  mlir::OpBuilder &builder = context.builder();
  mlir::Block &from = region.front();
  for (auto [argument, value] : llvm::zip(from.getArguments(), values))
    argument.replaceAllUsesWith(value);
  builder.getInsertionBlock()->getOperations().splice(builder.getInsertionPoint(), from.getOperations());
}

mlir::Value elementAlong(NodeContext &context, mlir::Value tensor, int64_t axis, mlir::Value index) {
  const SlicePlace place(context.builder(), shapeOf(tensor), axis, index);
  Extents shape(shapeOf(tensor));
  shape.erase(shape.begin() + axis);
  return context.builder().create<mlir::tensor::ExtractSliceOp>(
      context.loc(), mlir::RankedTensorType::get(shape, elementOf(tensor)), tensor, place.offsets,
      place.sizes, place.strides);
}

bool sameTypes(const std::vector<ImportedValue> &a, const std::vector<ImportedValue> &b) {
  if (a.size() != b.size())
    return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i].type() != b[i].type() || a[i].element_type != b[i].element_type)
      return false;
  return true;
}

namespace {

/// Imports the body apart, then builds the loop whose types are known from it.
class CountedLoopEmitter {
public:
  CountedLoopEmitter(NodeContext &context, const CountedLoop &loop)
      : context(context), loop(loop), code(context) {}

  Result<std::vector<ImportedValue>> emit() {
    if (Status status = importBody(); !status)
      return status.error();
    if (Status status = addCollected(); !status)
      return status.error();
    auto forOp = context.builder().create<mlir::scf::ForOp>(context.loc(), indexConstant(context, 0),
                                                            indexConstant(context, loop.steps),
                                                            indexConstant(context, 1), initial);
    fill(forOp);
    std::vector<ImportedValue> outputs = next;
    outputs.insert(outputs.end(), elements.begin(), elements.end());
    for (size_t i = 0; i < outputs.size(); ++i)
      outputs[i].value = forOp.getResult(static_cast<unsigned>(i));
    return outputs;
  }

private:
  /// Its results, taken apart: `next` states, `elements` to collect.
  Status importBody() {
    llvm::SmallVector<mlir::Type> types{context.builder().getIndexType()};
    for (const ImportedValue &state : loop.states) {
      types.push_back(state.type());
      initial.push_back(state.value);
    }
    Result<std::vector<ImportedValue>> results = code.emit(types, [&](mlir::ValueRange values) {
      std::vector<ImportedValue> states = loop.states;
      for (size_t i = 0; i < states.size(); ++i)
        states[i].value = values[i + 1];
      return context.importSubgraph(*loop.body, loop.arguments(values[0], states));
    });
    if (!results)
      return results.error();
    if (results->size() != loop.skipped + loop.states.size() + loop.collected.size())
      return context.unsupported("the body's results are not as many as the node's outputs");
    if (Status status = loop.check ? loop.check(*results) : Status(); !status)
      return status;
    const auto first = results->begin() + static_cast<long>(loop.skipped);
    const auto middle = first + static_cast<long>(loop.states.size());
    next.assign(first, middle);
    elements.assign(middle, results->end());
    if (!sameTypes(next, loop.states))
      return context.unsupported("a state changes its type or shape from step to step");
    return {};
  }

  /// Tensors for what is collected, zero at first.
  Status addCollected() {
    for (size_t i = 0; i < elements.size(); ++i) {
      Extents shape(elements[i].shape());
      const std::optional<int64_t> axis =
          normalizedAxis(loop.collected[i].axis, static_cast<int64_t>(shape.size()) + 1);
      if (!axis)
        return context.unsupported("an axis of a scan output is out of range");
      axes.push_back(*axis);
      shape.insert(shape.begin() + *axis, loop.steps);
      initial.push_back(splatTensor(context, shape, elementOf(elements[i].value), 0));
    }
    return {};
  }

  void fill(mlir::scf::ForOp forOp) {
    mlir::OpBuilder &builder = context.builder();
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(forOp.getBody());
    const auto carried = forOp.getRegionIterArgs();
    llvm::SmallVector<mlir::Value> arguments{forOp.getInductionVar()};
    arguments.append(carried.begin(), carried.begin() + static_cast<long>(loop.states.size()));
    llvm::SmallVector<mlir::Value> yielded, parts;
    for (const ImportedValue &state : next)
      yielded.push_back(following(state, arguments));
    for (const ImportedValue &element : elements)
      parts.push_back(following(element, arguments));
    code.place(arguments);
    for (size_t i = 0; i < parts.size(); ++i) {
      mlir::Value place = forOp.getInductionVar();
      if (loop.collected[i].is_reversed)
        place =
            builder.create<mlir::arith::SubIOp>(context.loc(), indexConstant(context, loop.steps - 1), place);
      yielded.push_back(withElement(context, carried[loop.states.size() + i], parts[i], axes[i], place));
    }
    builder.create<mlir::scf::YieldOp>(context.loc(), yielded);
  }

  /// A result of the body that is one of its block's arguments follows their replacement.
  mlir::Value following(const ImportedValue &value, llvm::ArrayRef<mlir::Value> arguments) {
    const auto argument = mlir::dyn_cast<mlir::BlockArgument>(value.value);
    return argument && code.owns(argument) ? arguments[argument.getArgNumber()] : value.value;
  }

  NodeContext &context;
  const CountedLoop &loop;
  DetachedCode code;
  llvm::SmallVector<mlir::Value> initial; // states, then what is collected
  std::vector<ImportedValue> next, elements;
  std::vector<int64_t> axes; // of what is collected
};

} // namespace

Result<std::vector<ImportedValue>> emitCountedLoop(NodeContext &context, const CountedLoop &loop) {
  return CountedLoopEmitter(context, loop).emit();
}

Result<const onnx::GraphProto *> graphOf(const NodeContext &context, const std::string &name) {
  const onnx::AttributeProto *attribute = context.attribute(name);
  if (!attribute || !attribute->has_g())
    return context.unsupported(fmt::format("attribute {} is missing", name));
  return &attribute->g();
}

Status setOutputs(NodeContext &context, const std::vector<ImportedValue> &values) {
  if (values.size() < context.numOutputs())
    return context.unsupported("the graph has fewer results than the node has outputs");
  for (size_t i = 0; i < context.numOutputs(); ++i)
    context.setOutput(i, values[i].value, values[i].element_type);
  return {};
}

/// The only element of a tensor.
mlir::Value scalarOf(NodeContext &context, mlir::Value tensor) {
  return context.builder().create<mlir::tensor::ExtractOp>(context.loc(), reshaped(context, tensor, {}));
}

} // namespace lockstep
