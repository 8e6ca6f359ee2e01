// Parameters from YAML and from overrides; the only file that knows the YAML library.
#include "hw/machine/Parameters.h"

#include "hw/machine/ParameterInfo.h"
#include "hw/support/Text.h"

#include <yaml-cpp/yaml.h>

#include <map>

namespace lockstep {
namespace {

using Overrides = std::vector<std::pair<std::string, std::string>>;

constexpr const char *kModelField = "memory.model";

std::vector<std::string> allFields() {
  std::vector<std::string> names = {"name", kModelField};
  for (const ParameterInfo &info : parameterList())
    names.push_back(info.fullName());
  return names;
}

std::vector<std::string> allGroups() {
  std::vector<std::string> names;
  for (const ParameterInfo &info : parameterList())
    if (names.empty() || names.back() != info.group)
      names.push_back(info.group);
  return names;
}

/// What a wrong name was meant to be: a field whose last part is exactly `member`, else the nearest in
/// spelling.
std::string suggestField(const std::string &member, const std::string &name,
                         const std::vector<std::string> &candidates) {
  for (const ParameterInfo &info : parameterList())
    if (info.name == member)
      return "; did you mean " + info.fullName() + "?";
  const std::string nearest = suggestion(name, candidates);
  return nearest.empty() ? "; `lockstep hw show base` prints all of them." : nearest;
}

/// Fills parameters field by field and remembers where each field came from, for the rules between fields.
class Reader {
public:
  Reader(std::string file, const Parameters &start) : origin(std::move(file)), parameters(start) {}

  Status readDocument(const YAML::Node &root);
  Status readOverrides(const std::vector<PlacedOverride> &overrides);
  Result<Parameters> finish() const;

private:
  using Place = std::string; // "base.yaml:12" or "--set memory.latency_cycles=7"

  Error complain(const Place &place, const std::string &field, const std::string &text) const {
    return {ErrorKind::Parameter, place + ": " + field + (field.empty() ? "" : ": ") + text};
  }
  Place placeOf(const YAML::Node &node) const {
    return origin + ":" + std::to_string(node.Mark().line + 1); // a null mark has line -1
  }
  Status readGroup(const std::string &group, const YAML::Node &key, const YAML::Node &members);
  Status readEntry(const std::string &field, const YAML::Node &key, const YAML::Node &value);
  Status assign(const std::string &field, const std::string &value, const Place &place);
  Status assignModel(const std::string &value, const Place &place);

  std::string origin;
  Parameters parameters;
  std::map<std::string, Place> places; // of the fields that were given
};

Status Reader::readDocument(const YAML::Node &root) {
  if (!root.IsDefined() || root.IsNull())
    return {};
  if (!root.IsMap())
    return complain(placeOf(root), "",
                    "this is not a map; allowed are the groups " + joinNames(allGroups()) + ".");
  for (const auto &entry : root) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    const Status status =
        key == "name" ? readEntry(key, entry.first, entry.second) : readGroup(key, entry.first, entry.second);
    if (!status)
      return status;
  }
  return {};
}

Status Reader::readGroup(const std::string &group, const YAML::Node &key, const YAML::Node &members) {
  std::vector<std::string> fields =
      group == "memory" ? std::vector<std::string>{kModelField} : std::vector<std::string>{};
  for (const ParameterInfo &info : parameterList())
    if (info.group == group)
      fields.push_back(info.fullName());
  if (fields.empty())
    return complain(placeOf(key), quotable(group),
                    "unknown group; allowed are " + joinNames(allGroups()) +
                        suggestField(group, group, allGroups()));
  if (members.IsNull())
    return {};
  if (!members.IsMap())
    return complain(placeOf(key), group, "this is a group; allowed is a map with " + joinNames(fields) + ".");
  for (const auto &entry : members) {
    const std::string field = group + "." + (entry.first.IsScalar() ? entry.first.Scalar() : "?");
    if (Status status = readEntry(field, entry.first, entry.second); !status)
      return status;
  }
  return {};
}

Status Reader::readEntry(const std::string &field, const YAML::Node &key, const YAML::Node &value) {
  if (const auto earlier = places.find(field); earlier != places.end())
    return complain(placeOf(key), quotable(field),
                    "given twice, first at " + earlier->second + "; allowed is once.");
  if (!value.IsScalar())
    return complain(placeOf(key), quotable(field),
                    "this is not a single value; allowed is one number or word.");
  return assign(field, value.Scalar(), placeOf(key));
}

Status Reader::readOverrides(const std::vector<PlacedOverride> &overrides) {
  for (const PlacedOverride &entry : overrides)
    if (Status status = assign(entry.field, entry.value, entry.place); !status)
      return status;
  return {};
}

Status Reader::assign(const std::string &field, const std::string &value, const Place &place) {
  places[field] = place;
  if (field == kModelField)
    return assignModel(value, place);
  if (field == "name") {
    parameters.name = value;
    return {};
  }
  const ParameterInfo *info = findParameter(field);
  if (!info)
    return complain(place, quotable(field),
                    "unknown parameter" +
                        suggestField(field.substr(field.find('.') + 1), field, allFields()));
  const std::optional<int64_t> number = parseSigned(value);
  if (!number)
    return complain(place, field,
                    "'" + quotable(value) + "' is not a whole number; allowed is " +
                        std::to_string(info->minimum) + " to " + std::to_string(info->maximum) + " " +
                        info->unit + ".");
  parameters.*info->member = *number;
  return {};
}

Status Reader::assignModel(const std::string &value, const Place &place) {
  if (value != "fixed" && value != "dram")
    return complain(place, kModelField,
                    "'" + quotable(value) + "' is no memory model; allowed are fixed and dram.");
  parameters.memory_model = value == "dram" ? MemoryModelKind::Dram : MemoryModelKind::Fixed;
  return {};
}

Result<Parameters> Reader::finish() const {
  const auto violation = findViolation(parameters);
  if (!violation)
    return parameters;
  Place place = origin;
  for (const std::string &field : violation->fields)
    if (const auto found = places.find(field); found != places.end()) {
      place = found->second;
      break;
    }
  return complain(place, violation->fields.front(), violation->text);
}

std::vector<PlacedOverride> placed(const Overrides &overrides) {
  std::vector<PlacedOverride> list;
  for (const auto &[field, value] : overrides)
    list.push_back({field, value, "--set " + quotable(field) + "=" + quotable(value)});
  return list;
}

Result<Parameters> parseDocument(const std::string &yaml, const std::string &origin,
                                 const Overrides &overrides) {
  Reader reader(origin, Parameters{});
  if (Status status = reader.readDocument(YAML::Load(yaml)); !status)
    return status.error();
  if (Status status = reader.readOverrides(placed(overrides)); !status)
    return status.error();
  return reader.finish();
}

/// Name, model and all parameters by groups; each parameter's line ends with what `remark` says.
template <typename Remark> std::string printYaml(const Parameters &parameters, Remark remark) {
  std::string text = "name: " + parameters.name + "\n", group;
  for (const ParameterInfo &info : parameterList()) {
    if (info.group != group)
      text += info.group + ":\n";
    if (info.group == "memory" && info.group != group)
      text += std::string("  model: ") + memoryModelName(parameters.memory_model) + "\n";
    group = info.group;
    text += "  " + info.name + ": " + std::to_string(parameters.*info.member) + remark(info) + "\n";
  }
  return text;
}

} // namespace

Result<Parameters> parseParameters(const std::string &yaml, const std::string &origin,
                                   const Overrides &overrides) {
  try {
    return parseDocument(yaml, origin, overrides);
  } catch (const YAML::Exception &exception) { // the library throws; nothing beyond this function does
    return Error{ErrorKind::Parameter, origin + ":" + std::to_string(exception.mark.line + 1) +
                                           ": this is not YAML (" + quotable(exception.msg) +
                                           "); allowed are groups of `name: value` lines."};
  }
}

Result<Parameters> applyOverrides(const Parameters &start, const std::vector<PlacedOverride> &overrides,
                                  const std::string &origin) {
  Reader reader(origin, start);
  if (Status status = reader.readOverrides(overrides); !status)
    return status.error();
  return reader.finish();
}

std::string printParameters(const Parameters &parameters) {
  return printYaml(parameters, [](const ParameterInfo &) { return std::string(); });
}

std::string explainParameters(const Parameters &parameters) {
  return printYaml(parameters, [](const ParameterInfo &info) {
    return " # " + std::to_string(info.minimum) + " to " + std::to_string(info.maximum) + " " + info.unit +
           "; " + info.description;
  });
}

} // namespace lockstep
