// The GEMM tables that come with the project.
#pragma once

#include "workloads/driver/GemmSpec.h"

#include <string>
#include <vector>

namespace lockstep {

/// Sizes and layouts of the rows of "deepbench/gemm_train" or another table; "deepbench/gemm_all" is all of them.
/// Errors: Usage, with the names that there are.
Result<std::vector<GemmSpec>> readGemmTable(const std::string &name);

/// "MxNxK" where each part is a number or *; the empty filter matches everything.
bool matchesFilter(const GemmSpec &gemm, const std::string &filter);

} // namespace lockstep
