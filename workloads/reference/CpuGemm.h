// The independent result of a GEMM: computed by the CPU, compared with what a machine wrote.
#pragma once

#include "compiler/gemm/GemmProblem.h"

#include <cstdint>
#include <string>

namespace lockstep {

/// Where the operands stand. Layouts, types and sizes are those of the GemmProblem; dense, row-major.
struct GemmOperands {
  const uint8_t *a = nullptr;          // [m, k], or [k, m] if a_transposed
  const uint8_t *b = nullptr;          // [k, n], or [n, k] if b_transposed
  const int32_t *bias = nullptr;       // [n]; read if has_bias
  const int32_t *multiplier = nullptr; // [n], each 0 to 2^31 - 1; read if per_column
  const int32_t *shift = nullptr;      // [n], each 2 to 62; read if per_column
};

struct CpuGemmOptions {
  uint64_t seed = 1;       // of the sampled rows and of Freivalds' vector
  uint64_t plain_rows = 8; // rows that a plain loop computes as well (first and last among them)
  uint64_t plain_row_macs = uint64_t{1} << 28; // ... but fewer, at least one, if they cost more than this
  uint64_t panel_bytes = uint64_t{64} << 20;   // int32 results held at a time
  bool allow_onednn = true;                    // false: plain code for everything
};

struct GemmComparison {
  bool equal = false;
  /// One sentence if not equal: the first differing element in row-major order and both values, or which
  /// check of the CPU's own result failed.
  std::string difference;
  int64_t row = -1, column = -1; // of the first differing element
  int64_t expected = 0, actual = 0;
  uint64_t plain_rows_checked = 0;     // rows that a plain loop confirmed element by element
  uint64_t freivalds_rows_checked = 0; // rows of the int32 result that Freivalds' test confirmed, modulo 2^32
  bool used_onednn = false;
  double onednn_seconds = 0; // inside of dnnl_gemm_s8s8s32 alone, one thread; 0 without oneDNN
  double seconds = 0;        // all of the comparison
};

/// Computes the GEMM in panels of rows and compares it with `output` ([m, n] int8, uint8 or little-endian
/// int16 or int32), panel by panel, so that memory stays within panel_bytes plus two rows and columns of the operands
/// (plus a copy of B, if B is uint8). Expects checkGemmProblem().
///
/// int32 sums come from oneDNN if its start-up test is exact here, else from a plain loop. Whoever computed
/// them, plain code confirms them: Freivalds' test for every row (an error e at one place of a row passes
/// with a probability of 2^-32 if e is odd, of 2^(z - 32) if it has z trailing zero bits), and a naive loop
/// for sampled rows. Rescaling is written independently of hw/numbers.
GemmComparison compareGemm(const GemmProblem &problem, const GemmOperands &operands, const void *output,
                           const CpuGemmOptions &options = {});

/// The same computation into `output`, [m, n] of the output type. False if a check of the result failed.
bool computeGemm(const GemmProblem &problem, const GemmOperands &operands, void *output,
                 const CpuGemmOptions &options = {});

/// Whether dnnl_gemm_s8s8s32 gave exact results for random extremes on this processor (it does not where it
/// uses 16-bit intermediate sums, that is without VNNI). Tested once per process.
bool oneDnnIsExact();

} // namespace lockstep
