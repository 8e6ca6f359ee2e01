// The program file: all that passes from compiler to machine. Format: manual, chapter "Program file".
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/program/ExternalMemory.h"
#include "hw/support/Result.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

constexpr unsigned kNumArguments = 8;

/// A named tensor in external memory. Row-major.
struct Symbol {
  std::string name;
  uint64_t address = 0;
  std::string element_type; // "int8", "uint8", "int16", "int32"
  std::vector<uint64_t> shape;
};

/// Initial bytes of (a part of) a region.
struct DataBlock {
  uint64_t address = 0;
  std::vector<uint8_t> bytes;
};

struct Program {
  Parameters parameters; // that it was compiled for
  std::vector<EncodedInstruction> instructions;
  uint64_t program_address = 0; // of a region of kind Program, 64-byte aligned
  std::array<uint64_t, kNumArguments> arguments{};
  std::vector<Region> regions;
  std::vector<Symbol> symbols;
  std::vector<DataBlock> data;
};

/// Versioned file of tagged sections with a checksum (CRC-32) each and one over all.
/// Errors: truncated, wrong magic or version, checksum, impossible parameters, regions or sizes. Never crashes,
/// never allocates more than the file's size justifies (regions excepted, which are mapped lazily and limited).
Result<Program> readProgram(const std::string &file);
Status writeProgram(const Program &program, const std::string &file);
Result<Program> parseProgram(const std::vector<uint8_t> &bytes, const std::string &origin);
std::vector<uint8_t> serializeProgram(const Program &program);

/// Memory with all regions, the data blocks and the instructions in place. Errors: regions that overlap.
Result<ExternalMemory> buildMemory(const Program &program);

} // namespace lockstep
