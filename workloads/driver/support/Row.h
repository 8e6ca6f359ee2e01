// A row of results: one JSON object, whose keys are the names of the columns everywhere.
#pragma once

#include "hw/support/Result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace lockstep {

/// Keys in order of insertion; a value that does not apply is null.
using Row = nlohmann::ordered_json;

/// How a value is shown in the printed table. Rate: per second, with k, M, G or T.
enum class Show { Text, Integer, Percent, Ratio, Rate, Bytes, YesNo, Seconds };

struct Column {
  std::string key;    // in the row; a data name
  std::string header; // over the printed column
  unsigned width;
  Show show;
};

/// One cell without padding; "-" for a missing or null value.
std::string showCell(const Row &row, const Column &column);
std::string showHeader(const std::vector<Column> &columns);
std::string showRow(const Row &row, const std::vector<Column> &columns);

/// `value` with k, M, G or T and three digits: 1.23 G.
std::string showRate(double value);

/// True if no bits and no cycles of the row differ.
bool isEqual(const Row &row);

/// A JSON array, one line for each row. Errors: System.
Status writeJson(const std::vector<Row> &rows, const std::string &file);
/// The named keys as comma-separated values with a header line. Errors: System.
Status writeCsv(const std::vector<Row> &rows, const std::vector<std::string> &keys, const std::string &file);

/// The whole text of a file; written to a temporary name first, so that a file is whole or not there. Errors:
/// System.
Status writeText(const std::string &text, const std::string &file);
/// Errors: Usage if there is no such file.
Result<std::string> readText(const std::string &file);

} // namespace lockstep
