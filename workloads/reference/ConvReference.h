// The independent result of a convolution: computed by the CPU, compared with what a machine wrote.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "workloads/reference/CpuGemm.h"

#include <cstdint>
#include <string>

namespace lockstep {

/// Where the operands stand. Input and output are NHWC with the problem's pixel strides.
struct ConvOperands {
  const uint8_t *input = nullptr;
  const uint8_t *weights = nullptr;    // [groups, r, s, c, k]
  const int32_t *bias = nullptr;       // [groups k]; read if has_bias
  const int32_t *multiplier = nullptr; // [groups k]; read if per_channel
  const int32_t *shift = nullptr;      // [groups k]; read if per_channel
};

struct ConvComparison {
  bool equal = false;
  std::string difference; // one sentence if not equal: where, and both values
  uint64_t plain_pixels_checked =
      0; // output pixels (of a group) that plain loops confirmed element by element
  uint64_t freivalds_pixels_checked = 0; // output pixels (of a group) that Freivalds' test confirmed
  double onednn_seconds = 0;             // inside of oneDNN alone; 0 without it
  bool used_onednn = false;
  double seconds = 0;
};

/// Writes out the windows of a panel of output pixels as rows of a matrix and multiplies it by the weights of
/// each group (compareGemm: oneDNN, confirmed by Freivalds' test and sampled plain rows), panel by panel.
/// Expects checkConvProblem().
ConvComparison compareConv(const ConvProblem &problem, const ConvOperands &operands, const uint8_t *output,
                           const CpuGemmOptions &options = {});

} // namespace lockstep
