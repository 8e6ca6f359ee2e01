#include "workloads/driver/support/RowPrinter.h"

#include "workloads/driver/support/ExitCode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include <unistd.h>

namespace lockstep {

RowPrinter::RowPrinter(std::vector<Column> columns, size_t total)
    : columns(std::move(columns)), table(total) {}

void RowPrinter::header() const {
  fmt::print("{}\n", showHeader(columns));
  std::fflush(stdout);
}

void RowPrinter::add(size_t index, const std::string &label, const Result<Row> &result) {
  ++numDone;
  showProgress(label);
  if (result) {
    table[index] = *result;
    if (!isEqual(*result))
      worst = std::max(worst, int(exitFailed));
  } else {
    table[index] = Row();
    ++numFailed;
    Error named = result.error();
    named.message = label + ": " + named.message;
    worst = std::max(worst, reportError(named));
  }
  printReady();
}

void RowPrinter::printReady() {
  for (; printed < table.size() && table[printed]; ++printed) {
    const Row &row = *table[printed];
    if (row.is_null())
      continue;
    fmt::print("{}\n", showRow(row, columns));
    if (row.contains("difference") && row["difference"].is_string())
      fmt::print("    {}\n", row["difference"].get<std::string>());
  }
  std::fflush(stdout);
}

void RowPrinter::showProgress(const std::string &label) const {
  fmt::print(stderr, "[{}/{}] {} done, {:.1f} s\n", numDone, table.size(), label, elapsedSeconds());
}

std::vector<Row> RowPrinter::rows() const {
  std::vector<Row> rows;
  for (const std::optional<Row> &row : table)
    if (row && !row->is_null())
      rows.push_back(*row);
  return rows;
}

double RowPrinter::elapsedSeconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace lockstep
