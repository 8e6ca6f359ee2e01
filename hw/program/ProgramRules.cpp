// What makes a program structurally valid (manual, "Program file"), whatever its instructions do.
#include "hw/program/ProgramRules.h"

#include "hw/support/Text.h"

#include <algorithm>
#include <set>

namespace lockstep {
namespace {

Error complain(const std::string &what, const std::string &name, const std::string &text) {
  return {ErrorKind::Program, what + " '" + quotable(name) + "' " + text};
}

std::string number(uint64_t value) { return std::to_string(value); }

bool wrapsAround(const Region &region) { return region.address + (region.size_bytes - 1) < region.address; }

Status checkName(const std::string &what, const std::string &name, std::set<std::string> &seen) {
  if (name.empty() || name.size() > kMaxNameBytes)
    return complain(what, name, "has a name of " + number(name.size()) + " bytes; allowed is 1 to 255.");
  if (!seen.insert(name).second)
    return complain(what, name, "is there twice; names are unique.");
  return {};
}

Status checkRegion(const Region &region) {
  if (static_cast<unsigned>(region.kind) >= kNumRegionKinds)
    return complain("region", region.name,
                    "is of kind " + number(static_cast<unsigned>(region.kind)) + "; allowed is 0 to " +
                        number(kNumRegionKinds - 1) + ".");
  if (region.address % 64 != 0)
    return complain("region", region.name,
                    "begins at " + number(region.address) + "; allowed are multiples of 64.");
  if (region.size_bytes == 0 || region.size_bytes > kMaxRegionBytes || wrapsAround(region))
    return complain("region", region.name,
                    "has " + number(region.size_bytes) + " bytes at address " + number(region.address) +
                        "; allowed is 1 to 2^40 without wrap-around.");
  return {};
}

/// Regions in the order of their addresses; null where two overlap.
Status checkDisjoint(std::vector<Region> sorted) {
  std::sort(sorted.begin(), sorted.end(),
            [](const Region &a, const Region &b) { return a.address < b.address; });
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i].address - sorted[i - 1].address < sorted[i - 1].size_bytes)
      return complain("region", sorted[i].name,
                      "overlaps region '" + quotable(sorted[i - 1].name) + "'; regions are disjoint.");
  return {};
}

Status checkRegions(const std::vector<Region> &regions) {
  if (regions.size() > kMaxRegions)
    return Error{ErrorKind::Program,
                 number(regions.size()) + " regions are too many; allowed is at most 65536."};
  std::set<std::string> names;
  uint64_t total = 0;
  for (const Region &region : regions) {
    if (Status status = checkName("region", region.name, names); !status)
      return status;
    if (Status status = checkRegion(region); !status)
      return status;
    total += region.size_bytes; // at most 2^16 * 2^40
  }
  if (total > kMaxRegionBytes)
    return Error{ErrorKind::Program, "the regions have " + number(total) + " bytes; allowed is 2^40 in all."};
  return checkDisjoint(regions);
}

/// Finds regions by address in a logarithmic number of steps; the regions are known to be disjoint.
class RegionIndex {
public:
  explicit RegionIndex(const std::vector<Region> &regions) {
    for (const Region &region : regions)
      sorted.push_back(&region);
    std::sort(sorted.begin(), sorted.end(),
              [](const Region *a, const Region *b) { return a->address < b->address; });
  }

  const Region *find(uint64_t address, uint64_t size_bytes) const {
    auto after =
        std::upper_bound(sorted.begin(), sorted.end(), address,
                         [](uint64_t wanted, const Region *region) { return wanted < region->address; });
    if (after == sorted.begin())
      return nullptr;
    const Region *region = *(after - 1);
    const uint64_t offset = address - region->address;
    return offset <= region->size_bytes && size_bytes <= region->size_bytes - offset ? region : nullptr;
  }

private:
  std::vector<const Region *> sorted;
};

Status checkSymbol(const Symbol &symbol, const RegionIndex &index) {
  const uint64_t elementBytes = elementSizeBytes(symbol.element_type);
  if (elementBytes == 0)
    return complain("symbol", symbol.name,
                    "has element type '" + quotable(symbol.element_type) +
                        "'; allowed are int8, uint8, int16 and int32.");
  if (symbol.shape.size() > kMaxRank)
    return complain("symbol", symbol.name,
                    "has rank " + number(symbol.shape.size()) + "; allowed is at most 8.");
  uint64_t size = elementBytes;
  for (uint64_t dimension : symbol.shape) {
    if (dimension == 0 || dimension > kMaxRegionBytes / size)
      return complain("symbol", symbol.name,
                      "has dimension " + number(dimension) +
                          "; allowed is at least 1, and 2^40 bytes in all.");
    size *= dimension;
  }
  if (!index.find(symbol.address, size))
    return complain("symbol", symbol.name,
                    "of " + number(size) + " bytes at address " + number(symbol.address) +
                        " does not lie in one region.");
  return {};
}

Status checkSymbols(const std::vector<Symbol> &symbols, const RegionIndex &index) {
  if (symbols.size() > kMaxSymbols)
    return Error{ErrorKind::Program,
                 number(symbols.size()) + " symbols are too many; allowed is at most 65536."};
  std::set<std::string> names;
  for (const Symbol &symbol : symbols) {
    if (Status status = checkName("symbol", symbol.name, names); !status)
      return status;
    if (Status status = checkSymbol(symbol, index); !status)
      return status;
  }
  return {};
}

Status checkData(const std::vector<DataBlock> &blocks, const RegionIndex &index) {
  for (const DataBlock &block : blocks)
    if (!index.find(block.address, block.bytes.size()))
      return Error{ErrorKind::Program, "the data block of " + number(block.bytes.size()) +
                                           " bytes at address " + number(block.address) +
                                           " does not lie in one region."};
  return {};
}

Status checkCode(const Program &program, const RegionIndex &index) {
  const uint64_t count = program.instructions.size();
  if (count == 0 || count > kMaxInstructions)
    return Error{ErrorKind::Program, "the program has " + number(count) + " instructions; allowed is 1 to " +
                                         number(kMaxInstructions) + "."};
  if (program.program_address % 64 != 0)
    return Error{ErrorKind::Program,
                 "program_address is " + number(program.program_address) + "; allowed are multiples of 64."};
  const Region *region = index.find(program.program_address, count * kInstructionBytes);
  if (!region || region->kind != RegionKind::Program)
    return Error{ErrorKind::Program, "the " + number(count) + " instructions at program_address " +
                                         number(program.program_address) +
                                         " do not lie in one region of kind program."};
  return {};
}

} // namespace

uint64_t elementSizeBytes(const std::string &element_type) {
  if (element_type == "int8" || element_type == "uint8")
    return 1;
  return element_type == "int16" ? 2 : element_type == "int32" ? 4 : 0;
}

const std::vector<std::string> &regionKindNames() {
  static const std::vector<std::string> names = {"program", "constant", "input", "output", "workspace"};
  return names;
}

Status checkStructure(const Program &program) {
  if (Status status = checkParameters(program.parameters); !status)
    return status;
  if (Status status = checkRegions(program.regions); !status)
    return status;
  const RegionIndex index(program.regions);
  if (Status status = checkSymbols(program.symbols, index); !status)
    return status;
  if (Status status = checkData(program.data, index); !status)
    return status;
  return checkCode(program, index);
}

} // namespace lockstep
