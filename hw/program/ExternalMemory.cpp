#include "hw/program/ExternalMemory.h"

#include <sys/mman.h>

namespace lockstep {
namespace {

// Readable host bytes on either side of a region: a beat may begin before a region's first byte, too.
constexpr uint64_t kSpareBytes = 4096;

uint64_t mappedBytes(uint64_t size_bytes) { return size_bytes + 2 * kSpareBytes; }

/// First region byte of a fresh zero mapping, or null. Pages that nobody touches take no memory.
uint8_t *mapRegion(uint64_t size_bytes) {
  void *start = mmap(nullptr, mappedBytes(size_bytes), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return start == MAP_FAILED ? nullptr : static_cast<uint8_t *>(start) + kSpareBytes;
}

void unmapAll(const std::vector<Region> &list, const std::vector<uint8_t *> &bytes) {
  for (size_t i = 0; i < bytes.size(); ++i)
    munmap(bytes[i] - kSpareBytes, mappedBytes(list[i].size_bytes));
}

bool contains(const Region &region, uint64_t address, uint64_t size_bytes) {
  const uint64_t offset = address - region.address;
  return address >= region.address && offset <= region.size_bytes && size_bytes <= region.size_bytes - offset;
}

/// Both are known not to wrap around.
bool overlap(const Region &a, const Region &b) {
  return a.address < b.address ? b.address - a.address < a.size_bytes : a.address - b.address < b.size_bytes;
}

Error complain(const Region &region, const std::string &text) {
  return {ErrorKind::Program, "region " + region.name + " " + text};
}

} // namespace

ExternalMemory::~ExternalMemory() { unmapAll(list, bytes); }

ExternalMemory::ExternalMemory(ExternalMemory &&other) noexcept
    : list(std::move(other.list)), bytes(std::move(other.bytes)) {
  other.list.clear();
  other.bytes.clear();
}

ExternalMemory &ExternalMemory::operator=(ExternalMemory &&other) noexcept {
  std::swap(list, other.list);
  std::swap(bytes, other.bytes);
  return *this;
}

Status ExternalMemory::addRegion(const Region &region) {
  if (region.size_bytes == 0)
    return complain(region, "has no bytes; allowed is at least 1.");
  if (region.address + region.size_bytes - 1 < region.address)
    return complain(region, "wraps around the 64-bit address space.");
  for (const Region &other : list)
    if (overlap(region, other))
      return complain(region, "overlaps region " + other.name + "; regions are disjoint.");
  uint8_t *mapping = region.size_bytes >> 47 ? nullptr : mapRegion(region.size_bytes);
  if (!mapping)
    return Error{ErrorKind::System, "region " + region.name + " of " + std::to_string(region.size_bytes) +
                                        " bytes: the operating system gives no memory for it."};
  list.push_back(region);
  bytes.push_back(mapping);
  return {};
}

const uint8_t *ExternalMemory::find(uint64_t address, uint64_t size_bytes) const {
  for (size_t i = 0; i < list.size(); ++i)
    if (contains(list[i], address, size_bytes))
      return bytes[i] + (address - list[i].address);
  return nullptr;
}

uint8_t *ExternalMemory::find(uint64_t address, uint64_t size_bytes) {
  return const_cast<uint8_t *>(static_cast<const ExternalMemory *>(this)->find(address, size_bytes));
}

const Region *ExternalMemory::regionOf(uint64_t address, uint64_t size_bytes) const {
  for (const Region &region : list)
    if (contains(region, address, size_bytes))
      return &region;
  return nullptr;
}

} // namespace lockstep
