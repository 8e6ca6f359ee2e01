// The windows of a convolution as rows of a matrix, a block of rows at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace lockstep {

/// in [n, h, w, c], padding included; windows of kh x kw at strides and dilations.
struct Windows {
  int64_t n, h, w, c, oh, ow, kh, kw, sh, sw, dh, dw;

  int64_t columns() const { return kh * kw * c; }
  int64_t rows() const { return n * oh * ow; }
  /// The input is the matrix already.
  bool areRows() const { return kh == 1 && kw == 1 && sh == 1 && sw == 1 && oh == h && ow == w; }
};

/// One row: [kh, kw, c] of the window of output pixel `pixel` (of n oh ow).
template <typename T> void copyWindow(const Windows &s, const T *in, int64_t pixel, T *row) {
  const int64_t image = pixel / (s.oh * s.ow), y = pixel / s.ow % s.oh, x = pixel % s.ow;
  for (int64_t r = 0; r < s.kh; ++r) {
    const T *line = in + ((image * s.h + y * s.sh + r * s.dh) * s.w + x * s.sw) * s.c;
    if (s.dw == 1) {
      row = std::copy_n(line, s.kw * s.c, row);
      continue;
    }
    for (int64_t q = 0; q < s.kw; ++q)
      row = std::copy_n(line + q * s.dw * s.c, s.c, row);
  }
}

/// Calls visit(patches [rows, kh kw c], first row, rows) for all rows.
template <typename T, typename Visit> void forEachPatchBlock(const Windows &s, const T *in, Visit visit) {
  if (s.areRows())
    return visit(in, int64_t{0}, s.rows());
  constexpr int64_t kBlockBytes = 512 * 1024;
  const int64_t columns = s.columns();
  const int64_t block =
      std::max<int64_t>(16, kBlockBytes / std::max<int64_t>(1, columns * int64_t{sizeof(T)}));
  std::vector<T> patches;
  for (int64_t first = 0; first < s.rows(); first += block) {
    const int64_t rows = std::min(block, s.rows() - first);
    patches.resize(rows * columns);
    for (int64_t i = 0; i < rows; ++i)
      copyWindow(s, in, first + i, patches.data() + i * columns);
    visit(patches.data(), first, rows);
  }
}

} // namespace lockstep
