// Cast, CastLike and Where.
#include "compiler/onnx/ElementwiseOps.h"
#include "compiler/onnx/OnnxModel.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

namespace {

Status importCast(NodeContext &context) {
  std::string to = elementTypeName(int(context.intAttribute("to", 0)));
  if (to.empty())
    return context.unsupported("a cast to type " + std::to_string(context.intAttribute("to", 0)) +
                               ", which is no number");
  context.setOutput(0, castTensor(context, context.input(0), to), to);
  return {};
}

Status importCastLike(NodeContext &context) {
  std::string to = context.input(1).element_type;
  context.setOutput(0, castTensor(context, context.input(0), to), to);
  return {};
}

Status importWhere(NodeContext &context) {
  auto inputs = presentInputs(context, 3);
  if (!inputs)
    return inputs.error();
  const ImportedValue &x = (*inputs)[1], &y = (*inputs)[2];
  auto shape = broadcastShape({(*inputs)[0].shape(), x.shape(), y.shape()});
  if (!shape || llvm::is_contained(*shape, 0) || !isFloat32(x))
    return setMapped(context, *inputs, x.element_type,
                     [](ScalarBuilder &b, mlir::ValueRange v) { return scalarSelect(b, v[0], v[1], v[2]); });
  auto values = alignedRanks(context, *inputs);
  auto type = mlir::RankedTensorType::get(*shape, x.type().getElementType());
  context.setOutput(
      0, context.builder().create<mlir::tosa::SelectOp>(context.loc(), type, values[0], values[1], values[2]),
      x.element_type);
  return {};
}

} // namespace

void addCastImporters(NodeImporters &importers) {
  importers["Cast"] = importCast;
  importers["CastLike"] = importCastLike;
  importers["Where"] = importWhere;
}

} // namespace lockstep
