// Structural validity of a program: what the reader of program files and the assembler guarantee.
#pragma once

#include "hw/program/Program.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

constexpr uint64_t kMaxNameBytes = 255;
constexpr uint64_t kMaxRegions = 65536;
constexpr uint64_t kMaxSymbols = 65536;
constexpr uint64_t kMaxRank = 8;
constexpr uint64_t kMaxRegionBytes = uint64_t{1} << 40; // of all regions together
constexpr uint64_t kMaxInstructions = uint64_t{1} << 26;
constexpr unsigned kNumRegionKinds = 5;

/// Bytes of an element of this type, or 0 if there is no such type.
uint64_t elementSizeBytes(const std::string &element_type);

/// "program", "constant", ...: the words of region kinds 0, 1, ...
const std::vector<std::string> &regionKindNames();

/// The first rule of the manual's chapter "Program file" that the program breaks (parameters, regions,
/// symbols, data, place of the code). Legality of the instructions is not looked at.
Status checkStructure(const Program &program);

} // namespace lockstep
