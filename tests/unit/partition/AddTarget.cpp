#include "tests/unit/partition/AddTarget.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <cstring>

namespace lockstep {

TargetMatch AddTarget::match(mlir::Operation *anchor) const {
  auto add = mlir::dyn_cast<mlir::tosa::AddOp>(anchor);
  if (!add || !mlir::getElementTypeOrSelf(add.getType()).isF32())
    return {}; // none of our business
  if (add.getInput1().getType() != add.getInput2().getType())
    return {{}, "the adder does not broadcast"};
  return {{anchor}, ""};
}

/// The code is the number of elements, as a little-endian integer of four bytes.
Result<std::vector<uint8_t>> AddTarget::generate(mlir::func::FuncOp function) const {
  auto type = mlir::cast<mlir::RankedTensorType>(function.getResultTypes().front());
  const auto count = static_cast<uint32_t>(type.getNumElements());
  std::vector<uint8_t> code(sizeof(count));
  std::memcpy(code.data(), &count, sizeof(count));
  return code;
}

Status AddRunner::run(const Package &, const Piece &piece, const std::vector<const Tensor *> &inputs,
                      const std::vector<Tensor *> &outputs) {
  uint32_t count = 0;
  std::memcpy(&count, piece.code.data(), sizeof(count));
  // x + x is one argument, taken twice.
  const Tensor &first = *inputs.front(), &second = *inputs.back();
  for (uint32_t i = 0; i < count; ++i) {
    float a, b;
    std::memcpy(&a, &first.bytes[i * sizeof(a)], sizeof(a));
    std::memcpy(&b, &second.bytes[i * sizeof(b)], sizeof(b));
    const float sum = a + b;
    std::memcpy(&outputs.front()->bytes[i * sizeof(sum)], &sum, sizeof(sum));
  }
  return {};
}

} // namespace lockstep
