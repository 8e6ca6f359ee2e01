#include "workloads/driver/gemm/GemmTables.h"

#include "workloads/deepbench/DeepBench.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace lockstep {

namespace {

GemmSpec specOf(const DeepBenchGemm &row) {
  GemmSpec spec;
  spec.m = uint64_t(row.m), spec.n = uint64_t(row.n), spec.k = uint64_t(row.k);
  spec.a_transposed = row.a_transposed;
  spec.b_transposed = row.b_transposed;
  return spec;
}

bool matchesPart(uint64_t size, const std::string &part) {
  return part == "*" || part == std::to_string(size);
}

} // namespace

Result<std::vector<GemmSpec>> readGemmTable(const std::string &name) {
  auto rows = readDeepBenchGemms(name);
  if (!rows)
    return rows.error();
  std::vector<GemmSpec> gemms;
  std::transform(rows->begin(), rows->end(), std::back_inserter(gemms), specOf);
  return gemms;
}

Result<GemmFilter> parseGemmFilter(const std::string &text) {
  static const std::regex pattern(R"((\*|[0-9]+)x(\*|[0-9]+)x(\*|[0-9]+))");
  std::smatch match;
  if (text.empty())
    return GemmFilter{};
  if (!std::regex_match(text, match, pattern))
    return Error{ErrorKind::Usage,
                 fmt::format("--filter `{}` is not of the form MxNxK with numbers or *", text)};
  return GemmFilter{match[1], match[2], match[3]};
}

bool matches(const GemmSpec &gemm, const GemmFilter &filter) {
  return matchesPart(gemm.m, filter.m) && matchesPart(gemm.n, filter.n) && matchesPart(gemm.k, filter.k);
}

} // namespace lockstep
