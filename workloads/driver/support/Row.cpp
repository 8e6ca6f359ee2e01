#include "workloads/driver/support/Row.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace lockstep {

namespace {

std::string scaled(double value, double step, const char *const *units) {
  unsigned unit = 0;
  for (; value >= 999.5 && unit < 5; ++unit)
    value /= step;
  int decimals = unit == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return fmt::format("{:.{}f}{}", value, decimals, units[unit]);
}

std::string showValue(const Row &value, Show show) {
  static const char *const byteUnits[] = {"", "K", "M", "G", "T", "P"};
  switch (show) {
  case Show::Text:
    return value.is_string() ? value.get<std::string>() : value.dump();
  case Show::Integer:
    return value.dump();
  case Show::Percent:
    return fmt::format("{:.2f}", value.get<double>());
  case Show::Ratio:
    return fmt::format("{:.1f}", value.get<double>());
  case Show::Rate:
    return showRate(value.get<double>());
  case Show::Bytes:
    return scaled(value.get<double>(), 1024, byteUnits);
  case Show::YesNo:
    return value.get<bool>() ? "equal" : "DIFFER";
  case Show::Seconds:
    return fmt::format("{:.3f}", value.get<double>());
  }
  return "";
}

Error cannotWrite(const std::string &file) {
  return {ErrorKind::System, fmt::format("{} cannot be written", file)};
}

std::string csvCell(const Row &row, const std::string &key) {
  if (!row.contains(key) || row[key].is_null())
    return "";
  std::string text = row[key].is_string() ? row[key].get<std::string>() : row[key].dump();
  if (text.find_first_of(",\"\n") == std::string::npos)
    return text;
  std::string quoted = "\"";
  for (char c : text)
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

} // namespace

std::string showRate(double value) {
  static const char *const units[] = {"", "k", "M", "G", "T", "P"};
  return scaled(value, 1000, units);
}

std::string showCell(const Row &row, const Column &column) {
  auto found = row.find(column.key);
  return found == row.end() || found->is_null() ? "-" : showValue(*found, column.show);
}

std::string showHeader(const std::vector<Column> &columns) {
  std::string line;
  for (const Column &column : columns)
    line += fmt::format("{:>{}} ", column.header, column.width);
  return line;
}

std::string showRow(const Row &row, const std::vector<Column> &columns) {
  std::string line;
  for (const Column &column : columns)
    line += fmt::format("{:>{}} ", showCell(row, column), column.width);
  return line;
}

Status writeText(const std::string &text, const std::string &file) {
  std::string temporary = file + ".part";
  std::ofstream stream(temporary, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream || std::rename(temporary.c_str(), file.c_str()) != 0)
    return cannotWrite(file);
  return {};
}

Status writeJson(const std::vector<Row> &rows, const std::string &file) {
  std::string text = "[\n";
  for (size_t i = 0; i < rows.size(); ++i)
    text += rows[i].dump() + (i + 1 < rows.size() ? ",\n" : "\n");
  return writeText(text + "]\n", file);
}

Status writeCsv(const std::vector<Row> &rows, const std::vector<std::string> &keys, const std::string &file) {
  std::string text = fmt::format("{}\n", fmt::join(keys, ","));
  for (const Row &row : rows)
    for (size_t i = 0; i < keys.size(); ++i)
      text += csvCell(row, keys[i]) + (i + 1 < keys.size() ? "," : "\n");
  return writeText(text, file);
}

Result<std::string> readText(const std::string &file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf()))
    return Error{ErrorKind::Usage,
                 fmt::format("{} cannot be read; a readable, non-empty file is needed", file)};
  return text.str();
}

bool isEqual(const Row &row) {
  auto differs = [&](const char *key) {
    return row.contains(key) && row[key].is_boolean() && !row[key].get<bool>();
  };
  return !differs("bits_equal") && !differs("cycles_equal");
}

} // namespace lockstep
