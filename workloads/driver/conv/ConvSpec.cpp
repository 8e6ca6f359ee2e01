#include "workloads/driver/conv/ConvSpec.h"

#include "workloads/reference/GemmInputs.h"

#include <fmt/format.h>

namespace lockstep {

namespace {

uint64_t countOf(int64_t value) { return static_cast<uint64_t>(value); }

/// One text for both directions if they are the same.
std::string both(int64_t vertical, int64_t horizontal) {
  return vertical == horizontal ? fmt::format("{}", vertical) : fmt::format("{}x{}", vertical, horizontal);
}

int64_t tapsOf(const ConvTableRow &s) { return s.r_filter_h * s.s_filter_w * (s.c / s.groups); }

} // namespace

ConvProblem problemOf(const ConvSpec &spec) {
  const ConvTableRow &s = spec.shape;
  ConvProblem p;
  p.batch = s.n, p.in_height = s.h, p.in_width = s.w, p.groups = s.groups;
  p.in_channels = s.c / s.groups, p.out_channels = s.k / s.groups;
  p.kernel_height = s.r_filter_h, p.kernel_width = s.s_filter_w;
  p.stride_h = s.hstride, p.stride_w = s.wstride;
  p.pad_top = p.pad_bottom = s.pad_h, p.pad_left = p.pad_right = s.pad_w;
  p.input_zero_point = spec.options.a_zero_point, p.weight_zero_point = spec.options.b_zero_point;
  p.output = spec.options.output == "int32"   ? GemmOutput::Int32
             : spec.options.output == "uint8" ? GemmOutput::Uint8
                                              : GemmOutput::Int8;
  p.has_bias = spec.options.bias, p.per_channel = spec.options.per_column;
  const GemmScale scale = scaleFor(countOf(tapsOf(s)));
  p.multiplier = scale.multiplier, p.shift = scale.shift;
  p.output_zero_point = spec.options.output_zero_point;
  return p;
}

Status checkConvSpec(const ConvSpec &spec) {
  for (const std::string &type : {spec.options.a_type, spec.options.b_type})
    if (type != "int8")
      return Error{ErrorKind::Usage,
                   fmt::format("convolution: an operand's type is `{}`; allowed is int8", type)};
  return checkConvProblem(problemOf(spec));
}

uint64_t macsOf(const ConvSpec &spec) {
  const ConvProblem p = problemOf(spec);
  return countOf(p.batch * p.outHeight() * p.outWidth() * spec.shape.k) * countOf(tapsOf(spec.shape));
}

uint64_t inputBytesOf(const ConvSpec &spec) {
  return countOf(spec.shape.n * spec.shape.h * spec.shape.w * spec.shape.c);
}

uint64_t weightBytesOf(const ConvSpec &spec) { return countOf(tapsOf(spec.shape) * spec.shape.k); }

uint64_t outputBytesOf(const ConvSpec &spec) {
  const ConvProblem p = problemOf(spec);
  return countOf(p.batch * p.outHeight() * p.outWidth() * spec.shape.k) *
         (p.output == GemmOutput::Int32 ? 4 : 1);
}

std::string labelOf(const ConvSpec &spec) {
  const ConvTableRow &s = spec.shape;
  return fmt::format("{}x{}x{}x{} {}x{} s{} p{} k{}{}", s.n, s.h, s.w, s.c, s.r_filter_h, s.s_filter_w,
                     both(s.hstride, s.wstride), both(s.pad_h, s.pad_w), s.k,
                     s.groups == 1 ? "" : fmt::format(" g{}", s.groups));
}

Row rowOf(const ConvSpec &spec) {
  const ConvTableRow &s = spec.shape;
  const ConvProblem p = problemOf(spec);
  Row row;
  row["label"] = labelOf(spec);
  row["w"] = s.w, row["h"] = s.h, row["c"] = s.c;
  row["batch"] = s.n, row["filters"] = s.k;
  row["s_filter_w"] = s.s_filter_w, row["r_filter_h"] = s.r_filter_h;
  row["pad_w"] = s.pad_w, row["pad_h"] = s.pad_h;
  row["wstride"] = s.wstride, row["hstride"] = s.hstride, row["groups"] = s.groups;
  row["m"] = p.batch * p.outHeight() * p.outWidth();
  row["n"] = s.k;
  row["k"] = tapsOf(s);
  row["output"] = spec.options.output;
  row["bias"] = spec.options.bias;
  row["per_channel"] = spec.options.per_column;
  row["input_zero_point"] = p.input_zero_point;
  row["weight_zero_point"] = p.weight_zero_point;
  row["output_zero_point"] = p.output_zero_point;
  row["seed"] = spec.options.seed;
  return row;
}

const std::vector<Column> &convColumns() {
  static const std::vector<Column> columns = {
      {"label", "convolution", 36, Show::Text},
      {"mapping", "mapping", 22, Show::Text},
      {"cycles", "cycles", 11, Show::Integer},
      {"bound_cycles", "bound", 11, Show::Integer},
      {"bound_percent", "% bound", 8, Show::Percent},
      {"macs_per_cycle", "MAC/cycle", 10, Show::Ratio},
      {"bytes_moved", "bytes", 8, Show::Bytes},
      {"macs_per_second", "MAC/s", 7, Show::Rate},
      {"cycles_per_second", "cycle/s", 7, Show::Rate},
      {"bits_equal", "bits", 6, Show::YesNo},
      {"cycles_equal", "cyc.", 6, Show::YesNo},
      {"compile_seconds", "compile", 8, Show::Seconds},
      {"seconds", "s", 8, Show::Seconds},
  };
  return columns;
}

} // namespace lockstep
