#include "hw/support/Files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace lockstep {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE *)>;

Error refused(const std::string &file, const char *what) {
  return {ErrorKind::System, file + ": the file cannot be " + what + " (" + std::strerror(errno) + ")."};
}

} // namespace

Result<std::vector<uint8_t>> readFileBytes(const std::string &file) {
  File stream(std::fopen(file.c_str(), "rb"), std::fclose);
  if (!stream)
    return refused(file, "opened");
  std::vector<uint8_t> bytes;
  uint8_t buffer[65536];
  while (const size_t count = std::fread(buffer, 1, sizeof buffer, stream.get()))
    bytes.insert(bytes.end(), buffer, buffer + count);
  if (std::ferror(stream.get()))
    return refused(file, "read");
  return bytes;
}

Status writeFileBytes(const std::string &file, const void *bytes, size_t size_bytes) {
  File stream(std::fopen(file.c_str(), "wb"), std::fclose);
  if (!stream)
    return refused(file, "opened for writing");
  if (std::fwrite(bytes, 1, size_bytes, stream.get()) != size_bytes || std::fclose(stream.release()) != 0)
    return refused(file, "written");
  return {};
}

} // namespace lockstep
