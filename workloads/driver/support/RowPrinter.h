// Rows on stdout in the order of the table, progress on stderr in the order of the clock.
#pragma once

#include "workloads/driver/support/Row.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// Prints each row as soon as all rows before it are there. Errors go to stderr as sentences when they come.
class RowPrinter {
public:
  RowPrinter(std::vector<Column> columns, size_t total);

  void header() const;
  /// One row each time, any order of indices.
  void add(size_t index, const std::string &label, const Result<Row> &result);

  /// In the order of their indices, without those that failed.
  std::vector<Row> rows() const;
  uint64_t failed() const { return numFailed; }
  /// Of the worst outcome so far.
  int exitCode() const { return worst; }
  double elapsedSeconds() const;

private:
  void printReady();
  void showProgress(const std::string &label) const;

  std::vector<Column> columns;
  std::vector<std::optional<Row>> table; // null JSON: failed
  size_t printed = 0, numDone = 0;
  uint64_t numFailed = 0;
  int worst = 0;
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
};

} // namespace lockstep
