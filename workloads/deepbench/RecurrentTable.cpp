#include "workloads/deepbench/RecurrentTable.h"

#include "workloads/deepbench/TableFile.h"

#include <regex>
#include <sstream>

namespace lockstep {

namespace {

constexpr const char *kHeader = "type,hidden,batch,timesteps";
constexpr int64_t kMaxSize = 1 << 16, kMaxSteps = 1 << 24; // RecurrentProblem's

Result<RecurrentTableRow> parseRow(const std::string &text, const std::string &origin, size_t line) {
  static const std::regex pattern("(gru|lstm|vanilla),([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9})");
  std::smatch match;
  if (!std::regex_match(text, match, pattern))
    return tableLineError(
        origin, line, "\"" + text + "\" is not a row of gru, lstm or vanilla and three positive integers.");
  const RecurrentTableRow row{match[1], std::stoll(match[2]), std::stoll(match[3]), std::stoll(match[4])};
  const auto isSize = [](int64_t size, int64_t most) { return size >= 1 && size <= most; };
  if (!isSize(row.hidden, kMaxSize) || !isSize(row.batch, kMaxSize) || !isSize(row.timesteps, kMaxSteps))
    return tableLineError(origin, line,
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
  if (!readTableLine(stream, line) || line != kHeader)
    return tableLineError(origin, 1, std::string("the first line must be \"") + kHeader + "\".");
  return parseTableRows<RecurrentTableRow>(
      stream, origin, [&](const std::string &row, size_t at) { return parseRow(row, origin, at); });
}

Result<std::vector<RecurrentTableRow>> readRecurrentTable(const std::string &name) {
  auto rows =
      readTablesNamed<RecurrentTableRow>(name, recurrentTables(), "deepbench/rnn_all", parseRecurrentTable);
  if (rows && rows->empty())
    return unknownTable(name);
  return rows;
}

} // namespace lockstep
