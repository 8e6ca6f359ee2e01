#include "compiler/tensor/ZipArchive.h"

#include <fmt/format.h>
#include <zlib.h>

namespace lockstep {

namespace {

// Records of the format: signature, fixed bytes, and where their fields lie.
constexpr uint32_t localSignature = 0x04034b50, centralSignature = 0x02014b50, endSignature = 0x06054b50;
constexpr size_t localBytes = 30, centralBytes = 46, endBytes = 22, longestComment = 65535;
constexpr unsigned stored = 0, deflated = 8;
constexpr uint64_t largestSize = 0xfffffffe; // 0xffffffff stands for a 64-bit size elsewhere
// Deflate's best: 258 bytes from 2 bits.
constexpr uint64_t largestExpansion = 1032;

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

uint64_t number(const std::string &bytes, size_t offset, unsigned size) {
  uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i)
    value |= uint64_t(uint8_t(bytes[offset + i])) << (8 * i);
  return value;
}

void append(std::string &bytes, uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i)
    bytes += char(value >> (8 * i));
}

uint32_t checksum(const std::string &bytes) {
  return uint32_t(crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

/// Inflates or deflates as one piece; false unless exactly `to.size()` bytes come out (deflate: at most).
bool inflateRaw(const char *from, size_t size_bytes, std::string &to) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return false;
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(from));
  stream.avail_in = uInt(size_bytes);
  char nothing;
  stream.next_out = reinterpret_cast<Bytef *>(to.empty() ? &nothing : to.data());
  stream.avail_out = uInt(to.size());
  int code = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  return code == Z_STREAM_END && stream.total_out == to.size();
}

Result<std::string> deflateRaw(const std::string &from) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return Error{ErrorKind::System, "zlib has no memory to compress"};
  std::string to(deflateBound(&stream, uLong(from.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(from.data()));
  stream.avail_in = uInt(from.size());
  stream.next_out = reinterpret_cast<Bytef *>(to.data());
  stream.avail_out = uInt(to.size());
  deflate(&stream, Z_FINISH);
  to.resize(stream.total_out);
  deflateEnd(&stream);
  return to;
}

/// Offset of the end record, or npos.
size_t findEnd(const std::string &archive) {
  if (archive.size() < endBytes)
    return std::string::npos;
  size_t last = archive.size() - endBytes, first = last > longestComment ? last - longestComment : 0;
  for (size_t offset = last + 1; offset-- > first;)
    if (number(archive, offset, 4) == endSignature)
      return offset;
  return std::string::npos;
}

/// A row of the central directory.
struct Directory {
  std::string name;
  unsigned flags = 0, method = 0;
  uint32_t crc = 0;
  uint64_t packed_bytes = 0, unpacked_bytes = 0, local_offset = 0;
};

Result<std::vector<Directory>> readDirectory(const std::string &archive, const std::string &origin) {
  size_t end = findEnd(archive);
  if (end == std::string::npos)
    return usage(fmt::format("{}: not an .npz file (a ZIP archive), or cut off", origin));
  std::vector<Directory> rows;
  size_t offset = number(archive, end + 16, 4);
  for (uint64_t count = number(archive, end + 10, 2); count > 0; --count) {
    if (offset > end || end - offset < centralBytes || number(archive, offset, 4) != centralSignature)
      return usage(fmt::format("{}: its directory is damaged at byte {}", origin, offset));
    uint64_t name = number(archive, offset + 28, 2),
             rest = number(archive, offset + 30, 2) + number(archive, offset + 32, 2);
    if (end - offset - centralBytes < name + rest)
      return usage(fmt::format("{}: its directory is damaged at byte {}", origin, offset));
    rows.push_back({archive.substr(offset + centralBytes, name), unsigned(number(archive, offset + 8, 2)),
                    unsigned(number(archive, offset + 10, 2)), uint32_t(number(archive, offset + 16, 4)),
                    number(archive, offset + 20, 4), number(archive, offset + 24, 4),
                    number(archive, offset + 42, 4)});
    offset += centralBytes + name + rest;
  }
  return rows;
}

/// Where an entry's packed bytes begin; npos if its local record or its bytes do not lie in the archive.
size_t packedOffset(const std::string &archive, const Directory &row) {
  if (row.local_offset > archive.size() || archive.size() - row.local_offset < localBytes ||
      number(archive, row.local_offset, 4) != localSignature)
    return std::string::npos;
  uint64_t offset = row.local_offset + localBytes + number(archive, row.local_offset + 26, 2) +
                    number(archive, row.local_offset + 28, 2);
  return offset <= archive.size() && row.packed_bytes <= archive.size() - offset ? offset : std::string::npos;
}

Result<ZipEntry> unpackEntry(const std::string &archive, const Directory &row, const std::string &origin) {
  auto wrong = [&](const std::string &what) {
    return usage(fmt::format("{}: entry {}: {}", origin, row.name, what));
  };
  if ((row.flags & 1) != 0 || (row.method != stored && row.method != deflated))
    return wrong("encrypted or packed by another method than deflate");
  if (row.packed_bytes > largestSize || row.unpacked_bytes > largestSize)
    return wrong("over 4 GiB, which is the limit of an .npz file here");
  size_t offset = packedOffset(archive, row);
  if (offset == std::string::npos)
    return wrong("its bytes do not lie in the file");
  ZipEntry entry{row.name, {}};
  if (row.method == stored) {
    entry.bytes = archive.substr(offset, row.packed_bytes);
  } else {
    if (row.unpacked_bytes > row.packed_bytes * largestExpansion)
      return wrong("it cannot unpack to so many bytes as it says");
    entry.bytes.resize(row.unpacked_bytes);
    if (!inflateRaw(archive.data() + offset, row.packed_bytes, entry.bytes))
      return wrong("its packed bytes are damaged");
  }
  if (entry.bytes.size() != row.unpacked_bytes || checksum(entry.bytes) != row.crc)
    return wrong("its bytes do not have the checksum that the archive states");
  return entry;
}

/// What local and central records have in common, from the version on.
std::string commonFields(const ZipEntry &entry, uint64_t packed_bytes) {
  constexpr unsigned version = 20, firstOfJanuary1980 = 0x21;
  std::string fields;
  append(fields, version, 2);
  append(fields, 0, 2);
  append(fields, deflated, 2);
  append(fields, 0, 2);
  append(fields, firstOfJanuary1980, 2);
  append(fields, checksum(entry.bytes), 4);
  append(fields, packed_bytes, 4);
  append(fields, entry.bytes.size(), 4);
  append(fields, entry.name.size(), 2);
  append(fields, 0, 2);
  return fields;
}

void appendEnd(std::string &archive, size_t count, const std::string &directory) {
  size_t offset = archive.size();
  archive += directory;
  append(archive, endSignature, 4);
  append(archive, 0, 4);
  append(archive, count, 2);
  append(archive, count, 2);
  append(archive, directory.size(), 4);
  append(archive, offset, 4);
  append(archive, 0, 2);
}

} // namespace

Result<std::vector<ZipEntry>> unpackZip(const std::string &archive, const std::string &origin) {
  auto directory = readDirectory(archive, origin);
  if (!directory)
    return directory.error();
  // Entries that share bytes would multiply what the file justifies.
  uint64_t packed_bytes = 0, directory_offset = number(archive, findEnd(archive) + 16, 4);
  std::vector<ZipEntry> entries;
  for (const Directory &row : *directory) {
    packed_bytes += row.packed_bytes;
    if (packed_bytes > directory_offset)
      return usage(fmt::format("{}: its entries overlap", origin));
    auto entry = unpackEntry(archive, row, origin);
    if (!entry)
      return entry.error();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

Result<std::string> packZip(const std::vector<ZipEntry> &entries) {
  std::string archive, directory;
  for (const ZipEntry &entry : entries) {
    uint64_t offset = archive.size();
    if (entry.bytes.size() > largestSize || offset > largestSize)
      return usage(fmt::format("{}: over 4 GiB, which is the limit of an .npz file here", entry.name));
    auto packed = deflateRaw(entry.bytes);
    if (!packed)
      return packed.error();
    std::string fields = commonFields(entry, packed->size());
    append(archive, localSignature, 4);
    archive += fields + entry.name + *packed;
    append(directory, centralSignature, 4);
    append(directory, 20, 2);
    directory += fields;
    append(directory, 0, 8); // comment, disk, attributes
    append(directory, 0, 2);
    append(directory, offset, 4);
    directory += entry.name;
  }
  if (archive.size() > largestSize || entries.size() > 65534)
    return usage("an .npz file holds at most 65,534 arrays and 4 GiB here");
  appendEnd(archive, entries.size(), directory);
  return archive;
}

} // namespace lockstep
