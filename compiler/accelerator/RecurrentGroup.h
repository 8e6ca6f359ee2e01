// The directions of a recurrent layer: calls whose results a concat lays side by side.
#pragma once

#include <mlir/IR/Operation.h>
#include <mlir/IR/Value.h>

#include <cstdint>
#include <vector>

namespace lockstep {

/// A call alone, or several with the concats of their results. Reshapes may lie between.
struct RecurrentGroup {
  std::vector<mlir::Operation *> calls;
  std::vector<mlir::Operation *> operations; // all, in program order
};

/// The group of a call of a recurrent layer. Nobody outside of it reads a result before its last operation.
RecurrentGroup recurrentGroupAt(mlir::Operation *call);

/// True for a concat of a group of several directions.
bool joinsDirections(mlir::Operation *operation);

/// A part of a tensor in which the results of several directions alternate.
struct InterleavedPart {
  uint64_t offset_bytes = 0;
  int64_t step_bytes = 0; // from the begin of one step to the next; 0: there is one step
};

/// Where operand `number` of a group's concat lies in its result.
InterleavedPart partOfConcat(mlir::Operation *concat, unsigned number);

} // namespace lockstep
