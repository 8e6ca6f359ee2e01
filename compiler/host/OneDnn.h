// What host code calls for heavy products: a C interface over oneDNN. Objects that are compiled ahead of time
// refer to these symbols; the loader defines them, another program links this file.
#pragma once

#include <cstdint>

extern "C" {

/// c[b, i, j] += sum over l of a[b, i, l] b[b, l, j]; dense, float32.
void lockstep_onednn_matmul_f32(const float *a, const float *b, float *c, int64_t batch, int64_t m, int64_t n,
                                int64_t k);
/// c += (a - a_zero) (b - b_zero), int8 operands, int32 with wrap-around.
void lockstep_onednn_matmul_i8(const int8_t *a, const int8_t *b, int32_t *c, int64_t batch, int64_t m,
                               int64_t n, int64_t k, int64_t a_zero, int64_t b_zero);
/// out [n, oh, ow, f] += convolution of in [n, h, w, c] (padding included) with weights [f, kh, kw, c],
/// strides (sh, sw), dilations (dh, dw).
void lockstep_onednn_conv_f32(const float *in, const float *weights, float *out, int64_t n, int64_t h,
                              int64_t w, int64_t c, int64_t oh, int64_t ow, int64_t f, int64_t kh, int64_t kw,
                              int64_t sh, int64_t sw, int64_t dh, int64_t dw);
/// The same of (in - in_zero) with (weights - weight_zero).
void lockstep_onednn_conv_i8(const int8_t *in, const int8_t *weights, int32_t *out, int64_t n, int64_t h,
                             int64_t w, int64_t c, int64_t oh, int64_t ow, int64_t f, int64_t kh, int64_t kw,
                             int64_t sh, int64_t sw, int64_t dh, int64_t dw, int64_t in_zero,
                             int64_t weight_zero);

} // extern "C"

namespace lockstep {

/// True if oneDNN's int8 product is exact on this processor, which it is where there are VNNI instructions;
/// tested with extremes, once. Otherwise the functions above use plain loops.
bool isInt8LibraryExact();

} // namespace lockstep
