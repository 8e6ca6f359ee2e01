// The host pipeline's steps, from tensors to the LLVM dialect.
#pragma once

#include <mlir/IR/BuiltinAttributes.h>
#include <mlir/IR/DialectRegistry.h>
#include <mlir/Pass/Pass.h>
#include <mlir/Pass/PassManager.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// A constant that LLVM sees only as a declaration until code is emitted: megabytes of weights cost nothing
/// on the way.
struct LargeConstant {
  std::string symbol;
  mlir::ElementsAttr value;
};

/// What the emitter has to know beyond the module.
struct HostExtras {
  std::vector<LargeConstant> constants;
  /// By body function: the shapes of its buffers, arguments before results.
  std::map<std::string, std::vector<std::vector<int64_t>>> shapes;
};

/// Prefix of the functions that take one pointer for each tensor: what the wrappers `lockstep_<name>` call.
constexpr char kBodyPrefix[] = "lockstep_body_";
/// Prefix of the functions that others call: C type void(void *const *).
constexpr char kWrapperPrefix[] = "lockstep_";

/// Dialects, interfaces and translations that the pipeline needs.
void registerHostDialects(mlir::DialectRegistry &registry);

/// TOSA, quant and the rest to linalg, tensor, scf, arith and math on tensors.
void addTensorPasses(mlir::OpPassManager &manager, uint64_t libraryThreshold);
/// Results become arguments in memory; tensors become buffers, which are freed after their last use.
void addBufferPasses(mlir::OpPassManager &manager, HostExtras &extras);
/// Loops, branches, and at last the LLVM dialect; a buffer argument is the fields of its descriptor.
void addLlvmPasses(mlir::OpPassManager &manager);

/// tosa.rescale (scale32, single rounding) to linalg.
std::unique_ptr<mlir::Pass> createLowerRescalePass();
/// tensor.concat to tensor.insert_slice.
std::unique_ptr<mlir::Pass> createDecomposeConcatsPass();
/// Transposes of constants, which are then constants themselves.
std::unique_ptr<mlir::Pass> createFoldTransposesPass();
/// Named linalg operations become general ones, except for the library's of at least so many
/// multiply-accumulates.
std::unique_ptr<mlir::Pass> createSelectLibraryProductsPass(uint64_t threshold);
/// Those, on buffers, become calls (OneDnn.h).
std::unique_ptr<mlir::Pass> createCallLibraryPass();
/// The innermost loop of each operation walks along memory. Keeps the order of the others, so sums stay
/// deterministic.
std::unique_ptr<mlir::Pass> createInterchangePass();
/// Every public function `f` becomes `lockstep_body_f`: its tensors are buffers, the results behind the
/// arguments.
std::unique_ptr<mlir::Pass> createResultsToMemoryPass(HostExtras &extras);
/// One tensor.empty for each use, which upstream's elimination of empty tensors needs to be right.
std::unique_ptr<mlir::Pass> createSeparateEmptyTensorsPass();
/// Takes the initial values of large constants out of the module.
std::unique_ptr<mlir::Pass> createSeparateConstantsPass(HostExtras &extras);
/// Everything that is left after loops, to the LLVM dialect in one conversion.
std::unique_ptr<mlir::Pass> createHostToLlvmPass();

} // namespace lockstep
