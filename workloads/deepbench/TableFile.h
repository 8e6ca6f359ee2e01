// What the readers of the benchmark tables share: a header line, then a row on each line.
#pragma once

#include "hw/support/Result.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace lockstep {

inline Error tableLineError(const std::string &origin, size_t line, const std::string &what) {
  return {ErrorKind::Usage, origin + ":" + std::to_string(line) + ": " + what};
}

/// The next line without its end, CR LF or LF; false at the end of the text.
inline bool readTableLine(std::istream &stream, std::string &line) {
  if (!std::getline(stream, line))
    return false;
  if (!line.empty() && line.back() == '\r')
    line.pop_back();
  return true;
}

/// The rows behind the header; empty lines do not count. parseRow(text, line) gives a Result<Row>.
template <typename Row, typename ParseRow>
Result<std::vector<Row>> parseTableRows(std::istream &stream, const std::string &origin, ParseRow parseRow) {
  std::vector<Row> rows;
  std::string text;
  for (size_t line = 2; readTableLine(stream, text); ++line) {
    if (text.empty())
      continue;
    Result<Row> row = parseRow(text, line);
    if (!row)
      return row.error();
    rows.push_back(*row);
  }
  if (rows.empty())
    return Error{ErrorKind::Usage, origin + ": the table has no rows."};
  return rows;
}

/// The file of a table by name, parsed: parse(text, origin).
template <typename Parse>
auto readTableFile(const std::string &name, Parse parse) -> decltype(parse(name, name)) {
  const std::string file = std::string(LOCKSTEP_WORKLOADS_DIR) + "/" + name + ".csv";
  std::ifstream stream(file);
  std::stringstream text;
  if (!stream || !(text << stream.rdbuf()))
    return Error{ErrorKind::System, "Cannot read the table " + file + "."};
  return parse(text.str(), file);
}

/// The rows of the table `name` of `tables`, of all of them if it is `all`; none if there is no such table.
template <typename Row, typename Parse>
Result<std::vector<Row>> readTablesNamed(const std::string &name, const std::vector<std::string> &tables,
                                         const std::string &all, Parse parse) {
  std::vector<Row> rows;
  for (const std::string &table : tables) {
    if (name != table && name != all)
      continue;
    Result<std::vector<Row>> part = readTableFile(table, parse);
    if (!part)
      return part;
    rows.insert(rows.end(), part->begin(), part->end());
  }
  return rows;
}

} // namespace lockstep
