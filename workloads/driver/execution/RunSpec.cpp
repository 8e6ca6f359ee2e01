#include "workloads/driver/execution/RunSpec.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <map>

namespace lockstep {

namespace {

const std::map<std::string, EngineKind> enginesByName = {{"golden", EngineKind::Golden},
                                                         {"systemc", EngineKind::SystemC},
                                                         {"rtl", EngineKind::Rtl},
                                                         {"lockstep", EngineKind::Lockstep}};

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

Result<bool> parseSwitch(const std::string &text) {
  if (text != "on" && text != "off")
    return usage(fmt::format("`{}` is neither on nor off", text));
  return text == "on";
}

/// An option whose text `parse` turns into a value or one sentence.
template <typename Value, typename Parse>
CLI::Option *addNamed(CLI::App &app, const std::string &name, const std::string &help, Value &value,
                      Parse parse) {
  auto assign = [name, &value, parse](const std::string &text) {
    Result<Value> parsed = parse(text);
    if (!parsed)
      throw CLI::ValidationError(name, parsed.error().message); // CLI11's way to refuse a value
    value = *parsed;
  };
  return app.add_option_function<std::string>(name, assign, help);
}

} // namespace

const char *engineName(EngineKind kind) {
  for (const auto &[name, value] : enginesByName)
    if (value == kind)
      return name.c_str();
  return "";
}

Result<EngineKind> parseEngine(const std::string &name) {
  auto found = enginesByName.find(name);
  if (found == enginesByName.end())
    return usage(fmt::format("engine `{}` is unknown; allowed are golden, systemc, rtl and lockstep", name));
  return found->second;
}

Result<std::pair<std::string, std::string>> parseSetting(const std::string &text) {
  size_t equals = text.find('=');
  size_t dot = text.find('.');
  if (equals == std::string::npos || dot == std::string::npos || dot > equals || equals + 1 == text.size())
    return usage(fmt::format(
        "--set `{}` is not of the form group.name=value, such as memory.latency_cycles=100", text));
  return std::make_pair(text.substr(0, equals), text.substr(equals + 1));
}

Result<Parameters> machineOf(const RunSpec &spec) {
  std::vector<std::pair<std::string, std::string>> overrides;
  for (const std::string &set : spec.sets) {
    auto setting = parseSetting(set);
    if (!setting)
      return setting.error();
    overrides.push_back(*setting);
  }
  return loadParameters(spec.hw, overrides);
}

Status checkRunSpec(const RunSpec &spec) {
  bool hasWaves = spec.engine == EngineKind::Rtl || spec.engine == EngineKind::Lockstep;
  if (!spec.wave_file.empty() && !hasWaves)
    return usage(fmt::format("--wave needs the engine rtl or lockstep, not {}", engineName(spec.engine)));
  if (spec.engine == EngineKind::Golden && spec.timing_only)
    return usage("--timing-only needs an engine with time: systemc, rtl or lockstep, not golden");
  if (spec.engine == EngineKind::Golden && !spec.trace_file.empty())
    return usage("--trace needs an engine with time: systemc, rtl or lockstep, not golden");
  return {};
}

void addMachineOptions(CLI::App &app, RunSpec &spec) {
  app.add_option("--hw", spec.hw, "The machine: a named configuration (`lockstep hw list`) or a YAML file")
      ->capture_default_str()
      ->type_name("NAME|FILE");
  app.add_option("--set", spec.sets,
                 "Change one parameter, such as memory.latency_cycles=100; may be repeated")
      ->type_name("GROUP.NAME=VALUE")
      ->allow_extra_args(false);
}

void addEngineOptions(CLI::App &app, RunSpec &spec, bool *reference) {
  auto parse = [&spec, reference](const std::string &name) -> Result<EngineKind> {
    if (!reference)
      return parseEngine(name);
    *reference = name == "reference";
    auto kind = *reference ? Result<EngineKind>(spec.engine) : parseEngine(name);
    return kind ? kind : Result<EngineKind>(usage(kind.error().message + "; reference for models"));
  };
  addNamed<EngineKind>(app, "--engine",
                       std::string(reference ? "reference (the CPU), " : "") +
                           "golden (untimed), systemc, rtl, or lockstep (systemc and rtl, compared)",
                       spec.engine, parse)
      ->default_str(engineName(spec.engine))
      ->type_name("NAME");
  app.add_flag("--timing-only", spec.timing_only, "The same cycles without computing values: far faster");
  app.add_option("--max-cycles", spec.max_cycles, "Stop with an error after that many cycles; 0: no limit")
      ->capture_default_str()
      ->type_name("CYCLES");
  addNamed<bool>(app, "--assertions", "Assertions of the RTL: on or off", spec.assertions, parseSwitch)
      ->default_str("on")
      ->type_name("on|off");
  app.add_option("--json", spec.json_file, "Write one object per row, keys as the table's columns")
      ->type_name("FILE");
  app.add_option("--trace", spec.trace_file, "Write a Perfetto trace: units, bursts, semaphores")
      ->type_name("FILE");
  app.add_option("--wave", spec.wave_file, "Write the RTL's waveform (FST)")->type_name("FILE");
}

} // namespace lockstep
