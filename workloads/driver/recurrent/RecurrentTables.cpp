#include "workloads/driver/recurrent/RecurrentTables.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lockstep {

namespace {

/// Percentages of the bound under one key.
class Percents {
public:
  void add(const Row &row, const char *key) {
    if (!row.contains(key) || !row[key].is_number())
      return;
    const auto percent = row[key].get<double>();
    logarithms += std::log(percent);
    if (rows++ == 0 || percent < least)
      least = percent, label = row["label"].get<std::string>();
  }
  std::string show(const char *what) const {
    if (rows == 0)
      return "";
    return fmt::format("; {}: geometric mean {:.2f} %, least {:.2f} % ({})", what,
                       std::exp(logarithms / double(rows)), least, label);
  }

private:
  double logarithms = 0, least = 0;
  uint64_t rows = 0;
  std::string label;
};

std::string showCell(const std::vector<Row> &rows, const std::string &cell) {
  Percents loop, layer;
  uint64_t count = 0, shortened = 0;
  for (const Row &row : rows) {
    if (!row.contains("cell") || row["cell"] != cell)
      continue;
    ++count;
    shortened += row["steps_run"] != row["steps"];
    loop.add(row, "bound_percent");
    layer.add(row, "layer_bound_percent");
  }
  if (count == 0)
    return "";
  return fmt::format("{}: {} rows{}{}{}\n", cell, count,
                     shortened == 0 ? "" : fmt::format(", {} of them with fewer steps", shortened),
                     loop.show("of the bound"), layer.show("whole layer"));
}

} // namespace

void addRecurrentSelection(CLI::App &app, RecurrentSelection &selection) {
  addPartOption(app, selection.part);
  app.add_option("--steps", selection.steps, "Recurrent layers: at most that many steps; 0: the table's")
      ->capture_default_str();
  app.add_option("--state", selection.state, "Recurrent layers: the state as int16 (two passes) or int8")
      ->capture_default_str();
  app.add_option("--rtl-cycles", selection.rtl_cycles,
                 "Recurrent layers on rtl or lockstep: longer ones run with fewer steps; 0: all run whole")
      ->capture_default_str()
      ->type_name("CYCLES");
  app.add_option("--rtl-short", selection.rtl_short,
                 "Recurrent layers over --rtl-cycles: so many steps as take about that many, at least two")
      ->capture_default_str()
      ->type_name("CYCLES");
}

Result<std::vector<RecurrentSpec>> recurrentLayers(const std::vector<std::string> &tables,
                                                   const RecurrentSelection &selection,
                                                   const std::string &filter, uint64_t limit, uint64_t seed) {
  if (selection.steps < 0)
    return Error{ErrorKind::Usage, fmt::format("--steps is {}; allowed is 0 or more", selection.steps)};
  std::vector<RecurrentSpec> layers;
  for (const std::string &name : tables) {
    auto table = readRecurrentTable(name);
    if (!table)
      return table.error();
    for (const RecurrentTableRow &row : *table) {
      RecurrentSpec spec = specOf(row);
      spec.seed = seed, spec.state = selection.state;
      if (selection.steps > 0)
        spec.steps = std::min(spec.steps, selection.steps);
      if (Status status = checkRecurrentSpec(spec, selection.part); !status)
        return status.error();
      if (labelOf(spec).find(filter) != std::string::npos)
        layers.push_back(spec);
    }
  }
  if (limit != 0 && layers.size() > limit)
    layers.resize(limit);
  if (layers.empty())
    return Error{ErrorKind::Usage,
                 fmt::format("no row of {} has --filter {} in its name", fmt::join(tables, ", "), filter)};
  return layers;
}

std::string showCells(const std::vector<Row> &rows) {
  return showCell(rows, "gru") + showCell(rows, "lstm") + showCell(rows, "rnn");
}

} // namespace lockstep
