#include "workloads/deepbench/ConvTable.h"

#include "workloads/deepbench/TableFile.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace lockstep {

namespace {

constexpr const char *kHeader = "w,h,c,n,k,s_filter_w,r_filter_h,pad_w,pad_h,wstride,hstride";
constexpr int64_t kMaxSize = 1 << 20;

/// The integers of a line, empty if it is not just integers between commas.
std::vector<int64_t> numbersOf(const std::string &text) {
  std::vector<int64_t> numbers;
  const char *at = text.data(), *end = at + text.size();
  while (true) {
    int64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc())
      return {};
    numbers.push_back(number);
    if (next == end)
      return numbers;
    if (*next != ',')
      return {};
    at = next + 1;
  }
}

Result<ConvTableRow> parseRow(const std::string &text, bool hasGroups, const std::string &origin,
                              size_t line) {
  const std::vector<int64_t> v = numbersOf(text);
  const size_t count = hasGroups ? 12 : 11;
  if (v.size() != count)
    return tableLineError(origin, line,
                          "\"" + text + "\" is not a row of " + std::to_string(count) + " integers.");
  ConvTableRow row{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], hasGroups ? v[11] : 1};
  for (int64_t size : {row.w, row.h, row.c, row.n, row.k, row.s_filter_w, row.r_filter_h, row.wstride,
                       row.hstride, row.groups, row.pad_w + 1, row.pad_h + 1})
    if (size < 1 || size > kMaxSize)
      return tableLineError(origin, line,
                            "\"" + text + "\": pads must be 0 to " + std::to_string(kMaxSize - 1) +
                                ", all else 1 to " + std::to_string(kMaxSize) + ".");
  if (row.c % row.groups != 0 || row.k % row.groups != 0)
    return tableLineError(origin, line, "\"" + text + "\": groups must divide c and k.");
  return row;
}

} // namespace

const std::vector<std::string> &convTables() {
  static const std::vector<std::string> names = {"deepbench/conv_inference_device",
                                                 "deepbench/conv_inference_server", "deepbench/conv_train",
                                                 "layers/conv"};
  return names;
}

bool isConvTable(const std::string &name) { return name.compare(name.find_last_of('/') + 1, 4, "conv") == 0; }

Result<std::vector<ConvTableRow>> parseConvTable(const std::string &text, const std::string &origin) {
  std::istringstream stream(text);
  std::string line;
  readTableLine(stream, line);
  const bool hasGroups = line == std::string(kHeader) + ",groups";
  if (!hasGroups && line != kHeader)
    return tableLineError(
        origin, 1, std::string("the first line must be \"") + kHeader + "\", with or without \",groups\".");
  return parseTableRows<ConvTableRow>(stream, origin, [&](const std::string &row, size_t at) {
    return parseRow(row, hasGroups, origin, at);
  });
}

Result<std::vector<ConvTableRow>> readConvTable(const std::string &name) {
  const std::vector<std::string> &names = convTables();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    std::string known;
    for (const std::string &table : names)
      known += (known.empty() ? "" : ", ") + table;
    return Error{ErrorKind::Usage,
                 "There is no table \"" + name + "\"; of convolutions there are " + known + "."};
  }
  return readTableFile(name, parseConvTable);
}

} // namespace lockstep
