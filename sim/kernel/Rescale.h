// Rows of int32 to rows of bytes: bias, rescale, zero point, saturation, clamp (manual, chapter "Numbers").
#pragma once

#include "hw/numbers/Numbers.h"
#include "sim/kernel/Kernel.h"

#include <cstddef>
#include <cstdint>

namespace lockstep {

constexpr size_t kMaxLanes = 128; // columns of the widest array

/// What happens to each lane of a row.
struct LaneScale {
  alignas(64) int32_t bias[kMaxLanes] = {};
  alignas(64) int32_t multiplier[kMaxLanes] = {};
  alignas(64) int32_t shift[kMaxLanes] = {}; // the low 6 bits count
  int32_t output_zero_point = 0;
  ElementType output_type = ElementType::Int8; // Int8, Uint8 or Int16
  int32_t clamp_minimum = 0;
  int32_t clamp_maximum = 0;
};

/// A block of rows and where its results go; strides in bytes, of any sign.
struct RescaleRows {
  const uint8_t *source = nullptr; // [num_rows, num_lanes] int32 little-endian, any alignment
  ptrdiff_t source_stride = 0;
  uint8_t *target = nullptr; // [num_rows, num_lanes] of the output type, little-endian
  ptrdiff_t target_stride = 0;
  size_t num_rows = 0;
  size_t num_lanes = 0;
};

/// Rows in order; no byte beyond num_lanes is written.
using RescaleFunction = void (*)(const RescaleRows &rows, const LaneScale &scale);

void rescaleRowsPlain(const RescaleRows &rows, const LaneScale &scale);
void rescaleRowsAvx512(const RescaleRows &rows, const LaneScale &scale);
RescaleFunction rescaleFunction(KernelIsa isa);

} // namespace lockstep
