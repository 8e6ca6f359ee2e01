// Which operations work elementwise, and how they are built again with another shape.
#include "compiler/passes/Constants.h"
#include "compiler/passes/DataMovement.h"
#include "compiler/passes/Quantized.h"

#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using namespace mlir;

namespace {

bool isSplat(Value value) {
  ElementsAttr elements = constantOf(value);
  return elements && elements.isSplat();
}

/// A linalg.generic of one result whose other operands have its shape or are constants of one value.
bool isElementwiseGeneric(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1 || op->getNumResults() != 1 || op.getNumLoops() != op.getNumParallelLoops() ||
      op.hasIndexSemantics() || !op.getRegionOutputArgs()[0].use_empty() ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
    return false;
  return llvm::all_of(op.getDpsInputOperands(), [&](OpOperand *input) {
    return isSplat(input->get()) || op.getMatchingIndexingMap(input).isIdentity();
  });
}

bool isPerTensorCast(Operation *op) {
  auto perTensor = [](Type type) {
    auto quantization = quantizationOf(type);
    auto tensor = dyn_cast<RankedTensorType>(type);
    return quantization ? quantization->perTensor()
                        : tensor && !isa<quant::QuantizedType>(tensor.getElementType());
  };
  return perTensor(op->getOperand(0).getType()) && perTensor(op->getResult(0).getType());
}

Value cloneGeneric(PatternRewriter &rewriter, linalg::GenericOp op, ValueRange operands,
                   RankedTensorType type) {
  MLIRContext *context = op.getContext();
  const auto rank = static_cast<unsigned>(type.getRank());
  std::vector<Value> inputs;
  SmallVector<AffineMap> maps;
  size_t next = 0;
  for (Value input : op.getDpsInputs()) {
    const bool isOne = isSplat(input);
    inputs.push_back(isOne ? input : operands[next++]);
    auto inputRank = static_cast<size_t>(cast<RankedTensorType>(inputs.back().getType()).getRank());
    SmallVector<AffineExpr> first(inputRank, getAffineConstantExpr(0, context));
    maps.push_back(isOne ? AffineMap::get(rank, 0, first, context)
                         : AffineMap::getMultiDimIdentityMap(rank, context));
  }
  maps.push_back(AffineMap::getMultiDimIdentityMap(rank, context));
  Value empty = rewriter.create<tensor::EmptyOp>(op.getLoc(), type.getShape(), type.getElementType());
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  auto inner = rewriter.create<linalg::GenericOp>(op.getLoc(), TypeRange{type}, inputs, ValueRange{empty},
                                                  maps, iterators);
  IRMapping values;
  op.getRegion().cloneInto(&inner.getRegion(), values);
  return inner->getResult(0);
}

} // namespace

bool isElementwise(Operation *op) {
  if (op->getNumResults() != 1 || op->getNumOperands() == 0 ||
      !isa<RankedTensorType>(op->getResult(0).getType()))
    return false;
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return isElementwiseGeneric(generic);
  if (op->getNumRegions() != 0 || isa<tosa::TransposeOp, tosa::ReshapeOp>(op))
    return false;
  if (isa<quant::QuantizeCastOp, quant::DequantizeCastOp, quant::StorageCastOp>(op))
    return isPerTensorCast(op);
  return op->hasTrait<OpTrait::ResultsBroadcastableShape>() || op->hasTrait<OpTrait::Elementwise>() ||
         isa<tosa::CastOp, tosa::ClampOp>(op);
}

std::vector<Value> elementOperands(Operation *op) {
  std::vector<Value> operands;
  if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
    for (Value input : generic.getDpsInputs())
      if (!isSplat(input))
        operands.push_back(input);
    return operands;
  }
  return {op->operand_begin(), op->operand_end()};
}

Value cloneElementwise(PatternRewriter &rewriter, Operation *op, ValueRange operands,
                       ArrayRef<int64_t> shape) {
  auto type =
      RankedTensorType::get(shape, cast<RankedTensorType>(op->getResult(0).getType()).getElementType());
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return cloneGeneric(rewriter, generic, operands, type);
  Operation *inner =
      rewriter.create(op->getLoc(), op->getName().getIdentifier(), operands, TypeRange{type}, op->getAttrs());
  return inner->getResult(0);
}

} // namespace lockstep
