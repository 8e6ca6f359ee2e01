#include "workloads/driver/sweep/SweepSpec.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace lockstep {

namespace {

using Texts = std::vector<std::string>;

/// Reads one sweep file; the first error ends it.
class SweepReader {
public:
  SweepReader(std::string origin, const TableReader &readTable)
      : origin(std::move(origin)), readTable(readTable) {}

  Result<std::vector<SweepPoint>> read(const YAML::Node &root) {
    if (!root.IsMap())
      return at(root, "a sweep is a map with the key `workloads`");
    if (Status status = readKeys(root); !status)
      return status.error();
    if (workloads.empty())
      return at(root, "`workloads` names no table, no GEMM and no recurrent layer");
    return cross();
  }

private:
  Error at(const YAML::Node &node, const std::string &text) const {
    return {ErrorKind::Usage, fmt::format("{}:{}: {}", origin, node.Mark().line + 1, text)};
  }

  Status readKeys(const YAML::Node &root) {
    for (const auto &entry : root) {
      Status status = readKey(entry.first, entry.second);
      if (!status)
        return status;
    }
    return {};
  }

  Status readKey(const YAML::Node &key, const YAML::Node &value) {
    std::string name = key.Scalar();
    if (name == "hw")
      return readTexts(value, machines);
    if (name == "engine")
      return readEngines(value);
    if (name == "timing_only")
      return readScalar(value, "true or false", run.timing_only);
    if (name == "max_cycles")
      return readScalar(value, "a number of cycles", run.max_cycles);
    if (name == "parameters")
      return readParameters(value);
    if (name == "workloads")
      return readWorkloads(value);
    return at(key, fmt::format(
                       "the key `{}` is unknown; allowed are hw, engine, timing_only, max_cycles, parameters "
                       "and workloads",
                       name));
  }

  template <typename Value> Status readScalar(const YAML::Node &node, const char *allowed, Value &value) {
    if (node.IsScalar() && YAML::convert<Value>::decode(node, value))
      return {};
    return at(node, fmt::format("{} is wanted here", allowed));
  }

  /// One text or a list of them.
  Status readTexts(const YAML::Node &node, Texts &texts) {
    texts.clear();
    if (node.IsScalar())
      texts.push_back(node.Scalar());
    for (const YAML::Node &item : node.IsSequence() ? node : YAML::Node(YAML::NodeType::Sequence)) {
      if (!item.IsScalar())
        return at(item, "a name or a number is wanted here");
      texts.push_back(item.Scalar());
    }
    return texts.empty() ? Status(at(node, "a value or a list of values is wanted here")) : Status();
  }

  Status readEngines(const YAML::Node &node) {
    Texts names;
    if (Status status = readTexts(node, names); !status)
      return status;
    engines.clear();
    for (const std::string &name : names) {
      auto engine = parseEngine(name);
      if (!engine)
        return at(node, engine.error().message);
      engines.push_back(*engine);
    }
    return {};
  }

  Status readParameters(const YAML::Node &node) {
    if (!node.IsMap())
      return at(node, "`parameters` is a map from group.name to a list of values");
    for (const auto &entry : node) {
      std::string name = entry.first.Scalar();
      if (name.find('.') == std::string::npos)
        return at(entry.first, fmt::format("`{}` is not of the form group.name", name));
      Texts values;
      if (Status status = readTexts(entry.second, values); !status)
        return status;
      for (std::string &value : values)
        value = name + "=" + value;
      settings.push_back(values);
    }
    return {};
  }

  Status readWorkloads(const YAML::Node &node) {
    if (!node.IsSequence())
      return at(node, "`workloads` is a list of tables, GEMMs and recurrent layers");
    for (const YAML::Node &item : node) {
      Status status = !item.IsMap()  ? readTableNamed(item)
                      : item["cell"] ? readRecurrent(item)
                                     : readGemm(item);
      if (!status)
        return status;
    }
    return {};
  }

  Status readTableNamed(const YAML::Node &node) {
    if (!node.IsScalar())
      return at(node,
                "a table's name, a GEMM {m: .., n: .., k: ..} or a layer {cell: .., hidden: ..} is wanted "
                "here");
    if (isRecurrentTable(node.Scalar()))
      return readRecurrentTableNamed(node);
    auto table = readTable(node.Scalar());
    if (!table)
      return at(node, table.error().message);
    for (const GemmSpec &gemm : *table)
      workloads.push_back({{}, gemm, {}});
    return {};
  }

  Status readRecurrentTableNamed(const YAML::Node &node) {
    auto table = readRecurrentTable(node.Scalar());
    if (!table)
      return at(node, table.error().message);
    for (const RecurrentTableRow &row : *table)
      workloads.push_back({{}, {}, specOf(row)});
    return {};
  }

  static Row rowAt(const YAML::Node &node) {
    Row row;
    for (const auto &entry : node)
      row[entry.first.Scalar()] = valueOf(entry.second);
    return row;
  }

  Status readGemm(const YAML::Node &node) {
    auto gemm = gemmSpecOf(rowAt(node));
    if (!gemm)
      return at(node, gemm.error().message);
    workloads.push_back({{}, *gemm, {}});
    return {};
  }

  Status readRecurrent(const YAML::Node &node) {
    auto layer = recurrentSpecOf(rowAt(node));
    if (!layer)
      return at(node, layer.error().message);
    workloads.push_back({{}, {}, *layer});
    return {};
  }

  static Row valueOf(const YAML::Node &node) {
    bool truth;
    if (YAML::convert<bool>::decode(node, truth))
      return truth;
    Row number = Row::parse(node.Scalar(), nullptr, false);
    return number.is_number() ? number : Row(node.Scalar());
  }

  std::vector<SweepPoint> cross() const {
    std::vector<RunSpec> runs;
    for (const std::string &machine : machines)
      for (EngineKind engine : engines) {
        RunSpec next = run;
        next.hw = machine;
        next.engine = engine;
        crossSettings(next, 0, runs);
      }
    std::vector<SweepPoint> points;
    for (const RunSpec &each : runs)
      for (const SweepPoint &workload : workloads)
        points.push_back({each, workload.gemm, workload.recurrent});
    return points;
  }

  void crossSettings(RunSpec &spec, size_t level, std::vector<RunSpec> &runs) const {
    if (level == settings.size()) {
      runs.push_back(spec);
      return;
    }
    for (const std::string &value : settings[level]) {
      spec.sets.push_back(value);
      crossSettings(spec, level + 1, runs);
      spec.sets.pop_back();
    }
  }

  std::string origin;
  const TableReader &readTable;
  RunSpec run;
  Texts machines = {"base"};
  std::vector<EngineKind> engines = {EngineKind::SystemC};
  std::vector<Texts> settings;       // one list of "group.name=value" for each parameter
  std::vector<SweepPoint> workloads; // without their runs
};

} // namespace

Result<std::vector<SweepPoint>> parseSweep(const std::string &yaml, const std::string &origin,
                                           const TableReader &readTable) {
  try {
    return SweepReader(origin, readTable).read(YAML::Load(yaml));
  } catch (const YAML::Exception &exception) { // yaml-cpp reports malformed text by throwing
    return Error{ErrorKind::Usage, fmt::format("{}:{}: {}", origin, exception.mark.line + 1, exception.msg)};
  }
}

Result<std::vector<SweepPoint>> readSweep(const std::string &file, const TableReader &readTable) {
  auto text = readText(file);
  if (!text)
    return text.error();
  return parseSweep(*text, file, readTable);
}

Row rowOf(const SweepPoint &point) {
  Row row = {{"hw", point.run.hw},
             {"sets", point.run.sets},
             {"engine", engineName(point.run.engine)},
             {"timing_only", point.run.timing_only},
             {"max_cycles", point.run.max_cycles}};
  if (point.recurrent)
    row["recurrent"] = rowOf(*point.recurrent);
  else
    row["gemm"] = rowOf(point.gemm);
  return row;
}

Result<SweepPoint> sweepPointOf(const Row &row) {
  SweepPoint point;
  row.at("hw").get_to(point.run.hw);
  row.at("sets").get_to(point.run.sets);
  row.at("timing_only").get_to(point.run.timing_only);
  row.at("max_cycles").get_to(point.run.max_cycles);
  auto engine = parseEngine(row.at("engine").get<std::string>());
  if (!engine)
    return engine.error();
  point.run.engine = *engine;
  if (row.contains("recurrent")) {
    auto layer = recurrentSpecOf(row.at("recurrent"));
    if (!layer)
      return layer.error();
    point.recurrent = *layer;
    return point;
  }
  auto gemm = gemmSpecOf(row.at("gemm"));
  if (!gemm)
    return gemm.error();
  point.gemm = *gemm;
  return point;
}

} // namespace lockstep
