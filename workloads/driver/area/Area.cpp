#include "workloads/driver/area/Area.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace lockstep {

namespace {

/// "$paramod$12ab\pe_block" and "$paramod\pe_block\Rows=4" are both "pe_block".
std::string baseName(const std::string &elaborated) {
  if (elaborated.rfind("$paramod", 0) != 0)
    return elaborated[0] == '\\' ? elaborated.substr(1) : elaborated;
  size_t begin = elaborated.find('\\') + 1;
  return elaborated.substr(begin, elaborated.find('\\', begin) - begin);
}

std::string withoutBackslash(const std::string &name) { return name[0] == '\\' ? name.substr(1) : name; }

/// The JSON object that follows `key`, cut out by its braces.
Row objectAfter(const std::string &text, const std::string &key) {
  size_t begin = text.find('{', std::min(text.find(key), text.size()));
  int depth = 0;
  for (size_t i = begin; i < text.size(); ++i) {
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
    if (depth == 0)
      return Row::parse(text.substr(begin, i + 1 - begin), nullptr, false);
  }
  return Row();
}

uint64_t rtlilNumber(const std::string &value) {
  size_t quote = value.find('\'');
  return quote == std::string::npos ? std::stoull(value) : std::stoull(value.substr(quote + 1), nullptr, 2);
}

/// Reads lines of RTLIL such as "module \top", "cell \sram \u_sram", "parameter \Width 32", "end".
void addSrams(const std::string &dump, AreaDesign &design) {
  std::istringstream lines(dump);
  std::string module, word, name, value;
  uint64_t width = 0, depth = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    words >> word >> name >> value;
    if (word == "module")
      module = withoutBackslash(name);
    else if (word == "cell")
      width = 8, depth = 2; // the module's own defaults
    else if (word == "parameter") {
      if (name == "signed" || name == "real")
        name = value, words >> value;
      (name == "\\Width" ? width : depth) = rtlilNumber(value);
    } else if (word == "end" && width != 0) {
      design[module].sram_bits += width * depth;
      width = 0;
    }
    word.clear();
  }
}

struct Totals {
  uint64_t instances = 0, cells = 0, transistors = 0, sram_bits = 0;
};

void accumulate(const AreaDesign &design, const std::string &name, uint64_t count,
                std::map<std::string, Totals> &totals) {
  auto found = design.find(name);
  if (found == design.end())
    return;
  Totals &total = totals[baseName(name)];
  total.instances += count;
  total.sram_bits += count * found->second.sram_bits;
  for (const auto &[cell, number] : found->second.cells) {
    if (design.count(cell)) {
      accumulate(design, cell, count * number, totals);
      continue;
    }
    total.cells += count * number;
    total.transistors += count * number * transistorsOf(cell);
  }
}

Row rowOf(const std::string &module, const Totals &totals) {
  return {{"module", module},
          {"instances", totals.instances},
          {"cells", totals.cells},
          {"transistors", totals.transistors},
          {"sram_bits", totals.sram_bits}};
}

uint64_t flipFlopTransistors(const std::string &cell) {
  bool hasEnable = cell.find("FFE") != std::string::npos || cell.find("FFCE") != std::string::npos;
  bool synchronous = cell.rfind("$_SDFF", 0) == 0;
  size_t underscore = cell.find('_', 2);
  bool hasReset = cell.size() - underscore > (hasEnable ? 4u : 3u); // "$_DFF_PN0_" against "$_DFF_P_"
  return 16 + (hasEnable ? 12 : 0) + (synchronous ? 6 : hasReset ? 4 : 0);
}

} // namespace

uint64_t transistorsOf(const std::string &cell) {
  static const std::map<std::string, uint64_t> gates = {
      {"$_BUF_", 1},  {"$_NOT_", 2},   {"$_NAND_", 4}, {"$_NOR_", 4},    {"$_AND_", 6},  {"$_OR_", 6},
      {"$_XOR_", 12}, {"$_XNOR_", 12}, {"$_MUX_", 12}, {"$_ANDNOT_", 6}, {"$_ORNOT_", 6}};
  if (auto found = gates.find(cell); found != gates.end())
    return found->second;
  return cell.rfind("$_DFF", 0) == 0 || cell.rfind("$_SDFF", 0) == 0 ? flipFlopTransistors(cell) : 0;
}

Result<AreaDesign> parseArea(const std::string &stat, const std::string &dump) {
  Row modules = objectAfter(stat, "\"modules\"");
  if (!modules.is_object() || modules.empty())
    return Error{ErrorKind::System, "Yosys' statistics hold no list of modules"};
  AreaDesign design;
  for (const auto &[name, module] : modules.items())
    for (const auto &[cell, count] : module["num_cells_by_type"].items())
      design[withoutBackslash(name)].cells[withoutBackslash(cell)] = count.get<uint64_t>();
  addSrams(dump, design);
  for (auto &[name, module] : design)
    module.cells.erase("sram");
  return design;
}

std::vector<Row> areaRows(const AreaDesign &design, const std::string &top) {
  std::map<std::string, Totals> totals;
  accumulate(design, top, 1, totals);
  std::vector<Row> rows;
  Totals sum;
  for (const auto &[name, total] : totals) {
    rows.push_back(rowOf(name, total));
    sum.instances += total.instances;
    sum.cells += total.cells;
    sum.transistors += total.transistors;
    sum.sram_bits += total.sram_bits;
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row &a, const Row &b) { return a["transistors"] > b["transistors"]; });
  rows.push_back(rowOf("total", sum));
  return rows;
}

} // namespace lockstep
