#include "compiler/host/OneDnn.h"

#include "compiler/host/Im2col.h"

#include <dnnl.h>
#include <omp.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace lockstep {
namespace {

/// One thread: tests and compilers run side by side, and results do not depend on how work is divided.
class OneThread {
public:
  OneThread() : before(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before); }

private:
  int before;
};

/// b is stored [n, k] if transposed, else [k, n].
struct Extents {
  int64_t m, n, k;
  bool transposed;
};

/// c += a b.
void multiply(const Extents &e, const float *a, const float *b, float *c) {
  dnnl_sgemm('N', e.transposed ? 'T' : 'N', e.m, e.n, e.k, 1.0f, a, e.k, b, e.transposed ? e.k : e.n, 1.0f, c,
             e.n);
}

/// c = a b in int32 with wrap-around.
void multiplyPlainly(const Extents &e, const int8_t *a, const int8_t *b, uint32_t *c) {
  std::fill_n(c, e.m * e.n, 0);
  for (int64_t i = 0; i < e.m; ++i)
    for (int64_t outer = 0; outer < (e.transposed ? e.n : e.k); ++outer) {
      const int8_t *row = b + outer * (e.transposed ? e.k : e.n);
      if (e.transposed)
        for (int64_t l = 0; l < e.k; ++l)
          c[i * e.n + outer] += static_cast<uint32_t>(a[i * e.k + l] * row[l]);
      else
        for (int64_t j = 0; j < e.n; ++j)
          c[i * e.n + j] += static_cast<uint32_t>(a[i * e.k + outer] * row[j]);
    }
}

void multiplyByLibrary(const Extents &e, const int8_t *a, const int8_t *b, uint32_t *c) {
  const int32_t offset = 0;
  dnnl_gemm_s8s8s32('N', e.transposed ? 'T' : 'N', 'F', e.m, e.n, e.k, 1.0f, a, e.k, 0, b,
                    e.transposed ? e.k : e.n, 0, 0.0f, reinterpret_cast<int32_t *>(c), e.n, &offset);
}

/// Sums that stand for the zero points: sum (a - za) (b - zb) = sum a b - za sum b - zb sum a + k za zb.
struct ZeroPoints {
  int64_t a = 0, b = 0;
};

uint32_t sumOf(const int8_t *values, int64_t count, int64_t stride) {
  uint32_t sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += static_cast<uint32_t>(int32_t{values[i * stride]});
  return sum;
}

/// za sum over l of b[l, j], less k za zb, for each column.
std::vector<uint32_t> columnCorrections(const Extents &e, const int8_t *b, const ZeroPoints &zero) {
  std::vector<uint32_t> sums(e.n);
  if (zero.a != 0 && e.transposed)
    for (int64_t j = 0; j < e.n; ++j)
      sums[j] = sumOf(b + j * e.k, e.k, 1);
  else if (zero.a != 0)
    for (int64_t l = 0; l < e.k; ++l)
      for (int64_t j = 0; j < e.n; ++j)
        sums[j] += static_cast<uint32_t>(int32_t{b[l * e.n + j]});
  for (uint32_t &sum : sums)
    sum = static_cast<uint32_t>(zero.a) * sum - static_cast<uint32_t>(e.k * zero.a * zero.b);
  return sums;
}

/// A product with one right operand, whose corrections are computed once.
class Int8Product {
public:
  Int8Product(const Extents &extents, const int8_t *b, const ZeroPoints &zero)
      : extents(extents), b(b), zero(zero), corrections(columnCorrections(extents, b, zero)) {}

  /// c[rows, n] += of `rows` rows of a.
  void add(int64_t rows, const int8_t *a, int32_t *c) {
    Extents e = extents;
    for (int64_t first = 0; first < rows; first += kRows) {
      e.m = std::min(kRows, rows - first);
      product.resize(e.m * e.n);
      (isInt8LibraryExact() ? multiplyByLibrary : multiplyPlainly)(e, a + first * e.k, b, product.data());
      addCorrected(e, a + first * e.k, reinterpret_cast<uint32_t *>(c) + first * e.n);
    }
  }

private:
  static constexpr int64_t kRows = 512; // whose int32 results stay in the cache

  void addCorrected(const Extents &e, const int8_t *a, uint32_t *c) {
    for (int64_t i = 0; i < e.m; ++i) {
      const uint32_t row = zero.b == 0 ? 0 : static_cast<uint32_t>(zero.b) * sumOf(a + i * e.k, e.k, 1);
      for (int64_t j = 0; j < e.n; ++j)
        c[i * e.n + j] += product[i * e.n + j] - corrections[j] - row;
    }
  }

  Extents extents;
  const int8_t *b;
  ZeroPoints zero;
  std::vector<uint32_t> corrections, product;
};

/// The library against plain loops where 16-bit sums would saturate.
bool testInt8Library() {
  OneThread single;
  for (const Extents &e :
       {Extents{1, 64, 256, false}, Extents{37, 33, 130, true}, Extents{64, 48, 64, false}}) {
    std::vector<int8_t> a(e.m * e.k), b(e.k * e.n);
    uint32_t state = 1;
    for (std::vector<int8_t> *operand : {&a, &b})
      for (int8_t &value : *operand) {
        state = state * 1664525 + 1013904223;
        value = (state >> 30) == 0 ? static_cast<int8_t>(state >> 16) : (state >> 29) & 1 ? 127 : -128;
      }
    std::vector<uint32_t> expected(e.m * e.n), actual(e.m * e.n);
    multiplyPlainly(e, a.data(), b.data(), expected.data());
    multiplyByLibrary(e, a.data(), b.data(), actual.data());
    if (actual != expected)
      return false;
  }
  return true;
}

} // namespace

bool isInt8LibraryExact() {
  static const bool exact = testInt8Library();
  return exact;
}

} // namespace lockstep

using namespace lockstep;

extern "C" {

void lockstep_onednn_matmul_f32(const float *a, const float *b, float *c, int64_t batch, int64_t m, int64_t n,
                                int64_t k) {
  OneThread single;
  for (int64_t i = 0; i < batch; ++i)
    multiply({m, n, k, false}, a + i * m * k, b + i * k * n, c + i * m * n);
}

void lockstep_onednn_matmul_i8(const int8_t *a, const int8_t *b, int32_t *c, int64_t batch, int64_t m,
                               int64_t n, int64_t k, int64_t a_zero, int64_t b_zero) {
  OneThread single;
  for (int64_t i = 0; i < batch; ++i)
    Int8Product({m, n, k, false}, b + i * k * n, {a_zero, b_zero}).add(m, a + i * m * k, c + i * m * n);
}

void lockstep_onednn_conv_f32(const float *in, const float *weights, float *out, int64_t n, int64_t h,
                              int64_t w, int64_t c, int64_t oh, int64_t ow, int64_t f, int64_t kh, int64_t kw,
                              int64_t sh, int64_t sw, int64_t dh, int64_t dw) {
  OneThread single;
  const Windows windows = {n, h, w, c, oh, ow, kh, kw, sh, sw, dh, dw};
  forEachPatchBlock(windows, in, [&](const float *patches, int64_t first, int64_t rows) {
    multiply({rows, f, kh * kw * c, true}, patches, weights, out + first * f);
  });
}

void lockstep_onednn_conv_i8(const int8_t *in, const int8_t *weights, int32_t *out, int64_t n, int64_t h,
                             int64_t w, int64_t c, int64_t oh, int64_t ow, int64_t f, int64_t kh, int64_t kw,
                             int64_t sh, int64_t sw, int64_t dh, int64_t dw, int64_t in_zero,
                             int64_t weight_zero) {
  OneThread single;
  const Windows windows = {n, h, w, c, oh, ow, kh, kw, sh, sw, dh, dw};
  Int8Product product({0, f, kh * kw * c, true}, weights, {in_zero, weight_zero});
  forEachPatchBlock(windows, in, [&](const int8_t *patches, int64_t first, int64_t rows) {
    product.add(rows, patches, out + first * f);
  });
}

} // extern "C"
