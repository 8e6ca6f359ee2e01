// Functions of a module that came as a file.
#pragma once

#include "hw/support/Result.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/BuiltinOps.h>

namespace lockstep {

/// Puts the bodies of private functions in the place of their calls in `main`, recurrent layers (attributes
/// `lockstep.recurrent` and `lockstep.recurrent_layer`) excepted, and removes them. Errors (Model): a callee
/// without a body of one block, a recurrent layer that calls others, calls that go round in circles.
Status inlineCalls(mlir::ModuleOp module, mlir::func::FuncOp main);

} // namespace lockstep
