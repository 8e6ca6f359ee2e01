// How a kernel moves over the spatial axes: what convolutions and pools have in common.
#pragma once

#include "compiler/onnx/NodeImporter.h"

#include <cstdint>

namespace lockstep {

/// Per spatial axis.
struct Window {
  llvm::SmallVector<int64_t> kernel, strides, dilations, pads_begin, pads_end;

  size_t rank() const { return kernel.size(); }
  /// Positions of the input that a kernel spans.
  int64_t span(size_t axis) const { return dilations[axis] * (kernel[axis] - 1) + 1; }
  int64_t outputExtent(size_t axis, int64_t input) const {
    return (input + pads_begin[axis] + pads_end[axis] - span(axis)) / strides[axis] + 1;
  }
  /// Positions behind the last window, which no output sees.
  int64_t unseen(size_t axis, int64_t input) const {
    return (input + pads_begin[axis] + pads_end[axis] - span(axis)) % strides[axis];
  }
  bool isDilated() const;
  bool isPadded() const;
};

/// From the attributes strides, dilations, pads and auto_pad. Errors: lengths that do not fit, extents below
/// 1, negative pads, a kernel larger than the padded input.
Result<Window> windowOf(const NodeContext &context, llvm::ArrayRef<int64_t> spatial,
                        llvm::ArrayRef<int64_t> kernel);

/// The attribute, or `rank` times `otherwise`. Errors: another length, a value below `least`.
Result<llvm::SmallVector<int64_t>> spatialAttribute(const NodeContext &context, const std::string &name,
                                                    size_t rank, int64_t otherwise, int64_t least);

} // namespace lockstep
