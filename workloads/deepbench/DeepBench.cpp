#include "workloads/deepbench/DeepBench.h"

#include "workloads/deepbench/TableFile.h"

#include <cstdio>
#include <sstream>

namespace lockstep {

namespace {

constexpr const char *kHeader = "m,n,k,a_t,b_t";
constexpr int64_t kMaxSize = int64_t{1} << 24;

bool isSize(int64_t value) { return value >= 1 && value <= kMaxSize; }
bool isFlag(int64_t value) { return value == 0 || value == 1; }

Result<DeepBenchGemm> parseRow(const std::string &text, const std::string &origin, size_t line) {
  long long m, n, k, a, b;
  int used = 0;
  if (std::sscanf(text.c_str(), "%lld,%lld,%lld,%lld,%lld%n", &m, &n, &k, &a, &b, &used) != 5 ||
      static_cast<size_t>(used) != text.size())
    return tableLineError(origin, line,
                          "\"" + text + "\" is not a row of five integers \"" + kHeader + "\".");
  if (!isSize(m) || !isSize(n) || !isSize(k))
    return tableLineError(origin, line,
                          "\"" + text + "\": m, n and k must be 1 to " + std::to_string(kMaxSize) + ".");
  if (!isFlag(a) || !isFlag(b))
    return tableLineError(origin, line, "\"" + text + "\": a_t and b_t must be 0 or 1.");
  return DeepBenchGemm{m, n, k, a == 1, b == 1};
}

Error unknownTable(const std::string &name) {
  std::string names;
  for (const std::string &table : deepBenchGemmTables())
    names += table + ", ";
  return {ErrorKind::Usage,
          "There is no table \"" + name + "\"; there are " + names + "and deepbench/gemm_all."};
}

} // namespace

const std::vector<std::string> &deepBenchGemmTables() {
  static const std::vector<std::string> names = {"deepbench/gemm_inference_device",
                                                 "deepbench/gemm_inference_server", "deepbench/gemm_train"};
  return names;
}

Result<std::vector<DeepBenchGemm>> parseDeepBenchGemms(const std::string &text, const std::string &origin) {
  std::istringstream stream(text);
  std::string line;
  if (!readTableLine(stream, line) || line != kHeader)
    return tableLineError(origin, 1, std::string("the first line must be \"") + kHeader + "\".");
  return parseTableRows<DeepBenchGemm>(
      stream, origin, [&](const std::string &row, size_t at) { return parseRow(row, origin, at); });
}

Result<std::vector<DeepBenchGemm>> readDeepBenchGemms(const std::string &name) {
  auto rows =
      readTablesNamed<DeepBenchGemm>(name, deepBenchGemmTables(), "deepbench/gemm_all", parseDeepBenchGemms);
  if (rows && rows->empty())
    return unknownTable(name);
  return rows;
}

} // namespace lockstep
