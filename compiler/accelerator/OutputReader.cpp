#include "compiler/accelerator/OutputReader.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <algorithm>

namespace lockstep {
namespace {

Error refusal(const std::string &phrase) { return {ErrorKind::Usage, phrase}; }

mlir::Value biasOf(const OperatorGroup &group) {
  if (group.add) {
    const mlir::Value first = group.add->getOperand(0);
    return first == group.anchor->getResult(0) ? group.add->getOperand(1) : first;
  }
  return mlir::isa<mlir::tosa::MatMulOp>(group.anchor) ? mlir::Value() : group.anchor->getOperand(2);
}

/// One bias for each channel, the last extent; a single one counts for all.
Result<std::vector<int32_t>> readBias(const OperatorGroup &group, int64_t channels) {
  const mlir::Value bias = biasOf(group);
  if (!bias)
    return std::vector<int32_t>{};
  const auto values = constantValuesOf(bias);
  if (!values)
    return refusal("the bias is not constant");
  const auto shape = mlir::cast<mlir::ShapedType>(bias.getType()).getShape();
  const auto count = static_cast<int64_t>(values->size());
  if (count != 1 && (count != channels || shape.back() != channels))
    return refusal("the bias has other than one value for each column");
  std::vector<int32_t> list(static_cast<size_t>(channels));
  for (size_t i = 0; i < list.size(); ++i)
    list[i] = static_cast<int32_t>((*values)[count == 1 ? 0 : i]);
  const bool isZero = std::all_of(list.begin(), list.end(), [](int32_t value) { return value == 0; });
  return isZero ? std::vector<int32_t>{} : list;
}

/// [low, high] of what a clamp leaves.
Status readClamp(mlir::Operation *operation, OutputStage &stage) {
  if (!operation)
    return {};
  auto clamp = mlir::cast<mlir::tosa::ClampOp>(operation);
  stage.clamp_minimum = std::clamp<int64_t>(static_cast<int64_t>(clamp.getMinInt()), -128, 127);
  stage.clamp_maximum = std::clamp<int64_t>(static_cast<int64_t>(clamp.getMaxInt()), -128, 127);
  return stage.clamp_minimum <= stage.clamp_maximum ? Status()
                                                    : refusal("the clamp's minimum is above its maximum");
}

void readRescale(mlir::Operation *operation, OutputStage &stage) {
  auto rescale = mlir::cast<mlir::tosa::RescaleOp>(operation);
  stage.output = GemmOutput::Int8;
  stage.output_zero_point = static_cast<int32_t>(rescale.getOutputZp());
  const llvm::ArrayRef<int32_t> multipliers = rescale.getMultiplier();
  const llvm::ArrayRef<int8_t> shifts = rescale.getShift();
  stage.multiplier = multipliers.front();
  stage.shift = shifts.front();
  if (llvm::all_equal(multipliers) && llvm::all_equal(shifts))
    return;
  stage.channels.multiplier.assign(multipliers.begin(), multipliers.end());
  stage.channels.shift.assign(shifts.begin(), shifts.end());
}

Status checkScales(mlir::tosa::RescaleOp rescale) {
  for (int8_t shift : rescale.getShift()) {
    if (shift < 2 || shift > 62)
      return refusal("a rescale by 2^-" + std::to_string(shift) + " (the vector unit shifts by 2 to 62)");
    if (shift > 31 && rescale.getDoubleRound())
      return refusal("a rescale with double rounding");
  }
  for (int32_t multiplier : rescale.getMultiplier())
    if (multiplier < 0)
      return refusal("a rescale with a negative multiplier");
  return {};
}

} // namespace

Status checkRescale(mlir::Operation *operation, int64_t channels, const ArchitectureGraph &machine) {
  auto rescale = mlir::cast<mlir::tosa::RescaleOp>(operation);
  const auto type = mlir::cast<mlir::ShapedType>(rescale.getType()).getElementType();
  if (!type.isSignlessInteger(8) || machine.abilities("requantize", {"int32", "", "", "", "int8"}).empty())
    return refusal("a rescale to other than int8");
  if (!rescale.getScale32())
    return refusal("a rescale with 16-bit multipliers");
  if (rescale.getInputZp() != 0)
    return refusal("a rescale with an input zero point");
  const auto zero_point = static_cast<int32_t>(rescale.getOutputZp());
  if (zero_point < -128 || zero_point > 127)
    return refusal("a rescale with an output zero point beyond int8");
  const auto count = static_cast<int64_t>(rescale.getMultiplier().size());
  if (count != static_cast<int64_t>(rescale.getShift().size()) ||
      count != (rescale.getPerChannel() ? channels : 1))
    return refusal("a rescale with other than one scale for each column");
  return checkScales(rescale);
}

Result<OutputStage> readOutput(const OperatorGroup &group, int64_t channels,
                               const ArchitectureGraph &machine) {
  Result<std::vector<int32_t>> bias = readBias(group, channels);
  if (!bias)
    return bias.error();
  OutputStage stage;
  if (group.rescale) {
    if (Status s = checkRescale(group.rescale, channels, machine); !s)
      return s.error();
    readRescale(group.rescale, stage);
    if (Status s = readClamp(group.clamp, stage); !s)
      return s.error();
  }
  stage.channels.bias = std::move(*bias);
  return stage;
}

} // namespace lockstep
