// Transposes of constants are done here, once, and not on every run: those that upstream puts before weights.
#include "compiler/host/ConstantBytes.h"
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/IR/Matchers.h>

#include <cstring>

namespace lockstep {
namespace {

using namespace mlir;

/// Row-major bytes with the axes in another order: axis i of the result is axis order[i] of the source.
std::vector<char> transposed(const std::vector<char> &source, ArrayRef<int64_t> shape,
                             ArrayRef<int64_t> order, size_t elementBytes) {
  const size_t rank = shape.size();
  SmallVector<int64_t> strides(rank, 1), extents(rank), steps(rank), position(rank, 0);
  for (size_t i = rank; i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  for (size_t i = 0; i < rank; ++i) {
    extents[i] = shape[order[i]];
    steps[i] = strides[order[i]] * int64_t(elementBytes);
  }
  std::vector<char> result(source.size());
  const char *from = source.data();
  for (size_t to = 0; to < result.size(); to += elementBytes) {
    std::memcpy(&result[to], from, elementBytes);
    for (size_t axis = rank; axis-- > 0;) {
      from += steps[axis];
      if (++position[axis] < extents[axis])
        break;
      from -= steps[axis] * extents[axis];
      position[axis] = 0;
    }
  }
  return result;
}

class FoldTransposes : public PassWrapper<FoldTransposes, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FoldTransposes)
  StringRef getArgument() const final { return "lockstep-fold-transposes"; }
  StringRef getDescription() const final { return "transposes of constants become constants"; }

  void runOnOperation() override {
    getOperation().walk([](linalg::TransposeOp op) { fold(op); });
  }

private:
  static void fold(linalg::TransposeOp op) {
    DenseElementsAttr value;
    auto type = dyn_cast<RankedTensorType>(op.getInit().getType());
    if (!type || !matchPattern(op.getInput(), m_Constant(&value)))
      return;
    // MLIR stores whole bytes of each element except for i1.
    const Type element = type.getElementType();
    if (value.isSplat() || !element.isIntOrFloat() || element.getIntOrFloatBitWidth() % 8 != 0)
      return;
    const auto bytes = constantBytes(value);
    if (!bytes)
      return;
    OpBuilder builder(op);
    const std::vector<char> folded = transposed(*bytes, value.getType().getShape(), op.getPermutation(),
                                                element.getIntOrFloatBitWidth() / 8);
    auto constant = builder.create<arith::ConstantOp>(
        op.getLoc(), DenseElementsAttr::getFromRawBuffer(type, ArrayRef<char>(folded)));
    op->getResult(0).replaceAllUsesWith(constant);
    op.erase();
  }
};

} // namespace

std::unique_ptr<mlir::Pass> createFoldTransposesPass() { return std::make_unique<FoldTransposes>(); }

} // namespace lockstep
