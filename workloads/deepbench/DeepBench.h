// DeepBench's GEMM sizes, by the name of their table.
#pragma once

#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// C [m, n] = A [m, k] x B [k, n], row-major; a transposed operand is stored [k, m] or [n, k].
struct DeepBenchGemm {
  int64_t m = 0, n = 0, k = 0; // each 1 to 2^24
  bool a_transposed = false;
  bool b_transposed = false;
};

/// "deepbench/gemm_inference_device", "deepbench/gemm_inference_server", "deepbench/gemm_train".
const std::vector<std::string> &deepBenchGemmTables();

/// The rows of a table in their order; "deepbench/gemm_all" is all tables one after the other.
/// Errors: Usage for an unknown name (with the names that there are); System or Usage for a table that cannot
/// be read (with file and line).
Result<std::vector<DeepBenchGemm>> readDeepBenchGemms(const std::string &name);

/// The same from text with the header line "m,n,k,a_t,b_t"; `origin` is what messages call the file.
Result<std::vector<DeepBenchGemm>> parseDeepBenchGemms(const std::string &text, const std::string &origin);

} // namespace lockstep
