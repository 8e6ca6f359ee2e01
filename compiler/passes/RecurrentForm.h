// The dictionary `lockstep.recurrent` of a recurrent layer in integers (compiler/README.md, "Recurrent
// layers"), written and read.
#pragma once

#include "compiler/recurrent/RecurrentProblem.h"
#include "compiler/recurrent/RecurrentQuantizer.h"
#include "hw/support/Result.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/BuiltinAttributes.h>

namespace lockstep {

constexpr const char *kRecurrentAttribute = "lockstep.recurrent";

/// All that a target needs to know of one direction of a layer.
struct RecurrentForm {
  RecurrentProblem problem;
  RecurrentConstants constants;
  ProjectionConstants projection;
  int64_t input = 1;        // elements of one step of x
  int32_t x_zero_point = 0; // of the int8 x
};

/// Keys: `cell` ("gru", "lstm", "rnn"), `output` ("int16", "int8"), the other members of RecurrentProblem and
/// of RecurrentForm by their names (integers i64, flags i1), constants as dense tensors of the shapes in the
/// README. `peepholes` is the tensor, or absent; `cell_fraction_bits` is absent for 12.
mlir::DictionaryAttr recurrentAttribute(mlir::MLIRContext *context, const RecurrentForm &form);

/// Errors (Model): the function has no such attribute, or a key is absent, of another type or size.
Result<RecurrentForm> recurrentFormOf(mlir::func::FuncOp function);

} // namespace lockstep
