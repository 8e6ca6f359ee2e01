// DepthToSpace and SpaceToDepth as reshape, transpose, reshape; Dropout, which is nothing at inference.
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/IrTypes.h"
#include "compiler/onnx/ShapeBuilder.h"
#include "compiler/onnx/ShapeOps.h"

namespace lockstep {

namespace {

Status importDepthToSpace(NodeContext &context) {
  ImportedValue x = context.input(0);
  int64_t block = context.intAttribute("blocksize", 0);
  if (x.shape().size() != 4 || block < 1 || block > 65536 || x.shape()[1] % (block * block) != 0)
    return context.unsupported("it needs four axes and channels that the squared block size divides");
  int64_t n = x.shape()[0], c = x.shape()[1] / (block * block), h = x.shape()[2], w = x.shape()[3];
  mlir::Value result;
  if (context.stringAttribute("mode", "DCR") == "DCR")
    result = transposed(context, reshaped(context, x.value, {n, block, block, c, h, w}), {0, 3, 4, 1, 5, 2});
  else
    result = transposed(context, reshaped(context, x.value, {n, c, block, block, h, w}), {0, 1, 4, 2, 5, 3});
  context.setOutput(0, reshaped(context, result, {n, c, h * block, w * block}), x.element_type);
  return {};
}

Status importSpaceToDepth(NodeContext &context) {
  ImportedValue x = context.input(0);
  int64_t block = context.intAttribute("blocksize", 0);
  if (x.shape().size() != 4 || block < 1 || x.shape()[2] % block != 0 || x.shape()[3] % block != 0)
    return context.unsupported("it needs four axes and an image that the block size divides");
  int64_t n = x.shape()[0], c = x.shape()[1], h = x.shape()[2] / block, w = x.shape()[3] / block;
  mlir::Value blocks = reshaped(context, x.value, {n, c, h, block, w, block});
  mlir::Value result = transposed(context, blocks, {0, 3, 5, 1, 2, 4});
  context.setOutput(0, reshaped(context, result, {n, c * block * block, h, w}), x.element_type);
  return {};
}

/// True if nothing is dropped: no training, or a ratio of 0.
Result<bool> keepsAll(NodeContext &context) {
  if (!context.hasInput(2))
    return true;
  auto training = constantIntegers(context, 2);
  if (!training)
    return training.error();
  if (training->empty() || (*training)[0] == 0)
    return true;
  if (!context.hasInput(1))
    return false;
  auto ratio = constantNumbers(context, 1);
  if (!ratio)
    return ratio.error();
  return ratio->size() == 1 && (*ratio)[0] == 0;
}

Status importDropout(NodeContext &context) {
  auto kept = keepsAll(context);
  if (!kept)
    return kept.error();
  if (!*kept)
    return context.unsupported("training mode draws random numbers");
  ImportedValue x = context.input(0);
  context.setOutput(0, x.value, x.element_type);
  if (context.hasOutput(1)) {
    std::string type =
        context.opset() < 10 ? x.element_type : "bool"; // the mask's type changed with opset 10
    mlir::Type element = irElementType(type, context.builder().getContext());
    context.setOutput(1, splatTensor(context, x.shape(), element, 1), type);
  }
  return {};
}

} // namespace

void addSpaceImporters(NodeImporters &importers) {
  importers["DepthToSpace"] = importDepthToSpace;
  importers["SpaceToDepth"] = importSpaceToDepth;
  importers["Dropout"] = importDropout;
}

} // namespace lockstep
