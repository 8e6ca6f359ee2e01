#include "workloads/deepbench/RecurrentTable.h"

#include <fstream>
#include <regex>
#include <sstream>

namespace lockstep {

namespace {

constexpr const char *kHeader = "type,hidden,batch,timesteps";
constexpr int64_t kMaxSize = 1 << 16, kMaxSteps = 1 << 24; // RecurrentProblem's

Error lineError(const std::string &origin, size_t line, const std::string &what) {
  return {ErrorKind::Usage, origin + ":" + std::to_string(line) + ": " + what};
}

std::string withoutCarriageReturn(std::string text) {
  if (!text.empty() && text.back() == '\r')
    text.pop_back();
  return text;
}

Result<RecurrentTableRow> parseRow(const std::string &text, const std::string &origin, size_t line) {
  static const std::regex pattern("(gru|lstm|vanilla),([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9})");
  std::smatch match;
  if (!std::regex_match(text, match, pattern))
    return lineError(origin, line,
                     "\"" + text + "\" is not a row of gru, lstm or vanilla and three positive integers.");
  const RecurrentTableRow row{match[1], std::stoll(match[2]), std::stoll(match[3]), std::stoll(match[4])};
  const auto isSize = [](int64_t size, int64_t most) { return size >= 1 && size <= most; };
  if (!isSize(row.hidden, kMaxSize) || !isSize(row.batch, kMaxSize) || !isSize(row.timesteps, kMaxSteps))
    return lineError(origin, line,
                     "\"" + text + "\": hidden and batch must be 1 to " + std::to_string(kMaxSize) +
                         ", timesteps 1 to " + std::to_string(kMaxSteps) + ".");
  return row;
}

Error unknownTable(const std::string &name) {
  std::string names;
  for (const std::string &table : recurrentTables())
    names += table + ", ";
  return {ErrorKind::Usage, "There is no table \"" + name + "\"; of recurrent layers there are " + names +
                                "and deepbench/rnn_all."};
}

Result<std::vector<RecurrentTableRow>> readTable(const std::string &name) {
  const std::string file = std::string(LOCKSTEP_WORKLOADS_DIR) + "/" + name + ".csv";
  std::ifstream stream(file);
  std::stringstream text;
  if (!stream || !(text << stream.rdbuf()))
    return Error{ErrorKind::System, "Cannot read the table " + file + "."};
  return parseRecurrentTable(text.str(), file);
}

} // namespace

const std::vector<std::string> &recurrentTables() {
  static const std::vector<std::string> names = {"deepbench/rnn_inference_device",
                                                 "deepbench/rnn_inference_server", "deepbench/rnn_train"};
  return names;
}

bool isRecurrentTable(const std::string &name) {
  return name.compare(name.find_last_of('/') + 1, 3, "rnn") == 0;
}

Result<std::vector<RecurrentTableRow>> parseRecurrentTable(const std::string &text,
                                                           const std::string &origin) {
  std::istringstream stream(text);
  std::string line;
  if (!std::getline(stream, line) || withoutCarriageReturn(line) != kHeader)
    return lineError(origin, 1, std::string("the first line must be \"") + kHeader + "\".");
  std::vector<RecurrentTableRow> rows;
  for (size_t number = 2; std::getline(stream, line); ++number) {
    if (line = withoutCarriageReturn(line); line.empty())
      continue;
    Result<RecurrentTableRow> row = parseRow(line, origin, number);
    if (!row)
      return row.error();
    rows.push_back(*row);
  }
  if (rows.empty())
    return Error{ErrorKind::Usage, origin + ": the table has no rows."};
  return rows;
}

Result<std::vector<RecurrentTableRow>> readRecurrentTable(const std::string &name) {
  std::vector<RecurrentTableRow> rows;
  for (const std::string &table : recurrentTables()) {
    if (name != table && name != "deepbench/rnn_all")
      continue;
    Result<std::vector<RecurrentTableRow>> part = readTable(table);
    if (!part)
      return part;
    rows.insert(rows.end(), part->begin(), part->end());
  }
  if (rows.empty())
    return unknownTable(name);
  return rows;
}

} // namespace lockstep
