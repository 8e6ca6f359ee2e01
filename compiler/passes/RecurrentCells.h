// One step of a recurrent cell in integers.
#pragma once

#include "compiler/passes/RecurrentForm.h"

#include <mlir/IR/ImplicitLocOpBuilder.h>

#include <vector>

namespace lockstep {

/// Constants of the body, and the builder that stands where operations go.
class RecurrentCell {
public:
  /// Emits the constants.
  RecurrentCell(mlir::ImplicitLocOpBuilder &builder, const RecurrentForm &form);

  /// h' (and c') [batch, hidden] i16 from those before; `x` [batch, G hidden] i16, the projected input.
  std::vector<mlir::Value> step(mlir::Value x, llvm::ArrayRef<mlir::Value> states);

private:
  /// Weights, bias and multiplier of gates `first` to `first + count - 1`.
  struct Gates {
    int64_t count = 0;
    mlir::Value weights;          // [1, hidden, count hidden] i8
    mlir::Value bias, multiplier; // [count hidden] i32
  };
  Gates gates(int64_t first, int64_t count);
  /// a of the gates, [batch, count hidden] i16, from a state [batch, hidden] i16.
  mlir::Value preactivations(const Gates &gates, mlir::Value state);
  /// Gate `index` of [batch, n hidden].
  mlir::Value gate(mlir::Value all, int64_t index);
  mlir::Value peephole(int64_t index);
  mlir::Value table(const FunctionTable &entries);

  std::vector<mlir::Value> gru(mlir::Value x, mlir::Value h);
  std::vector<mlir::Value> gruResetBefore(mlir::Value x, mlir::Value h);
  std::vector<mlir::Value> lstm(mlir::Value x, mlir::Value h, mlir::Value c);
  std::vector<mlir::Value> rnn(mlir::Value x, mlir::Value h);

  mlir::ImplicitLocOpBuilder &b;
  const RecurrentForm &form;
  const RecurrentProblem &problem;
  std::vector<Gates> products; // all gates; or those that take h, then GRU's candidate
  std::vector<mlir::Value> peepholes;
  mlir::Value f, g, h;
};

} // namespace lockstep
