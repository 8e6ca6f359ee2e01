// What holds of every module that enters the compiler, and messages of MLIR as errors.
#pragma once

#include "hw/support/Result.h"

#include <mlir/IR/BuiltinOps.h>
#include <mlir/IR/Diagnostics.h>

#include <string>

namespace lockstep {

constexpr const char *kNameAttribute = "lockstep.name";
constexpr const char *kTypeAttribute = "lockstep.type";

/// All dialects that an imported module may hold.
void loadImportDialects(mlir::MLIRContext &context);

/// Collects MLIR's messages while it lives, instead of printing them.
class ModuleDiagnostics {
public:
  explicit ModuleDiagnostics(mlir::MLIRContext *context);
  /// Errors (Model): MLIR's verifier refuses the module.
  Status verify(mlir::ModuleOp module) const;
  /// The first error with its place, or `otherwise`.
  std::string message(const std::string &otherwise) const { return first.empty() ? otherwise : first; }

private:
  std::string first;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace lockstep
