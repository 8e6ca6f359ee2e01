// ZIP archives as far as .npz files need them: entries stored or deflated, sizes under 4 GiB, no encryption.
#pragma once

#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

struct ZipEntry {
  std::string name;
  std::string bytes; // unpacked
};

/// Entries in the order of the central directory, each checked against its CRC-32. Never allocates more than
/// deflate can unpack from the file's bytes. Errors (Usage): what is wrong; `origin` is what messages call
/// the archive.
Result<std::vector<ZipEntry>> unpackZip(const std::string &archive, const std::string &origin);

/// An archive with all entries deflated. The same entries give the same bytes. Errors (Usage): over 4 GiB.
Result<std::string> packZip(const std::vector<ZipEntry> &entries);

} // namespace lockstep
