// Whole files as bytes, errors as values.
#pragma once

#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// All bytes of a file. Errors (System): it cannot be opened or read (a directory, say), with the system's
/// reason.
Result<std::vector<uint8_t>> readFileBytes(const std::string &file);

/// Replaces the file's contents. Errors (System): it cannot be written, with the system's reason.
Status writeFileBytes(const std::string &file, const void *bytes, size_t size_bytes);

} // namespace lockstep
