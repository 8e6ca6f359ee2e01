#include "compiler/onnx/LoopBuilder.h"

#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

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

Result<std::vector<ImportedValue>> emitCountedLoop(NodeContext &context, const CountedLoop &loop) {
  mlir::OpBuilder &builder = context.builder();
  llvm::SmallVector<mlir::Type> types{builder.getIndexType()};
  for (const ImportedValue &state : loop.states)
    types.push_back(state.type());
  DetachedCode code(context);
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
  if (loop.check)
    if (Status status = loop.check(*results); !status)
      return status.error();
  const auto first = results->begin() + static_cast<long>(loop.skipped);
  std::vector<ImportedValue> next(first, first + static_cast<long>(loop.states.size()));
  const std::vector<ImportedValue> elements(first + static_cast<long>(loop.states.size()), results->end());
  if (!sameTypes(next, loop.states))
    return context.unsupported("a state changes its type or shape from step to step");

  llvm::SmallVector<mlir::Value> carried;
  for (const ImportedValue &state : loop.states)
    carried.push_back(state.value);
  for (size_t i = 0; i < elements.size(); ++i) {
    Extents shape(elements[i].shape());
    const std::optional<int64_t> axis =
        normalizedAxis(loop.collected[i].axis, static_cast<int64_t>(shape.size()) + 1);
    if (!axis)
      return context.unsupported("an axis of a scan output is out of range");
    shape.insert(shape.begin() + *axis, loop.steps);
    carried.push_back(splatTensor(context, shape, elementOf(elements[i].value), 0));
  }
  auto forOp = builder.create<mlir::scf::ForOp>(context.loc(), indexConstant(context, 0),
                                                indexConstant(context, loop.steps), indexConstant(context, 1),
                                                carried);
  mlir::OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(forOp.getBody());
  llvm::SmallVector<mlir::Value> arguments{forOp.getInductionVar()};
  const auto inner = forOp.getRegionIterArgs();
  for (size_t i = 0; i < loop.states.size(); ++i)
    arguments.push_back(inner[i]);
  // A result of the body that is one of its arguments follows the replacement.
  llvm::SmallVector<mlir::Value> yielded;
  const auto following = [&](const ImportedValue &value) -> mlir::Value {
    if (auto argument = mlir::dyn_cast<mlir::BlockArgument>(value.value))
      if (!argument.getOwner()->getParentOp())
        return arguments[argument.getArgNumber()];
    return value.value;
  };
  for (const ImportedValue &state : next)
    yielded.push_back(following(state));
  llvm::SmallVector<mlir::Value> parts;
  for (const ImportedValue &element : elements)
    parts.push_back(following(element));
  code.place(arguments);
  for (size_t i = 0; i < elements.size(); ++i) {
    const mlir::Value collected = inner[loop.states.size() + i];
    const auto rank = static_cast<int64_t>(shapeOf(collected).size());
    mlir::Value place = forOp.getInductionVar();
    if (loop.collected[i].is_reversed)
      place =
          builder.create<mlir::arith::SubIOp>(context.loc(), indexConstant(context, loop.steps - 1), place);
    yielded.push_back(
        withElement(context, collected, parts[i], *normalizedAxis(loop.collected[i].axis, rank), place));
  }
  builder.create<mlir::scf::YieldOp>(context.loc(), yielded);
  std::vector<ImportedValue> outputs = next;
  outputs.insert(outputs.end(), elements.begin(), elements.end());
  for (size_t i = 0; i < outputs.size(); ++i)
    outputs[i].value = forOp.getResult(static_cast<unsigned>(i));
  return outputs;
}

} // namespace lockstep
