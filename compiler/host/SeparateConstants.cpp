// Weights do not travel through LLVM: what is large leaves the module and comes back when code is emitted.
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/MemRef/IR/MemRef.h>
#include <mlir/IR/BuiltinOps.h>

namespace lockstep {
namespace {

using namespace mlir;

/// Small tables and scalars stay, so that LLVM can compute with them.
constexpr int64_t kLargeElements = 256;

class SeparateConstants : public PassWrapper<SeparateConstants, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SeparateConstants)
  explicit SeparateConstants(HostExtras &extras) : extras(extras) {}

  void runOnOperation() override {
    for (auto global : getOperation().getOps<memref::GlobalOp>()) {
      auto value = dyn_cast_or_null<ElementsAttr>(global.getInitialValueAttr());
      if (!value || value.getNumElements() < kLargeElements)
        continue;
      extras.constants.push_back({global.getName().str(), value});
      global.removeInitialValueAttr();
      SymbolTable::setSymbolVisibility(global, SymbolTable::Visibility::Public);
    }
  }

private:
  HostExtras &extras;
};

} // namespace

std::unique_ptr<mlir::Pass> createSeparateConstantsPass(HostExtras &extras) {
  return std::make_unique<SeparateConstants>(extras);
}

} // namespace lockstep
