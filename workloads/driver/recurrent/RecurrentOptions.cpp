#include "workloads/driver/recurrent/RecurrentOptions.h"

#include "workloads/driver/support/RowReader.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace lockstep {

namespace {

/// "--linear-before-reset" of the key linear_before_reset.
std::string optionOf(std::string key) {
  std::replace(key.begin(), key.end(), '_', '-');
  return "--" + key;
}

const std::map<std::string, std::string> &helpByKey() {
  static const std::map<std::string, std::string> help = {
      {"cell", "gru, lstm or rnn"},
      {"hidden", "Units of the state"},
      {"batch", "Sequences"},
      {"steps", "Steps of time"},
      {"input", "Features of the whole layer's input; 0: as many as hidden"},
      {"linear_before_reset", "GRU: the reset gate after the product (1, cuDNN) or before it (0)"},
      {"peepholes", "LSTM: gates see the cell"},
      {"reverse", "From the last step to the first"},
      {"lengths", "A length of its own for each sequence"},
      {"initial_h", "An initial state from memory"},
      {"initial_c", "LSTM: an initial cell from memory"},
      {"y", "Write the state of every step (1) or not (0)"},
      {"y_h", "Write the last state (1) or not (0)"},
      {"y_c", "LSTM: write the last cell (1) or not (0)"},
      {"state", "Type of the state as an operand: int16 (two passes) or int8"},
      {"output", "Type of y and y_h: int16 or int8"},
      {"values", "Weights and inputs: usual, or extreme ones alone"},
      {"state_fraction_bits", "Fraction bits of the state"},
      {"cell_fraction_bits", "LSTM: fraction bits of the cell, 8 to 12"},
      {"clip", "Bound of the functions' arguments; 0: none"},
      {"x_zero_point", "Subtracted from the whole layer's input"},
      {"output_zero_point", "Added to int8 outputs"},
      {"seed", "Seed of all values"},
  };
  return help;
}

std::string textOf(const std::string &value) { return value; }
std::string textOf(bool value) { return value ? "1" : "0"; }
template <typename Number> std::string textOf(Number value) { return fmt::format("{}", value); }

/// On by default, or flags that turn something on.
bool isFlag(const std::string &key) {
  return key == "peepholes" || key == "reverse" || key == "lengths" || key == "initial_h" ||
         key == "initial_c";
}

template <typename Value> void addOption(CLI::App &app, const std::string &key, Value &value) {
  app.add_option(optionOf(key), value, helpByKey().at(key))->capture_default_str();
}
void addOption(CLI::App &app, const std::string &key, bool &value) {
  if (isFlag(key))
    app.add_flag(optionOf(key), value, helpByKey().at(key));
  else
    app.add_option(optionOf(key), value, helpByKey().at(key))->default_str(textOf(value))->type_name("0|1");
}

bool isSize(const std::string &key) {
  return key == "cell" || key == "hidden" || key == "batch" || key == "steps";
}

} // namespace

Result<RecurrentSpec> recurrentSpecOf(const Row &row) {
  RecurrentSpec spec;
  RowReader reader("recurrent", row, {"label", "m", "n", "k"});
  forEachField(spec, reader);
  if (Status status = reader.status(); !status)
    return status.error();
  if (Status status = checkRecurrentSpec(spec, RecurrentPart::Recurrent); !status)
    return status.error();
  return spec;
}

std::string commandOf(const RecurrentSpec &spec) {
  std::map<std::string, std::string> usual;
  const RecurrentSpec defaults;
  forEachField(defaults, [&](const char *key, const auto &value) { usual[key] = textOf(value); });
  std::string text;
  forEachField(spec, [&](const char *key, const auto &value) {
    const std::string shown = textOf(value);
    if (isSize(key) || shown != usual[key])
      text += (text.empty() ? "" : " ") + optionOf(key) + (isFlag(key) ? "" : " " + shown);
  });
  return text;
}

Result<RecurrentSpec> recurrentSpecOfCommand(const std::string &options) {
  RecurrentSpec spec;
  CLI::App app;
  addRecurrentSizes(app, spec);
  addRecurrentVariants(app, spec);
  try {
    app.parse(options);
  } catch (const CLI::ParseError &error) { // CLI11's way to refuse a command line
    return Error{ErrorKind::Usage, error.what()};
  }
  return spec;
}

void addRecurrentSizes(CLI::App &app, RecurrentSpec &spec) {
  forEachField(spec, [&](const char *key, auto &value) {
    if (isSize(key))
      addOption(app, key, value);
  });
}

void addRecurrentVariants(CLI::App &app, RecurrentSpec &spec) {
  forEachField(spec, [&](const char *key, auto &value) {
    if (!isSize(key))
      addOption(app, key, value);
  });
}

const char *partName(RecurrentPart part) {
  return part == RecurrentPart::Recurrent ? "recurrent" : part == RecurrentPart::Layer ? "layer" : "both";
}

void addPartOption(CLI::App &app, RecurrentPart &part) {
  static const std::map<std::string, RecurrentPart> parts = {{"recurrent", RecurrentPart::Recurrent},
                                                             {"layer", RecurrentPart::Layer},
                                                             {"both", RecurrentPart::Both}};
  auto assign = [&part](const std::string &name) {
    const auto found = parts.find(name);
    if (found == parts.end())
      throw CLI::ValidationError("--part",
                                 fmt::format("`{}` is unknown; allowed are recurrent, layer and both", name));
    part = found->second;
  };
  const auto isUsual = [&part](const auto &entry) { return entry.second == part; };
  app.add_option_function<std::string>("--part", assign,
                                       "recurrent: over given projections of the input; layer: with the "
                                       "projection; both: a program for each")
      ->type_name("NAME")
      ->default_str(std::find_if(parts.begin(), parts.end(), isUsual)->first);
}

} // namespace lockstep
