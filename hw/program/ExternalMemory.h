// The bytes outside of the machine: a few disjoint regions of a 64-bit address space.
#pragma once

#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// What a region holds; only Output and Workspace may be written by the machine.
enum class RegionKind : uint8_t { Program = 0, Constant = 1, Input = 2, Output = 3, Workspace = 4 };

struct Region {
  std::string name;
  uint64_t address = 0; // multiple of 64
  uint64_t size_bytes = 0;
  RegionKind kind = RegionKind::Input;
  bool writable() const { return kind == RegionKind::Output || kind == RegionKind::Workspace; }
};

/// Regions with their bytes, zero at first. Regions are few (a scan finds one); a region's bytes are contiguous.
/// Every region is followed by at least 4096 readable host bytes beyond its size, so that beats may be read whole.
class ExternalMemory {
public:
  ExternalMemory() = default;
  ~ExternalMemory();
  ExternalMemory(ExternalMemory &&) noexcept;
  ExternalMemory &operator=(ExternalMemory &&) noexcept;
  ExternalMemory(const ExternalMemory &) = delete;
  ExternalMemory &operator=(const ExternalMemory &) = delete;

  /// Errors: overlap with another region, zero size, wrap-around of the address, not enough host memory.
  Status addRegion(const Region &region);
  const std::vector<Region> &regions() const { return list; }

  /// Host bytes of [address, address + size), or null if they do not lie in one region.
  uint8_t *find(uint64_t address, uint64_t size_bytes);
  const uint8_t *find(uint64_t address, uint64_t size_bytes) const;
  /// The region that holds them, or null.
  const Region *regionOf(uint64_t address, uint64_t size_bytes) const;

private:
  std::vector<Region> list;
  std::vector<uint8_t *> bytes; // same order as list; mapped, so untouched pages cost nothing
};

} // namespace lockstep
