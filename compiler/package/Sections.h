// A file of tagged sections with checksums, as the program file's (manual, chapter "Program file"): header of
// 16 bytes (magic, version, number of sections, CRC-32 of everything after the header), then for each section
// tag, zero, size, CRC-32 of the payload, payload, zeros to a multiple of 8.
#pragma once

#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

struct Section {
  std::string tag; // 4 characters
  std::vector<uint8_t> payload;
};

std::vector<uint8_t> serializeSections(const std::string &magic, uint32_t version,
                                       const std::vector<Section> &sections);

/// Total: sections that serializeSections gives back as the same bytes, or an Error (Program) that says what
/// is wrong.
Result<std::vector<Section>> parseSections(const std::vector<uint8_t> &bytes, const std::string &magic,
                                           uint32_t version);

} // namespace lockstep
