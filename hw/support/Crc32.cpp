#include "hw/support/Crc32.h"

#include <array>

namespace lockstep {

static std::array<uint32_t, 256> makeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit)
      remainder = remainder >> 1 ^ (remainder & 1 ? 0xedb88320u : 0);
    table[byte] = remainder;
  }
  return table;
}

uint32_t crc32(const uint8_t *bytes, size_t size_bytes) {
  static const std::array<uint32_t, 256> table = makeTable();
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < size_bytes; ++i)
    crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 255];
  return ~crc;
}

} // namespace lockstep
