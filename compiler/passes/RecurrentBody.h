// The body of a recurrent layer in integers: the manual's chapter "Recurrent cells" in upstream dialects.
#pragma once

#include "compiler/passes/RecurrentForm.h"

#include <mlir/IR/BuiltinOps.h>

namespace lockstep {

/// The type of the function: x i8 [steps, batch, input], initial_h i16, initial_c i16 [batch, hidden],
/// lengths i32 [batch] as the layer has them; results y [steps, batch, hidden], y_h [batch, hidden] (i16 or
/// i8), y_c i16 as it writes them.
mlir::FunctionType recurrentFunctionType(mlir::MLIRContext *context, const RecurrentForm &form);

/// A private function with attribute and body at the end of the module.
mlir::func::FuncOp buildRecurrentFunction(mlir::ModuleOp module, mlir::Location loc, llvm::StringRef name,
                                          const RecurrentForm &form);

} // namespace lockstep
