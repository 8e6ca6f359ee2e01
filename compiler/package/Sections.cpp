#include "compiler/package/Sections.h"

#include "hw/support/Crc32.h"
#include "hw/support/Text.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr size_t kHeaderBytes = 16, kSectionHeaderBytes = 20, kAlignment = 8;

Error problem(std::string text) { return {ErrorKind::Program, std::move(text)}; }

template <typename T> void put(std::vector<uint8_t> &bytes, T value) {
  for (unsigned i = 0; i < sizeof(T); ++i)
    bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

template <typename T> T get(const uint8_t *bytes) {
  T value = 0;
  for (unsigned i = 0; i < sizeof(T); ++i)
    value |= static_cast<T>(bytes[i]) << (8 * i);
  return value;
}

size_t paddingAfter(size_t position) { return (kAlignment - position % kAlignment) % kAlignment; }

/// Reads the section at `position` and moves behind its padding.
Result<Section> readSection(const std::vector<uint8_t> &bytes, size_t &position) {
  const size_t left = bytes.size() - position;
  const uint8_t *header = bytes.data() + position;
  if (left < kSectionHeaderBytes)
    return problem("the file ends within the header of a section");
  Section section;
  section.tag.assign(header, header + 4);
  const std::string name = "section '" + quotable(section.tag) + "'";
  const uint64_t size = get<uint64_t>(header + 8);
  if (get<uint32_t>(header + 4) != 0)
    return problem(name + " has flags; none are allowed in version 1");
  if (size > left - kSectionHeaderBytes)
    return problem(name + " is truncated: its size is beyond the end of the file");
  const uint8_t *payload = header + kSectionHeaderBytes;
  if (crc32(payload, size) != get<uint32_t>(header + 16))
    return problem(name + " is corrupted: its checksum differs");
  section.payload.assign(payload, payload + size);
  position += kSectionHeaderBytes + size;
  for (size_t padding = paddingAfter(position); padding > 0; --padding, ++position)
    if (position >= bytes.size() || bytes[position] != 0)
      return problem(name + " is not followed by zeros up to a multiple of 8 bytes");
  return section;
}

Status checkHeader(const std::vector<uint8_t> &bytes, const std::string &magic, uint32_t version) {
  if (bytes.size() < kHeaderBytes || !std::equal(magic.begin(), magic.end(), bytes.begin()))
    return problem("it does not begin with " + magic + " and a header of 16 bytes");
  const uint32_t found = get<uint32_t>(bytes.data() + 4);
  if (found != version)
    return problem("it is of version " + std::to_string(found) + "; allowed is " + std::to_string(version));
  if (crc32(bytes.data() + kHeaderBytes, bytes.size() - kHeaderBytes) != get<uint32_t>(bytes.data() + 12))
    return problem("it is truncated or corrupted: its checksum differs");
  return {};
}

} // namespace

std::vector<uint8_t> serializeSections(const std::string &magic, uint32_t version,
                                       const std::vector<Section> &sections) {
  std::vector<uint8_t> body;
  for (const Section &section : sections) {
    body.insert(body.end(), section.tag.begin(), section.tag.end());
    put(body, uint32_t{0});
    put(body, uint64_t{section.payload.size()});
    put(body, crc32(section.payload.data(), section.payload.size()));
    body.insert(body.end(), section.payload.begin(), section.payload.end());
    body.resize(body.size() + paddingAfter(body.size()));
  }
  std::vector<uint8_t> file(magic.begin(), magic.end());
  put(file, version);
  put(file, static_cast<uint32_t>(sections.size()));
  put(file, crc32(body.data(), body.size()));
  file.insert(file.end(), body.begin(), body.end());
  return file;
}

Result<std::vector<Section>> parseSections(const std::vector<uint8_t> &bytes, const std::string &magic,
                                           uint32_t version) {
  if (Status status = checkHeader(bytes, magic, version); !status)
    return status.error();
  std::vector<Section> sections;
  const uint32_t count = get<uint32_t>(bytes.data() + 8);
  size_t position = kHeaderBytes;
  for (uint32_t i = 0; i < count; ++i) {
    Result<Section> section = readSection(bytes, position);
    if (!section)
      return section.error();
    sections.push_back(std::move(*section));
  }
  if (position != bytes.size())
    return problem(std::to_string(bytes.size() - position) + " bytes follow the last section");
  return sections;
}

} // namespace lockstep
