// Which matrix products and convolutions stay named operations, so that they become calls of the library.
#include "compiler/host/LibraryProduct.h"
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Linalg/Transforms/Transforms.h>

namespace lockstep {
namespace {

using namespace mlir;

class SelectLibraryProducts : public PassWrapper<SelectLibraryProducts, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SelectLibraryProducts)
  StringRef getArgument() const final { return "lockstep-select-library-products"; }
  StringRef getDescription() const final {
    return "named operations become general, heavy products excepted";
  }
  explicit SelectLibraryProducts(uint64_t threshold) : threshold(threshold) {}

  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> named;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (!isa<linalg::GenericOp>(op) && !isHeavyProduct(op, threshold))
        named.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : named) {
      rewriter.setInsertionPoint(op);
      (void)linalg::generalizeNamedOp(rewriter, op); // those without a general form become loops as they are
    }
  }

private:
  uint64_t threshold;
};

} // namespace

std::unique_ptr<mlir::Pass> createSelectLibraryProductsPass(uint64_t threshold) {
  return std::make_unique<SelectLibraryProducts>(threshold);
}

} // namespace lockstep
