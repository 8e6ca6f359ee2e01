#include "workloads/deepbench/DeepBench.h"

#include <cstdio>
#include <fstream>
#include <sstream>

namespace lockstep {

namespace {

constexpr const char *kHeader = "m,n,k,a_t,b_t";
constexpr int64_t kMaxSize = int64_t{1} << 24;

Error lineError(const std::string &origin, size_t line, const std::string &what) {
  return {ErrorKind::Usage, origin + ":" + std::to_string(line) + ": " + what};
}

bool isSize(int64_t value) { return value >= 1 && value <= kMaxSize; }
bool isFlag(int64_t value) { return value == 0 || value == 1; }

Result<DeepBenchGemm> parseRow(const std::string &text, const std::string &origin, size_t line) {
  long long m, n, k, a, b;
  int used = 0;
  if (std::sscanf(text.c_str(), "%lld,%lld,%lld,%lld,%lld%n", &m, &n, &k, &a, &b, &used) != 5 ||
      static_cast<size_t>(used) != text.size())
    return lineError(origin, line, "\"" + text + "\" is not a row of five integers \"" + kHeader + "\".");
  if (!isSize(m) || !isSize(n) || !isSize(k))
    return lineError(origin, line,
                     "\"" + text + "\": m, n and k must be 1 to " + std::to_string(kMaxSize) + ".");
  if (!isFlag(a) || !isFlag(b))
    return lineError(origin, line, "\"" + text + "\": a_t and b_t must be 0 or 1.");
  return DeepBenchGemm{m, n, k, a == 1, b == 1};
}

std::string withoutCarriageReturn(std::string text) {
  if (!text.empty() && text.back() == '\r')
    text.pop_back();
  return text;
}

Error unknownTable(const std::string &name) {
  std::string names;
  for (const std::string &table : deepBenchGemmTables())
    names += table + ", ";
  return {ErrorKind::Usage,
          "There is no table \"" + name + "\"; there are " + names + "and deepbench/gemm_all."};
}

Result<std::vector<DeepBenchGemm>> readTable(const std::string &name) {
  std::string file = std::string(LOCKSTEP_WORKLOADS_DIR) + "/" + name + ".csv";
  std::ifstream stream(file);
  std::stringstream text;
  if (!stream || !(text << stream.rdbuf()))
    return Error{ErrorKind::System, "Cannot read the table " + file + "."};
  return parseDeepBenchGemms(text.str(), file);
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
  if (!std::getline(stream, line) || withoutCarriageReturn(line) != kHeader)
    return lineError(origin, 1, std::string("the first line must be \"") + kHeader + "\".");
  std::vector<DeepBenchGemm> rows;
  for (size_t number = 2; std::getline(stream, line); ++number) {
    if (line = withoutCarriageReturn(line); line.empty())
      continue;
    Result<DeepBenchGemm> row = parseRow(line, origin, number);
    if (!row)
      return row.error();
    rows.push_back(*row);
  }
  if (rows.empty())
    return Error{ErrorKind::Usage, origin + ": the table has no rows."};
  return rows;
}

Result<std::vector<DeepBenchGemm>> readDeepBenchGemms(const std::string &name) {
  std::vector<DeepBenchGemm> rows;
  for (const std::string &table : deepBenchGemmTables()) {
    if (name != table && name != "deepbench/gemm_all")
      continue;
    Result<std::vector<DeepBenchGemm>> part = readTable(table);
    if (!part)
      return part;
    rows.insert(rows.end(), part->begin(), part->end());
  }
  if (rows.empty())
    return unknownTable(name);
  return rows;
}

} // namespace lockstep
