#include "workloads/driver/gemm/GemmSpec.h"

#include "workloads/driver/support/RowReader.h"
#include "workloads/reference/GemmInputs.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace lockstep {

namespace {

constexpr uint64_t maxSize = uint64_t(1) << 24;

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

Status checkSize(const char *name, uint64_t size) {
  if (size >= 1 && size <= maxSize)
    return {};
  return usage(fmt::format("gemm: {} is {}; allowed is 1 to {}", name, size, maxSize));
}

Status checkType(const char *name, const std::string &type, const std::set<std::string> &allowed) {
  if (allowed.count(type))
    return {};
  return usage(fmt::format("gemm: {} is `{}`; allowed: {}", name, type, fmt::join(allowed, ", ")));
}

GemmElement elementOf(const std::string &type) {
  return type == "uint8" ? GemmElement::Uint8 : GemmElement::Int8;
}

GemmOutput outputOf(const std::string &type) {
  for (GemmOutput output : {GemmOutput::Uint8, GemmOutput::Int32, GemmOutput::Int16})
    if (type == elementTypeName(output))
      return output;
  return GemmOutput::Int8;
}

/// Calls visit(key, member) for every field that is written as it is.
template <typename Spec, typename Visit> void forEachField(Spec &spec, Visit &&visit) {
  visit("m", spec.m);
  visit("n", spec.n);
  visit("k", spec.k);
  visit("a_transposed", spec.a_transposed);
  visit("b_transposed", spec.b_transposed);
  visit("bias", spec.bias);
  visit("per_column", spec.per_column);
  visit("a_type", spec.a_type);
  visit("b_type", spec.b_type);
  visit("a_zero_point", spec.a_zero_point);
  visit("b_zero_point", spec.b_zero_point);
  visit("output", spec.output);
  visit("output_zero_point", spec.output_zero_point);
  visit("seed", spec.seed);
}

bool fits(const Row &value, const bool &) { return value.is_boolean(); }
bool fits(const Row &value, const std::string &) { return value.is_string(); }
bool fits(const Row &value, const uint64_t &) {
  return value.is_number_integer() && (value.is_number_unsigned() || value.get<int64_t>() >= 0);
}
bool fits(const Row &value, const int64_t &) { return value.is_number_integer(); }

} // namespace

uint64_t macsOf(const GemmSpec &spec) { return spec.m * spec.n * spec.k; }

uint64_t inputBytesOf(const GemmSpec &spec) { return spec.m * spec.k + spec.k * spec.n; }

uint64_t outputBytesOf(const GemmSpec &spec) {
  return spec.m * spec.n * uint64_t(elementBytes(outputOf(spec.output)));
}

Status checkGemmSpec(const GemmSpec &spec) {
  const std::set<std::string> operandTypes = {"int8", "uint8"},
                              outputTypes = {"int16", "int32", "int8", "uint8"};
  for (Status status :
       {checkType("a_type", spec.a_type, operandTypes), checkType("b_type", spec.b_type, operandTypes),
        checkType("output", spec.output, outputTypes)})
    if (!status)
      return status;
  for (Status status : {checkSize("m", spec.m), checkSize("n", spec.n), checkSize("k", spec.k)})
    if (!status)
      return status;
  return checkGemmProblem(problemOf(spec));
}

GemmProblem problemOf(const GemmSpec &spec) {
  GemmProblem problem;
  problem.m = int64_t(spec.m), problem.n = int64_t(spec.n), problem.k = int64_t(spec.k);
  problem.a_transposed = spec.a_transposed, problem.b_transposed = spec.b_transposed;
  problem.a_type = elementOf(spec.a_type), problem.b_type = elementOf(spec.b_type);
  problem.a_zero_point = spec.a_zero_point, problem.b_zero_point = spec.b_zero_point;
  problem.output = outputOf(spec.output);
  problem.has_bias = spec.bias, problem.per_column = spec.per_column;
  problem = withDefaultScale(problem);
  problem.output_zero_point = elementBytes(problem.output) == 1 ? spec.output_zero_point : 0;
  return problem;
}

std::string labelOf(const GemmSpec &spec) {
  return fmt::format("{}x{}x{}{}{}", spec.m, spec.n, spec.k, spec.a_transposed ? " At" : "",
                     spec.b_transposed ? " Bt" : "");
}

Row rowOf(const GemmSpec &spec) {
  Row row;
  forEachField(spec, [&](const char *key, const auto &value) { row[key] = value; });
  std::string transposes = std::string(spec.a_transposed ? "A" : "") + (spec.b_transposed ? "B" : "");
  row["transposes"] = transposes.empty() ? "-" : transposes;
  return row;
}

Result<GemmSpec> gemmSpecOf(const Row &row) {
  GemmSpec spec;
  RowReader reader("gemm", row, {"transposes"});
  forEachField(spec, reader);
  if (Status status = reader.status(); !status)
    return status.error();
  if (Status status = checkGemmSpec(spec); !status)
    return status.error();
  return spec;
}

const std::vector<Column> &gemmColumns() {
  static const std::vector<Column> columns = {
      {"m", "M", 6, Show::Integer},
      {"n", "N", 6, Show::Integer},
      {"k", "K", 7, Show::Integer},
      {"transposes", "T", 2, Show::Text},
      {"cycles", "cycles", 13, Show::Integer},
      {"bound_cycles", "bound", 13, Show::Integer},
      {"bound_percent", "% bound", 8, Show::Percent},
      {"macs_per_cycle", "MAC/cycle", 10, Show::Ratio},
      {"bytes_moved", "bytes", 8, Show::Bytes},
      {"macs_per_second", "MAC/s", 7, Show::Rate},
      {"cycles_per_second", "cycle/s", 7, Show::Rate},
      {"onednn_macs_per_second", "oneDNN", 7, Show::Rate},
      {"bits_equal", "bits", 5, Show::YesNo},
      {"cycles_equal", "cyc.", 5, Show::YesNo},
      {"seconds", "s", 8, Show::Seconds},
  };
  return columns;
}

void addGemmSizes(CLI::App &app, GemmSpec &spec) {
  app.add_option("-m", spec.m, "Rows of A and C")->required();
  app.add_option("-n", spec.n, "Columns of B and C")->required();
  app.add_option("-k", spec.k, "Columns of A, rows of B")->required();
  app.add_flag("--a-transposed", spec.a_transposed, "A is stored [k, m]");
  app.add_flag("--b-transposed", spec.b_transposed, "B is stored [n, k]");
}

void addGemmOptions(CLI::App &app, GemmSpec &spec) {
  app.add_option("--output", spec.output, "Type of C: int8, uint8, int16 (requantized) or int32")
      ->capture_default_str();
  app.add_option("--a-type", spec.a_type, "Type of A: int8 or uint8")->capture_default_str();
  app.add_option("--b-type", spec.b_type, "Type of B: int8 or uint8")->capture_default_str();
  app.add_option("--a-zero-point", spec.a_zero_point, "Subtracted from A")->capture_default_str();
  app.add_option("--b-zero-point", spec.b_zero_point, "Subtracted from B")->capture_default_str();
  app.add_option("--output-zero-point", spec.output_zero_point, "Added after the rescale")
      ->capture_default_str();
  app.add_flag("--bias", spec.bias, "Add an int32 bias for each column");
  app.add_flag("--per-column", spec.per_column, "Multiplier and shift for each column");
  app.add_option("--seed", spec.seed, "Seed of the operands' values")->capture_default_str();
}

} // namespace lockstep
