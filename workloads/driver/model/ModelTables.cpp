#include "workloads/driver/model/ModelTables.h"

#include <fmt/format.h>

#include <algorithm>

namespace lockstep {

namespace {

std::string tensorNames(const Package &package, const std::vector<unsigned> &indices) {
  std::string names;
  for (unsigned index : indices) {
    const PackageTensor &tensor = package.tensors[index];
    names += fmt::format("{}{} {} {}", names.empty() ? "" : ", ", tensor.name, tensor.element_type,
                         shapeText(tensor.shape));
  }
  return names;
}

Row rowOf(const LayerPlan &plan) {
  return {{"label", plan.label},
          {"operation", plan.operation},
          {"mapping", plan.mapping},
          {"alternatives", plan.alternatives},
          {"schedule", plan.schedule},
          {"bound_cycles", plan.bound_cycles},
          {"predicted_cycles", plan.predicted_cycles}};
}

Row placesRow(const std::vector<OperatorPlace> &places) {
  Row rows = Row::array();
  for (const OperatorPlace &place : places)
    rows.push_back({{"label", place.label},
                    {"operation", place.operation},
                    {"target", place.target},
                    {"reason", place.reason}});
  return rows;
}

Row piecesRow(const Compilation &compilation) {
  Row rows = Row::array();
  for (const Piece &piece : compilation.package.pieces) {
    Row row = {{"name", piece.name}, {"target", piece.target}, {"code_bytes", piece.code.size()}};
    auto layers = compilation.layers.find(piece.name);
    row["layers"] = Row::array();
    if (layers != compilation.layers.end())
      for (const LayerPlan &plan : layers->second)
        row["layers"].push_back(rowOf(plan));
    rows.push_back(std::move(row));
  }
  return rows;
}

} // namespace

std::string showTable(const std::vector<std::vector<std::string>> &rows) {
  std::vector<size_t> widths;
  for (const auto &row : rows)
    for (size_t i = 0; i < row.size(); ++i) {
      widths.resize(std::max(widths.size(), i + 1));
      widths[i] = std::max(widths[i], row[i].size());
    }
  std::string text;
  for (const auto &row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i)
      line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string showPlaces(const std::vector<OperatorPlace> &places) {
  std::vector<std::vector<std::string>> rows = {
      {"node", "operation", "runs on", "why not on the accelerator"}};
  for (const OperatorPlace &place : places)
    rows.push_back({place.label, place.operation, place.target, place.reason});
  return showTable(rows);
}

std::string showPieces(const Package &package) {
  std::vector<std::vector<std::string>> rows = {{"piece", "code bytes", "inputs", "outputs"}};
  for (const Piece &piece : package.pieces)
    rows.push_back({piece.name, piece.code.empty() ? "-" : fmt::format("{}", piece.code.size()),
                    tensorNames(package, piece.inputs), tensorNames(package, piece.outputs)});
  return "\n" + showTable(rows);
}

std::string showLayerPlans(const PieceLayers &layers) {
  std::string text;
  for (const auto &[piece, plans] : layers)
    for (const LayerPlan &plan : plans) {
      text += fmt::format(
          "\n{} in {}: {}\n  taken: {}, predicted {} cycles, bound {} ({:.1f} %)\n", plan.label, piece,
          plan.operation, plan.mapping, plan.predicted_cycles, plan.bound_cycles,
          100.0 * double(plan.bound_cycles) / double(std::max<uint64_t>(plan.predicted_cycles, 1)));
      for (const std::string &alternative : plan.alternatives)
        text += "    " + alternative + "\n";
      text += plan.schedule + (plan.schedule.empty() || plan.schedule.back() == '\n' ? "" : "\n");
    }
  return text;
}

std::string showSeconds(const std::vector<std::pair<std::string, double>> &seconds) {
  std::string text = "\nseconds:";
  for (const auto &[phase, duration] : seconds)
    text += fmt::format(" {} {:.3f},", phase, duration);
  text.back() = '\n';
  return text;
}

Row compilationRow(const Compilation &compilation) {
  Row seconds = Row::object();
  for (const auto &[phase, duration] : compilation.seconds)
    seconds[phase] = duration;
  return {{"model", compilation.package.model},
          {"hw", compilation.package.parameters.name},
          {"operators", placesRow(compilation.places)},
          {"pieces", piecesRow(compilation)},
          {"seconds", seconds}};
}

} // namespace lockstep
