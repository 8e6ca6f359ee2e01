// Scales and zero points of a node, and values quantized and dequantized by them. Form: compiler/README.md,
// "Import".
#pragma once

#include "compiler/onnx/NodeImporter.h"

#include <vector>

namespace lockstep {

/// One scale and zero point, or one for each index of an axis. Known while compiling, or computed.
struct QuantizationScales {
  bool is_known = false;
  std::vector<float> scales;
  std::vector<int64_t> zero_points; // as many
  int64_t axis = -1;                // -1: one for all
  // Not known: rank 0, or rank 1 along the axis. A zero point may be absent (null): 0.
  mlir::Value scale, zero_point;
  bool zero_point_is_unsigned = false;

  size_t count() const { return scales.size(); }
};

/// From the inputs `scaleIndex` and `zeroPointIndex` (which may be absent) for a tensor of this shape; `axis`
/// counts for scales of rank 1 only. Errors: shapes that do not fit, a scale that is not float32.
Result<QuantizationScales> scalesOf(NodeContext &context, size_t scaleIndex, size_t zeroPointIndex,
                                    llvm::ArrayRef<int64_t> shape, int64_t axis);

/// (q - zero_point) * scale in float32.
mlir::Value dequantized(NodeContext &context, const ImportedValue &value, const QuantizationScales &scales);
/// saturate(roundeven(x / scale) + zero_point), x float32, as int8 or uint8.
mlir::Value quantized(NodeContext &context, mlir::Value value, const QuantizationScales &scales,
                      const std::string &elementType);

} // namespace lockstep
