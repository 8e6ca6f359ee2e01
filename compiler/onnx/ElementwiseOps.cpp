#include "compiler/onnx/ElementwiseOps.h"
#include "compiler/onnx/IrTypes.h"
#include "compiler/onnx/ShapeBuilder.h"

namespace lockstep {

llvm::SmallVector<mlir::Value> alignedRanks(NodeContext &context, llvm::ArrayRef<ImportedValue> inputs) {
  size_t rank = 0;
  for (const ImportedValue &input : inputs)
    rank = std::max(rank, input.shape().size());
  llvm::SmallVector<mlir::Value> values;
  for (const ImportedValue &input : inputs) {
    llvm::SmallVector<int64_t> shape(rank - input.shape().size(), 1);
    shape.append(input.shape().begin(), input.shape().end());
    values.push_back(reshaped(context, input.value, shape));
  }
  return values;
}

Result<llvm::SmallVector<ImportedValue>> presentInputs(NodeContext &context, size_t least) {
  llvm::SmallVector<ImportedValue> inputs;
  for (size_t i = 0; i < context.numInputs(); ++i) {
    if (!context.hasInput(i))
      return context.unsupported("input " + std::to_string(i) + " is left out");
    inputs.push_back(context.input(i));
  }
  if (inputs.size() < least)
    return context.unsupported("it needs " + std::to_string(least) + " inputs");
  return inputs;
}

Status setMapped(NodeContext &context, llvm::ArrayRef<ImportedValue> inputs, const std::string &elementType,
                 ScalarBody body) {
  llvm::SmallVector<llvm::ArrayRef<int64_t>> shapes;
  llvm::SmallVector<mlir::Value> values;
  for (const ImportedValue &input : inputs) {
    shapes.push_back(input.shape());
    values.push_back(input.value);
  }
  std::optional<Extents> shape = broadcastShape(shapes);
  if (!shape)
    return context.unsupported("the shapes of its inputs cannot be broadcast to one");
  mlir::Type element = irElementType(elementType, context.builder().getContext());
  context.setOutput(0, mapElements(context, values, *shape, element, body), elementType);
  return {};
}

void addElementwiseImporters(NodeImporters &importers) {
  addUnaryImporters(importers);
  addActivationImporters(importers);
  addBinaryImporters(importers);
  addVariadicImporters(importers);
  addCastImporters(importers);
}

} // namespace lockstep
