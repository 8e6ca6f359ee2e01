// Which operand streams and which is stationary, and where their elements lie in external memory.
#pragma once

#include "compiler/gemm/GemmProblem.h"
#include "hw/support/Result.h"

#include <cstdint>

namespace lockstep {

/// The problem seen from the array: Y[stream, column] = sum over reduction of X[stream, .] W[., column].
/// Strides in elements.
struct GemmRoles {
  int64_t streams = 1, columns = 1, reduction = 1;
  bool stationary_is_a = false;

  int64_t streamed_stream_stride = 0, streamed_reduction_stride = 0;
  bool streamed_turned = false; // X has its streams contiguous: transposed loads
  int64_t stationary_reduction_stride = 0, stationary_column_stride = 0;
  bool transpose_stationary = false; // W has its reduction contiguous: a word is a column of the tile
  int64_t output_stream_stride = 0, output_column_stride = 0;
  bool transposed_output = false; // the streams of Y are contiguous: requantize turns

  GemmElement streamed_type = GemmElement::Int8, stationary_type = GemmElement::Int8;
  int64_t streamed_zero_point = 0, stationary_zero_point = 0;
  bool channels_are_streams = false; // channel parameters lie along the streams (stationary A)
};

/// Errors (Usage): the machine cannot write this output with that operand stationary (requantize_c7).
Result<GemmRoles> assignRoles(const GemmProblem &problem, bool stationaryIsA);

} // namespace lockstep
