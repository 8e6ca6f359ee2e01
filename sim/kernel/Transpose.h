// Turning a block of bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lockstep {

/// target[c * targetStride + r] = source[r * sourceStride + c] for r < rows, c < columns; strides in bytes,
/// of any sign. Columns take effect in ascending order, so where the target stride is 0 the last one stays.
/// Source and target do not overlap. No other byte is read or written.
void transposeBytes(const uint8_t *source, ptrdiff_t sourceStride, uint8_t *target, ptrdiff_t targetStride,
                    size_t rows, size_t columns);

} // namespace lockstep
