// Program to bytes (manual, "Program file").
#include "hw/program/Program.h"
#include "hw/support/Crc32.h"
#include "hw/support/Files.h"

#include <algorithm>

namespace lockstep {
namespace {

using Bytes = std::vector<uint8_t>;

template <typename T> void putInteger(Bytes &bytes, T value) {
  for (unsigned i = 0; i < sizeof(T); ++i)
    bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void putString(Bytes &bytes, const std::string &text) {
  putInteger(bytes, static_cast<uint32_t>(text.size()));
  bytes.insert(bytes.end(), text.begin(), text.end());
}

void putSection(Bytes &file, const char *tag, const Bytes &payload) {
  file.insert(file.end(), tag, tag + 4);
  putInteger(file, uint32_t{0});
  putInteger(file, static_cast<uint64_t>(payload.size()));
  putInteger(file, crc32(payload.data(), payload.size()));
  file.insert(file.end(), payload.begin(), payload.end());
  file.resize((file.size() + 7) / 8 * 8);
}

Bytes parameterPayload(const Program &program) {
  const std::string yaml = printParameters(program.parameters);
  return Bytes(yaml.begin(), yaml.end());
}

Bytes codePayload(const Program &program) {
  Bytes bytes;
  putInteger(bytes, program.program_address);
  for (uint64_t argument : program.arguments)
    putInteger(bytes, argument);
  for (const EncodedInstruction &instruction : program.instructions)
    bytes.insert(bytes.end(), instruction.begin(), instruction.end());
  return bytes;
}

Bytes regionPayload(const Program &program) {
  Bytes bytes;
  putInteger(bytes, static_cast<uint32_t>(program.regions.size()));
  for (const Region &region : program.regions) {
    putInteger(bytes, region.address);
    putInteger(bytes, region.size_bytes);
    putInteger(bytes, static_cast<uint32_t>(region.kind));
    putString(bytes, region.name);
  }
  return bytes;
}

Bytes symbolPayload(const Program &program) {
  Bytes bytes;
  putInteger(bytes, static_cast<uint32_t>(program.symbols.size()));
  for (const Symbol &symbol : program.symbols) {
    putInteger(bytes, symbol.address);
    putString(bytes, symbol.name);
    putString(bytes, symbol.element_type);
    putInteger(bytes, static_cast<uint32_t>(symbol.shape.size()));
    for (uint64_t dimension : symbol.shape)
      putInteger(bytes, dimension);
  }
  return bytes;
}

Bytes dataPayload(const DataBlock &block) {
  Bytes bytes;
  putInteger(bytes, block.address);
  bytes.insert(bytes.end(), block.bytes.begin(), block.bytes.end());
  return bytes;
}

constexpr size_t kHeaderBytes = 16;

} // namespace

std::vector<uint8_t> serializeProgram(const Program &program) {
  Bytes file = {'L', 'S', 'T', 'P'};
  putInteger(file, uint32_t{1});
  putInteger(file, static_cast<uint32_t>(4 + program.data.size()));
  putInteger(file, uint32_t{0}); // the checksum's place
  putSection(file, "PARM", parameterPayload(program));
  putSection(file, "CODE", codePayload(program));
  putSection(file, "REGN", regionPayload(program));
  putSection(file, "SYMB", symbolPayload(program));
  for (const DataBlock &block : program.data)
    putSection(file, "DATA", dataPayload(block));
  Bytes checksum;
  putInteger(checksum, crc32(file.data() + kHeaderBytes, file.size() - kHeaderBytes));
  std::copy(checksum.begin(), checksum.end(), file.begin() + kHeaderBytes - 4);
  return file;
}

Status writeProgram(const Program &program, const std::string &file) {
  const std::vector<uint8_t> bytes = serializeProgram(program);
  return writeFileBytes(file, bytes.data(), bytes.size());
}

} // namespace lockstep
