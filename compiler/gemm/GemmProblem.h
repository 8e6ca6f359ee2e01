// A matrix product to be scheduled: shapes, storage, types and what happens to the result.
#pragma once

#include "hw/support/Result.h"

#include <cstdint>
#include <string>

namespace lockstep {

enum class GemmElement : uint8_t { Int8 = 0, Uint8 = 1 }; // codes of the instructions' type fields
enum class GemmOutput : uint8_t { Int8 = 0, Uint8 = 1, Int32 = 2, Int16 = 3 }; // likewise

/// C[m, n] = requantize(sum over k of (A[m, k] - a_zero_point) (B[k, n] - b_zero_point) + bias[n]).
/// Row-major and dense. Arithmetic: manual, chapter "Numbers".
struct GemmProblem {
  int64_t m = 1, n = 1, k = 1; // each 1 to 2^24; all three matrices at most 2^39 bytes
  bool a_transposed = false;   // A is stored [k, m] instead of [m, k]
  bool b_transposed = false;   // B is stored [n, k] instead of [k, n]
  GemmElement a_type = GemmElement::Int8, b_type = GemmElement::Int8;
  int64_t a_zero_point = 0, b_zero_point = 0; // values of the element types
  GemmOutput output = GemmOutput::Int8;
  bool has_bias = false;   // int32 for each column n, added before the rescale
  bool per_column = false; // multiplier and shift for each column n, from memory; not with int32 output
  // Ignored for int32 output; multiplier and shift also if per_column; zero point and clamp also for int16
  // output.
  int64_t multiplier = 1073741824, shift = 31;
  int64_t output_zero_point = 0, clamp_minimum = -128, clamp_maximum = 127;
};

/// Errors (Usage): a dimension, zero point, clamp, multiplier or shift outside of its limits.
Status checkGemmProblem(const GemmProblem &problem);

const char *elementTypeName(GemmElement type); // "int8", "uint8"
const char *elementTypeName(GemmOutput type);  // "int8", "uint8", "int32", "int16"
constexpr int64_t elementBytes(GemmOutput type) {
  return type == GemmOutput::Int32 ? 4 : type == GemmOutput::Int16 ? 2 : 1;
}

} // namespace lockstep
