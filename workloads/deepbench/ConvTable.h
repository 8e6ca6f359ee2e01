// Tables of convolutions, by name: DeepBench's, and layers of the project's own choice.
#pragma once

#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// Input [n, h, w, c], k filters of r_filter_h x s_filter_w; every field at least 1, pads at least 0.
struct ConvTableRow {
  int64_t w = 0, h = 0, c = 0, n = 0, k = 0;
  int64_t s_filter_w = 0, r_filter_h = 0, pad_w = 0, pad_h = 0, wstride = 0, hstride = 0;
  int64_t groups = 1; // a column of its own, which may be missing; divides c and k
};

/// "deepbench/conv_inference_device", "deepbench/conv_inference_server", "deepbench/conv_train",
/// "layers/conv".
const std::vector<std::string> &convTables();
/// True if the name is meant as one of a table of convolutions: its last part begins with "conv".
bool isConvTable(const std::string &name);

/// The rows of a table in their order. Errors: Usage for an unknown name (with the names that there are);
/// System or Usage for a table that cannot be read (with file and line).
Result<std::vector<ConvTableRow>> readConvTable(const std::string &name);

/// The same from text with a header line; `origin` is what messages call the file.
Result<std::vector<ConvTableRow>> parseConvTable(const std::string &text, const std::string &origin);

} // namespace lockstep
