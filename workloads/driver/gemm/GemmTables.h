// The GEMM tables that come with the project.
#pragma once

#include "workloads/driver/gemm/GemmSpec.h"

#include <string>
#include <vector>

namespace lockstep {

/// Sizes and layouts of the rows of "deepbench/gemm_train" or another table; "deepbench/gemm_all" is all of
/// them. Errors: Usage, with the names that there are.
Result<std::vector<GemmSpec>> readGemmTable(const std::string &name);

/// Each part a number, or * for any.
struct GemmFilter {
  std::string m = "*", n = "*", k = "*";
};

/// "35x700x2048", "*x1x*"; the empty text matches everything. Errors: Usage.
Result<GemmFilter> parseGemmFilter(const std::string &text);
bool matches(const GemmSpec &gemm, const GemmFilter &filter);

} // namespace lockstep
