// Bytes to program (manual, "Program file"). Total: every sequence of bytes gives a valid program or one
// Error.
#include "hw/program/Program.h"
#include "hw/program/ProgramRules.h"
#include "hw/support/Crc32.h"
#include "hw/support/Files.h"
#include "hw/support/Text.h"

#include <cstring>
#include <map>

namespace lockstep {
namespace {

/// Reads numbers and strings from a span of bytes; once something is missing, everything after is zero and
/// `ok` false.
class Cursor {
public:
  Cursor(const uint8_t *start, uint64_t size_bytes) : next(start), left(size_bytes) {}

  uint64_t remaining() const { return left; }
  bool ok() const { return good; }

  const uint8_t *take(uint64_t size_bytes) {
    good = good && size_bytes <= left;
    if (!good)
      return nullptr;
    const uint8_t *start = next;
    next += size_bytes;
    left -= size_bytes;
    return start;
  }

  template <typename T> T integer() {
    const uint8_t *bytes = take(sizeof(T));
    T value = 0;
    for (unsigned i = 0; bytes && i < sizeof(T); ++i)
      value |= static_cast<T>(bytes[i]) << (8 * i);
    return value;
  }

  std::string string() {
    const uint32_t length = integer<uint32_t>();
    good = good && length <= kMaxNameBytes;
    const uint8_t *bytes = take(length);
    return bytes ? std::string(reinterpret_cast<const char *>(bytes), length) : std::string();
  }

private:
  const uint8_t *next;
  uint64_t left;
  bool good = true;
};

Error problem(const std::string &text) { return {ErrorKind::Program, text}; }

Error tooShort(const char *tag) {
  return problem(std::string("section ") + tag +
                 " ends before its contents do, or a string in it is longer than 255 bytes.");
}

Status readParameters(Cursor &cursor, Program &program) {
  const uint64_t size = cursor.remaining();
  const char *text = reinterpret_cast<const char *>(cursor.take(size));
  Result<Parameters> parameters = parseParameters(std::string(text, size), "section PARM");
  if (!parameters)
    return parameters.error();
  program.parameters = *parameters;
  return {};
}

Status readCode(Cursor &cursor, Program &program) {
  program.program_address = cursor.integer<uint64_t>();
  for (uint64_t &argument : program.arguments)
    argument = cursor.integer<uint64_t>();
  if (!cursor.ok() || cursor.remaining() % kInstructionBytes != 0)
    return problem("section CODE is not 72 bytes and a multiple of 64 for the instructions.");
  program.instructions.resize(cursor.remaining() / kInstructionBytes);
  for (EncodedInstruction &instruction : program.instructions)
    std::memcpy(instruction.data(), cursor.take(kInstructionBytes), kInstructionBytes);
  return {};
}

Status readRegions(Cursor &cursor, Program &program) {
  const uint32_t count = cursor.integer<uint32_t>();
  for (uint32_t i = 0; i < count && cursor.ok(); ++i) {
    Region region;
    region.address = cursor.integer<uint64_t>();
    region.size_bytes = cursor.integer<uint64_t>();
    const uint32_t kind = cursor.integer<uint32_t>();
    if (kind >= kNumRegionKinds)
      return problem("region " + std::to_string(i) + " is of kind " + std::to_string(kind) +
                     "; allowed is 0 to 4.");
    region.kind = static_cast<RegionKind>(kind);
    region.name = cursor.string();
    program.regions.push_back(std::move(region));
  }
  return cursor.ok() ? Status() : tooShort("REGN");
}

Status readSymbols(Cursor &cursor, Program &program) {
  const uint32_t count = cursor.integer<uint32_t>();
  for (uint32_t i = 0; i < count && cursor.ok(); ++i) {
    Symbol symbol;
    symbol.address = cursor.integer<uint64_t>();
    symbol.name = cursor.string();
    symbol.element_type = cursor.string();
    const uint32_t rank = cursor.integer<uint32_t>();
    if (rank > kMaxRank)
      return problem("symbol " + std::to_string(i) + " has rank " + std::to_string(rank) +
                     "; allowed is at most 8.");
    for (uint32_t axis = 0; axis < rank; ++axis)
      symbol.shape.push_back(cursor.integer<uint64_t>());
    program.symbols.push_back(std::move(symbol));
  }
  return cursor.ok() ? Status() : tooShort("SYMB");
}

Status readData(Cursor &cursor, Program &program) {
  DataBlock block;
  block.address = cursor.integer<uint64_t>();
  if (!cursor.ok())
    return tooShort("DATA");
  const uint64_t size = cursor.remaining();
  const uint8_t *bytes = cursor.take(size);
  block.bytes.assign(bytes, bytes + size);
  program.data.push_back(std::move(block));
  return {};
}

struct SectionKind {
  const char *tag;
  Status (*read)(Cursor &, Program &);
  unsigned atLeast, atMost;
};

constexpr SectionKind kSectionKinds[] = {
    {"PARM", readParameters, 1, 1}, {"CODE", readCode, 1, 1},          {"REGN", readRegions, 1, 1},
    {"SYMB", readSymbols, 0, 1},    {"DATA", readData, 0, UINT32_MAX},
};

const SectionKind *findKind(const std::string &tag) {
  for (const SectionKind &kind : kSectionKinds)
    if (tag == kind.tag)
      return &kind;
  return nullptr;
}

struct Section {
  std::string tag;
  uint32_t flags = 0;
  const uint8_t *payload = nullptr;
  uint64_t sizeBytes = 0;
};

Status skipPadding(Cursor &cursor, uint64_t fileBytes, const std::string &name) {
  const uint64_t padding = (8 - (fileBytes - cursor.remaining()) % 8) % 8;
  const uint8_t *zeros = cursor.take(padding);
  if (!zeros)
    return problem(name + " is truncated.");
  for (uint64_t i = 0; i < padding; ++i)
    if (zeros[i] != 0)
      return problem(name + " is followed by padding that is not zero.");
  return {};
}

Result<Section> readSection(Cursor &cursor, uint64_t fileBytes) {
  Section section;
  if (const uint8_t *tag = cursor.take(4))
    section.tag.assign(reinterpret_cast<const char *>(tag), 4);
  const std::string name = "section '" + quotable(section.tag) + "'";
  section.flags = cursor.integer<uint32_t>();
  section.sizeBytes = cursor.integer<uint64_t>();
  const uint32_t checksum = cursor.integer<uint32_t>();
  section.payload = cursor.take(section.sizeBytes);
  if (!cursor.ok())
    return problem(name + " is truncated: its size is beyond the end of the file.");
  if (crc32(section.payload, section.sizeBytes) != checksum)
    return problem(name + " is corrupted: its checksum differs.");
  if (section.flags > 1)
    return problem(name + " has flags " + std::to_string(section.flags) + "; allowed is 0 or 1.");
  if (Status status = skipPadding(cursor, fileBytes, name); !status)
    return status.error();
  return section;
}

/// Fills the program from one section; counts the sections of each tag.
Status readInto(const Section &section, Program &program, std::map<std::string, unsigned> &counts) {
  const SectionKind *kind = findKind(section.tag);
  if (!kind)
    return section.flags & 1
               ? Status()
               : problem("section '" + quotable(section.tag) +
                         "' is unknown and may not be ignored; a newer version of Lockstep may know it.");
  if (++counts[section.tag] > kind->atMost)
    return problem("section " + section.tag + " is there twice; allowed is once.");
  Cursor cursor(section.payload, section.sizeBytes);
  if (Status status = kind->read(cursor, program); !status)
    return status;
  return cursor.remaining() == 0 ? Status()
                                 : problem("section " + section.tag + " has " +
                                           std::to_string(cursor.remaining()) + " bytes after its contents.");
}

Status readSections(Cursor &cursor, uint64_t fileBytes, uint32_t count, Program &program) {
  std::map<std::string, unsigned> counts;
  for (uint32_t i = 0; i < count; ++i) {
    const Result<Section> section = readSection(cursor, fileBytes);
    if (!section)
      return section.error();
    if (Status status = readInto(*section, program, counts); !status)
      return status;
  }
  if (cursor.remaining() != 0)
    return problem(std::to_string(cursor.remaining()) + " bytes follow the last section.");
  for (const SectionKind &kind : kSectionKinds)
    if (counts[kind.tag] < kind.atLeast)
      return problem(std::string("section ") + kind.tag + " is missing.");
  return {};
}

Status readFile(Cursor &cursor, uint64_t fileBytes, Program &program) {
  const uint8_t *magic = cursor.take(4);
  if (!magic || std::memcmp(magic, "LSTP", 4) != 0)
    return problem("this is not a Lockstep program file: it does not begin with LSTP.");
  const uint32_t version = cursor.integer<uint32_t>(), count = cursor.integer<uint32_t>();
  const uint32_t checksum = cursor.integer<uint32_t>();
  if (!cursor.ok())
    return problem("the file is truncated within its header of 16 bytes.");
  if (version != 1)
    return problem("the file is of version " + std::to_string(version) + "; allowed is 1.");
  Cursor body = cursor;
  const uint64_t bodyBytes = body.remaining();
  if (crc32(body.take(bodyBytes), bodyBytes) != checksum)
    return problem("the file is truncated or corrupted: its checksum differs.");
  if (Status status = readSections(cursor, fileBytes, count, program); !status)
    return status;
  return checkStructure(program);
}

} // namespace

Result<Program> parseProgram(const std::vector<uint8_t> &bytes, const std::string &origin) {
  Program program;
  Cursor cursor(bytes.data(), bytes.size());
  if (Status status = readFile(cursor, bytes.size(), program); !status)
    return Error{ErrorKind::Program, origin + ": " + status.error().message};
  return program;
}

Result<Program> readProgram(const std::string &file) {
  const Result<std::vector<uint8_t>> bytes = readFileBytes(file);
  if (!bytes)
    return bytes.error();
  return parseProgram(*bytes, file);
}

} // namespace lockstep
