#include "sim/lockstep/MemoryDifference.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace lockstep {

namespace {

std::string hex(uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

/// Index of the first differing byte, or size.
uint64_t firstMismatch(const uint8_t *a, const uint8_t *b, uint64_t size) {
  constexpr uint64_t kBlock = 4096;
  uint64_t begin = 0;
  while (begin < size && memcmp(a + begin, b + begin, std::min(kBlock, size - begin)) == 0)
    begin += kBlock;
  begin = std::min(begin, size);
  return uint64_t(std::mismatch(a + begin, a + size, b + begin).first - a);
}

uint64_t elementBytes(const Symbol &symbol) {
  return symbol.element_type == "int32" ? 4 : symbol.element_type == "int16" ? 2 : 1;
}

uint64_t numElements(const Symbol &symbol) {
  uint64_t count = 1;
  for (uint64_t extent : symbol.shape)
    count *= extent;
  return count;
}

const Symbol *symbolAt(const Program &program, uint64_t address) {
  for (const Symbol &symbol : program.symbols)
    if (address >= symbol.address && address - symbol.address < numElements(symbol) * elementBytes(symbol))
      return &symbol;
  return nullptr;
}

/// "row 3, column 5 of c" for a matrix, "element [1, 3, 5] of c" for other shapes.
std::string place(const Symbol &symbol, uint64_t address) {
  uint64_t element = (address - symbol.address) / elementBytes(symbol);
  if (symbol.shape.size() == 2)
    return "row " + std::to_string(element / symbol.shape[1]) + ", column " +
           std::to_string(element % symbol.shape[1]) + " of " + symbol.name;
  std::string indices;
  for (size_t i = symbol.shape.size(); i-- > 0; element /= symbol.shape[i])
    indices = std::to_string(element % symbol.shape[i]) + (indices.empty() ? "" : ", ") + indices;
  return "element [" + indices + "] of " + symbol.name;
}

std::string values(int64_t a, int64_t b, const SideNames &names) {
  return " is " + std::to_string(a) + " in " + names.first + ", " + std::to_string(b) + " in " + names.second;
}

std::optional<Difference> compareLanes(const std::vector<uint8_t> &a, const std::vector<uint8_t> &b,
                                       uint64_t word_bytes, uint64_t lane_bytes, const std::string &memory,
                                       const SideNames &names) {
  if (a.empty() || b.empty())
    return {};
  const uint64_t index = firstMismatch(a.data(), b.data(), std::min(a.size(), b.size()));
  if (index == std::min(a.size(), b.size()))
    return {};
  const uint64_t lane = index / lane_bytes * lane_bytes;
  int64_t left = int8_t(a[lane]), right = int8_t(b[lane]);
  if (lane_bytes == 4) {
    int32_t wide[2];
    memcpy(&wide[0], &a[lane], 4);
    memcpy(&wide[1], &b[lane], 4);
    left = wide[0], right = wide[1];
  }
  return Difference{0, "lane " + std::to_string(lane % word_bytes / lane_bytes) + " of " + memory + " word " +
                           std::to_string(lane / word_bytes) + values(left, right, names)};
}

std::optional<Difference> compareTables(const std::vector<int16_t> &a, const std::vector<int16_t> &b,
                                        const SideNames &names) {
  if (a.size() != b.size())
    return Difference{0, "the number of table entries" + values(int64_t(a.size()), int64_t(b.size()), names)};
  const auto entry = size_t(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
  if (entry == a.size())
    return {};
  return Difference{0, "entry " + std::to_string(entry % kTableEntries) + " of table " +
                           std::to_string(entry / kTableEntries) + values(a[entry], b[entry], names)};
}

} // namespace

std::optional<Difference> compareMemories(const Program &program, const ExternalMemory &first,
                                          const ExternalMemory &second, const SideNames &names) {
  for (const Region &region : first.regions()) {
    const uint8_t *a = first.find(region.address, region.size_bytes);
    const uint8_t *b = second.find(region.address, region.size_bytes);
    if (!region.writable() || !b)
      continue;
    const uint64_t index = firstMismatch(a, b, region.size_bytes);
    if (index == region.size_bytes)
      continue;
    const Symbol *symbol = symbolAt(program, region.address + index);
    return Difference{0, "byte " + hex(index) + " of region " + region.name +
                             (symbol ? " (" + place(*symbol, region.address + index) + ")" : "") +
                             values(a[index], b[index], names)};
  }
  return {};
}

std::optional<Difference> compareOnChip(const Parameters &parameters, const OnChipState &first,
                                        const OnChipState &second, const SideNames &names) {
  if (auto difference = compareLanes(first.scratchpad, second.scratchpad, uint64_t(parameters.vectorBytes()),
                                     1, "scratchpad", names))
    return difference;
  if (auto difference = compareLanes(first.accumulator, second.accumulator,
                                     uint64_t(parameters.accumulatorWordBytes()), 4, "accumulator", names))
    return difference;
  const bool noValues = first.scratchpad.empty() || second.scratchpad.empty();
  return noValues ? std::nullopt : compareTables(first.tables, second.tables, names);
}

Result<ExternalMemory> copyMemory(const ExternalMemory &memory) {
  ExternalMemory copy;
  for (const Region &region : memory.regions()) {
    if (Status status = copy.addRegion(region); !status)
      return status.error();
    memcpy(copy.find(region.address, region.size_bytes), memory.find(region.address, region.size_bytes),
           region.size_bytes);
  }
  return copy;
}

} // namespace lockstep
