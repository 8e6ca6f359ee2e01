#include "sim/kernel/Rescale.h"

#include <cstring>

namespace lockstep {

namespace {

int32_t readInt32(const uint8_t *bytes) {
  int32_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

void writeElement(uint8_t *row, size_t lane, int32_t value, ElementType type) {
  const size_t size = type == ElementType::Int16 ? 2 : 1;
  std::memcpy(row + size * lane, &value, size);
}

Rescale laneRescale(const LaneScale &scale, size_t lane) {
  Rescale rescale;
  rescale.multiplier = scale.multiplier[lane];
  rescale.shift = static_cast<uint32_t>(scale.shift[lane]);
  rescale.output_zero_point = scale.output_zero_point;
  rescale.output_type = scale.output_type;
  rescale.clamp_minimum = scale.clamp_minimum;
  rescale.clamp_maximum = scale.clamp_maximum;
  return rescale;
}

} // namespace

void rescaleRowsPlain(const RescaleRows &rows, const LaneScale &scale) {
  for (size_t m = 0; m < rows.num_rows; ++m) {
    const uint8_t *source = rows.source + static_cast<ptrdiff_t>(m) * rows.source_stride;
    uint8_t *target = rows.target + static_cast<ptrdiff_t>(m) * rows.target_stride;
    for (size_t c = 0; c < rows.num_lanes; ++c)
      writeElement(
          target, c,
          rescaleToElement(wrapAdd32(readInt32(source + 4 * c), scale.bias[c]), laneRescale(scale, c)),
          scale.output_type);
  }
}

RescaleFunction rescaleFunction(KernelIsa isa) {
#if defined(__x86_64__)
  if (isa == KernelIsa::Avx512Vnni)
    return rescaleRowsAvx512;
#endif
  (void)isa;
  return rescaleRowsPlain;
}

} // namespace lockstep
