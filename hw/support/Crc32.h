// CRC-32 of IEEE 802.3: polynomial 0xedb88320 reflected, initial value and final xor 0xffffffff.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lockstep {

uint32_t crc32(const uint8_t *bytes, size_t size_bytes);

} // namespace lockstep
