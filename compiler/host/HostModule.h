// Host code: MLIR by upstream lowerings and LLVM to an object, and objects to callable functions.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <mlir/IR/BuiltinOps.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

struct HostOptions {
  /// LLVM triple; empty: this machine, with its processor's features. Also aarch64-linux-gnu and
  /// riscv64-linux-gnu.
  std::string triple;
  unsigned optimization_level = 2;
  /// Matrix products and convolutions of at least so many multiply-accumulates call the library (oneDNN);
  /// UINT64_MAX: never.
  uint64_t library_threshold = 32768;
};

/// Object code (ELF) of all functions of a module (see compiler/README.md; remaining quant operations
/// included). Each public function `f` becomes a symbol `lockstep_f` of C type `void(void *const *tensors)`:
/// pointers to the dense row-major bytes of the arguments, then of the results, which it writes. The module
/// is consumed. Errors (Model): an operation that no lowering knows, with its location; (Usage) an unknown
/// triple.
Result<std::vector<uint8_t>> compileHostObject(mlir::ModuleOp module, const HostOptions &options);

/// A loaded object. Thread-compatible.
class HostModule {
public:
  virtual ~HostModule() = default;
  /// `name` without prefix. Inputs and outputs have the right types, shapes and sizes: the caller's promise.
  /// Errors (Usage): no such function.
  virtual Status call(const std::string &name, const std::vector<const Tensor *> &inputs,
                      const std::vector<Tensor *> &outputs) = 0;
};
/// Errors (Program): not an object for this machine, or symbols that nobody defines.
Result<std::unique_ptr<HostModule>> loadHostObject(const std::vector<uint8_t> &object);

/// What @main takes and gives.
struct FunctionSignature {
  NamedTensors inputs, outputs; // names, types, shapes; bytes empty
};
FunctionSignature signatureOf(mlir::ModuleOp module, const std::string &function = "main");

/// A whole module on the host: the float reference of a float model, the integer reference of an integer one.
class HostProgram {
public:
  static Result<HostProgram> compile(mlir::ModuleOp module, const HostOptions &options = {});
  const FunctionSignature &signature() const { return main; }
  /// Inputs by name, in any order. Errors (Usage): one is missing, unknown, or of another type or shape.
  Result<NamedTensors> run(const NamedTensors &inputs) const;

private:
  FunctionSignature main;
  std::shared_ptr<HostModule> code;
};

} // namespace lockstep
