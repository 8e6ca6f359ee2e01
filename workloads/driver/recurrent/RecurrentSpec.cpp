#include "workloads/driver/recurrent/RecurrentSpec.h"

#include "workloads/driver/recurrent/RecurrentOptions.h"
#include "workloads/reference/StateProducts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lockstep {

namespace {

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

CellKind cellOf(const std::string &name) {
  return name == "lstm" ? CellKind::Lstm : name == "rnn" ? CellKind::Rnn : CellKind::Gru;
}

Status checkName(const char *what, const std::string &name, const std::vector<std::string> &allowed) {
  if (std::find(allowed.begin(), allowed.end(), name) != allowed.end())
    return {};
  return usage(fmt::format("recurrent: {} is `{}`; allowed are {}", what, name, fmt::join(allowed, ", ")));
}

Status checkRange(const char *what, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most)
    return {};
  return usage(fmt::format("recurrent: {} is {}; allowed is {} to {}", what, value, least, most));
}

int32_t clipOf(double clip) {
  if (clip == 0)
    return INT16_MAX;
  return static_cast<int32_t>(std::clamp(std::round(clip * 4096), 1.0, double(INT16_MAX)));
}

/// What the option's text says of an int8 output: 2^-7 of the state's range for each step.
uint32_t outputShiftOf(int64_t fractionBits) { return static_cast<uint32_t>(fractionBits); }

} // namespace

RecurrentSpec specOf(const RecurrentTableRow &row) {
  RecurrentSpec spec;
  spec.cell = row.type == "vanilla" ? "rnn" : row.type;
  spec.hidden = row.hidden, spec.batch = row.batch, spec.steps = row.timesteps;
  return spec;
}

RecurrentProblem problemOf(const RecurrentSpec &spec) {
  RecurrentProblem p;
  p.cell = cellOf(spec.cell);
  p.hidden = spec.hidden, p.batch = spec.batch, p.steps = spec.steps;
  p.linear_before_reset = spec.linear_before_reset, p.peepholes = spec.peepholes;
  p.reverse = spec.reverse, p.has_lengths = spec.lengths;
  p.initial_h = spec.initial_h, p.initial_c = spec.initial_c;
  p.state_int8 = spec.state == "int8";
  p.writes_y = spec.y, p.writes_y_h = spec.y_h, p.writes_y_c = spec.y_c;
  p.state_fraction_bits = static_cast<int>(spec.state_fraction_bits);
  p.cell_fraction_bits = static_cast<int>(spec.cell_fraction_bits);
  p.h_is_g = spec.state_fraction_bits == 15; // tanh to Q0.15 both
  p.clip = clipOf(spec.clip);
  // Half of the extreme layers have a shift with which scaled sums wrap around.
  p.shift = spec.values == "extreme" && spec.seed % 2 ? 24 : usualShift(p);
  p.output = spec.output == "int8" ? RecurrentOutput::Int8 : RecurrentOutput::Int16;
  p.output_zero_point = static_cast<int32_t>(spec.output_zero_point);
  p.output_shift = outputShiftOf(spec.state_fraction_bits);
  return p;
}

GemmProblem projectionOf(const RecurrentSpec &spec) {
  GemmProblem g;
  g.m = spec.steps * spec.batch, g.n = numGates(cellOf(spec.cell)) * spec.hidden;
  g.k = spec.input == 0 ? spec.hidden : spec.input;
  g.b_transposed = true, g.a_zero_point = spec.x_zero_point;
  g.output = GemmOutput::Int16, g.has_bias = g.per_column = true;
  return g;
}

RecurrentValueKind valueKindOf(const RecurrentSpec &spec) {
  return spec.values == "extreme" ? RecurrentValueKind::Extreme : RecurrentValueKind::Usual;
}

Status checkRecurrentSpec(const RecurrentSpec &spec, RecurrentPart part) {
  constexpr int64_t mostUnits = 1 << 16, mostSteps = 1 << 24;
  for (Status status :
       {checkName("cell", spec.cell, {"gru", "lstm", "rnn"}),
        checkName("state", spec.state, {"int8", "int16"}),
        checkName("output", spec.output, {"int8", "int16"}),
        checkName("values", spec.values, {"usual", "extreme"}),
        checkRange("hidden", spec.hidden, 1, mostUnits), checkRange("batch", spec.batch, 1, mostUnits),
        checkRange("steps", spec.steps, 1, mostSteps), checkRange("input", spec.input, 0, mostUnits),
        checkRange("state_fraction_bits", spec.state_fraction_bits, 8, 15),
        checkRange("cell_fraction_bits", spec.cell_fraction_bits, 8, 12),
        checkRange("x_zero_point", spec.x_zero_point, -128, 127),
        checkRange("output_zero_point", spec.output_zero_point, -128, 127)})
    if (!status)
      return status;
  if (!(spec.clip >= 0 && spec.clip < 1e6))
    return usage(fmt::format("recurrent: clip is {}; allowed is 0 (none) to 1000000", spec.clip));
  if (Status status = checkRecurrentProblem(problemOf(spec)); !status)
    return status;
  return part == RecurrentPart::Recurrent ? Status() : checkGemmProblem(projectionOf(spec));
}

uint64_t macsOf(const RecurrentSpec &spec) {
  const auto hidden = uint64_t(spec.hidden);
  return uint64_t(spec.steps) * uint64_t(spec.batch) * uint64_t(numGates(cellOf(spec.cell))) * hidden *
         hidden;
}

std::string labelOf(const RecurrentSpec &spec) {
  std::string text = fmt::format("{} {} b{} t{}", spec.cell, spec.hidden, spec.batch, spec.steps);
  const RecurrentSpec usual;
  for (const auto &[differs, name] :
       {std::pair<bool, const char *>{!spec.linear_before_reset, "reset-before"},
        {spec.peepholes, "peepholes"},
        {spec.reverse, "reverse"},
        {spec.lengths, "lengths"},
        {spec.initial_h || spec.initial_c, "initial"},
        {spec.state != usual.state, "int8-state"},
        {spec.output != usual.output, "int8-output"},
        {spec.clip != 0, "clip"}})
    if (differs)
      text += fmt::format(" {}", name);
  return text;
}

Row rowOf(const RecurrentSpec &spec) {
  Row row;
  row["label"] = labelOf(spec);
  forEachField(spec, [&](const char *key, const auto &value) { row[key] = value; });
  row["input"] = spec.input == 0 ? spec.hidden : spec.input;
  row["m"] = spec.steps * spec.batch;
  row["n"] = numGates(cellOf(spec.cell)) * spec.hidden;
  row["k"] = spec.hidden;
  return row;
}

const std::vector<Column> &recurrentColumns() {
  static const std::vector<Column> columns = {
      {"label", "layer", 20, Show::Text},
      {"steps_run", "steps", 6, Show::Integer},
      {"cycles", "cycles", 14, Show::Integer},
      {"bound_cycles", "bound", 14, Show::Integer},
      {"bound_percent", "% bound", 8, Show::Percent},
      {"layer_cycles", "whole layer", 14, Show::Integer},
      {"layer_bound_percent", "% bound", 8, Show::Percent},
      {"bytes_moved", "bytes", 6, Show::Bytes},
      {"program_bytes", "program", 7, Show::Integer},
      {"macs_per_second", "MAC/s", 6, Show::Rate},
      {"cycles_per_second", "cycle/s", 7, Show::Rate},
      {"bits_equal", "bits", 6, Show::YesNo},
      {"cycles_equal", "cyc.", 6, Show::YesNo},
      {"seconds", "s", 8, Show::Seconds},
  };
  return columns;
}

} // namespace lockstep
