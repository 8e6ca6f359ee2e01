// Recurrent layers in pieces of the host.
#pragma once

#include "hw/support/Result.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/BuiltinOps.h>

namespace lockstep {

/// Puts the bodies of the module's functions with `lockstep.recurrent` (and of imported layers that no pass has seen)
/// in the place of their calls, so that `function` stands alone. Errors (Model): such a function without a body of one block.
Status inlineRecurrentCalls(mlir::func::FuncOp function, mlir::ModuleOp module);

} // namespace lockstep
