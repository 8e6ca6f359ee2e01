// Quantized values in the IR: what stands behind a dequantize, and how one is built.
#pragma once

#include <mlir/Dialect/Quant/QuantOps.h>
#include <mlir/Dialect/Quant/QuantTypes.h>
#include <mlir/IR/PatternMatch.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace lockstep {

/// How stored integers stand for real numbers: (q - zero_point) * scale, per tensor (one of each) or along an
/// axis.
struct Quantization {
  std::vector<double> scales;
  std::vector<int64_t> zero_points;
  std::optional<int64_t> axis;
  unsigned bits = 8;
  bool is_signed = true;
  int64_t minimum = -128, maximum = 127; // of the stored integers

  bool perTensor() const { return !axis; }
  double scale() const { return scales.front(); }
  int64_t zeroPoint() const { return zero_points.front(); }
  /// All zero points are equal (so an operator can take one).
  bool oneZeroPoint() const;
  bool operator==(const Quantization &other) const;
};

/// Nothing if the type is not a tensor of uniformly quantized float32.
std::optional<Quantization> quantizationOf(mlir::Type type);
/// tensor<shape x !quant.uniform<...>>.
mlir::RankedTensorType quantizedType(const Quantization &quantization, llvm::ArrayRef<int64_t> shape,
                                     mlir::MLIRContext *context);

/// `quant.dcast`: a float value of which the integers are known.
struct Dequantized {
  mlir::Value source; // the integers; behind a quantize, where storage casts fold away, the quantized tensor
  Quantization quantization;
  /// Tensor of signless integers; builds the storage cast that there is not.
  mlir::Value storage(mlir::OpBuilder &builder) const;
  llvm::ArrayRef<int64_t> shape() const {
    return mlir::cast<mlir::RankedTensorType>(source.getType()).getShape();
  }
  int64_t rank() const { return static_cast<int64_t>(shape().size()); }
  bool operator==(const Dequantized &other) const {
    return source == other.source && quantization == other.quantization;
  }
};
std::optional<Dequantized> dequantized(mlir::Value value);
/// The same if the storage is int8, per tensor.
std::optional<Dequantized> dequantizedInt8(mlir::Value value);

/// The float value of stored integers.
mlir::Value buildDequantize(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value storage,
                            const Quantization &quantization);

/// saturate(roundeven(x / scale) + zero_point) per tensor, x / scale in float32 as on the host; NaN gives the
/// minimum, as there.
int64_t quantizeValue(float value, const Quantization &quantization);

/// Applies the patterns until none matches, or bounds stop it: then what is there is right, if not in its
/// simplest form, and a warning says so (lockstep-opt prints it, the driver shows errors alone).
void rewriteWithinBounds(mlir::Operation *op, mlir::RewritePatternSet patterns);

} // namespace lockstep
