// Program files: what was written is read back; whatever else the bytes are, the reader says one sentence.
#include "hw/program/Program.h"
#include "hw/program/ProgramRules.h"
#include "hw/support/Crc32.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <numeric>

using namespace lockstep;
using testing::HasSubstr;

namespace {

using Bytes = std::vector<uint8_t>;

Program smallProgram() {
  Program program;
  program.parameters.name = "mini";
  program.program_address = 0x1000;
  program.arguments[7] = 0x0123456789abcdef;
  LoadInstruction load;
  load.external_address = 0x2000;
  load.row_bytes = load.chunk_bytes = 16;
  load.count_0 = load.count_1 = load.count_2 = 1;
  program.instructions = {*encode(load), *encode(HaltInstruction{})};
  program.regions = {{"code", 0x1000, 128, RegionKind::Program},
                     {"x", 0x2000, 100, RegionKind::Input},
                     {"y", 0x4000, 4096, RegionKind::Output}};
  program.symbols = {
      {"x", 0x2000, "int8", {10, 10}}, {"scalar", 0x4004, "int32", {}}, {"half", 0x4008, "int16", {7, 5}}};
  program.data = {{0x2001, {1, 2, 3}}, {0x2000, {}}};
  return program;
}

Result<Program> parse(const Bytes &bytes) { return parseProgram(bytes, "mini.lstp"); }

void expectEqual(const Program &a, const Program &b) {
  EXPECT_EQ(serializeProgram(a), serializeProgram(b)); // the writer is a function of all members
  EXPECT_EQ(a.arguments, b.arguments);
  EXPECT_EQ(a.instructions, b.instructions);
  EXPECT_EQ(a.regions.size(), b.regions.size());
  EXPECT_EQ(a.symbols.size(), b.symbols.size());
  EXPECT_EQ(a.data.size(), b.data.size());
}

void expectError(const Bytes &bytes, const std::string &part) {
  const Result<Program> program = parse(bytes);
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error().kind, ErrorKind::Program);
  EXPECT_THAT(program.error().message, HasSubstr("mini.lstp: "));
  EXPECT_THAT(program.error().message, HasSubstr(part));
}

/// The error of a program that was changed after it had been right.
void expectRejected(const std::function<void(Program &)> &change, const std::string &part) {
  Program program = smallProgram();
  change(program);
  expectError(serializeProgram(program), part);
}

uint64_t read(const Bytes &bytes, size_t at, unsigned size) {
  uint64_t value = 0;
  std::memcpy(&value, bytes.data() + at, size);
  return value;
}

void write(Bytes &bytes, size_t at, uint32_t value) { std::memcpy(bytes.data() + at, &value, 4); }

/// Makes all checksums right again, as far as the sections can be followed.
void repairChecksums(Bytes &bytes) {
  for (size_t at = 16; at + 20 <= bytes.size();) {
    const uint64_t size = read(bytes, at + 8, 8);
    if (size > bytes.size() - at - 20)
      break;
    write(bytes, at + 16, crc32(bytes.data() + at + 20, size));
    at = (at + 20 + size + 7) / 8 * 8;
  }
  write(bytes, 12, crc32(bytes.data() + 16, bytes.size() - 16));
}

void expectRejectedOrValid(const Bytes &bytes) {
  const Result<Program> program = parse(bytes);
  if (!program) {
    EXPECT_GT(program.error().message.size(), 20u);
    return;
  }
  EXPECT_TRUE(checkStructure(*program));
  EXPECT_TRUE(buildMemory(*program));
}

} // namespace

TEST(Crc32, IsThatOfIeee) {
  const std::string check = "123456789";
  EXPECT_EQ(crc32(reinterpret_cast<const uint8_t *>(check.data()), check.size()), 0xcbf43926u);
  EXPECT_EQ(crc32(nullptr, 0), 0u);
}

TEST(ProgramFile, IsReadBackAsItWasWritten) {
  const Program program = smallProgram();
  const Result<Program> again = parse(serializeProgram(program));
  ASSERT_TRUE(again) << again.error().message;
  expectEqual(program, *again);
  EXPECT_EQ(again->symbols[0].shape, program.symbols[0].shape);
  EXPECT_EQ(again->symbols[2].element_type, "int16");
  EXPECT_EQ(again->data[0].bytes, program.data[0].bytes);
  EXPECT_EQ(again->parameters.name, "mini");
}

TEST(ProgramFile, GoesThroughAFile) {
  const std::string file = testing::TempDir() + "/ProgramFileTest.lstp";
  ASSERT_TRUE(writeProgram(smallProgram(), file));
  const Result<Program> again = readProgram(file);
  ASSERT_TRUE(again) << again.error().message;
  expectEqual(smallProgram(), *again);
}

TEST(ProgramFile, SaysWhichFileCannotBeReadOrWritten) {
  EXPECT_THAT(readProgram("/nowhere/x.lstp").error().message, HasSubstr("/nowhere/x.lstp"));
  EXPECT_THAT(readProgram(testing::TempDir()).error().message, HasSubstr("cannot be read"));
  EXPECT_THAT(writeProgram(smallProgram(), "/nowhere/x.lstp").error().message, HasSubstr("/nowhere/x.lstp"));
}

TEST(ProgramFile, PutsDataAndInstructionsInPlace) {
  Program program = smallProgram();
  program.data.push_back({0x1000, {0xff}}); // instructions come last
  program.data.push_back({0x2002, {9}});    // later blocks hold
  const Result<ExternalMemory> memory = buildMemory(program);
  ASSERT_TRUE(memory) << memory.error().message;
  EXPECT_EQ(std::memcmp(memory->find(0x1000, 128), program.instructions.data(), 128), 0);
  EXPECT_EQ(memory->find(0x2000, 4)[1], 1);
  EXPECT_EQ(memory->find(0x2000, 4)[2], 9);
  EXPECT_EQ(memory->find(0x2000, 4)[3], 3);
}

TEST(ProgramFile, EveryTruncationIsRejected) {
  const Bytes whole = serializeProgram(smallProgram());
  for (size_t size = 0; size < whole.size(); ++size) {
    Bytes bytes(whole.begin(), whole.begin() + size);
    EXPECT_FALSE(parse(bytes)) << size;
    if (size >= 16) {
      repairChecksums(bytes);
      EXPECT_FALSE(parse(bytes)) << size;
    }
  }
}

TEST(ProgramFile, EveryCorruptedByteIsRejectedByAChecksum) {
  Bytes bytes = serializeProgram(smallProgram());
  for (size_t at = 0; at < bytes.size(); ++at)
    for (unsigned change = 1; change < 256; ++change) {
      bytes[at] ^= change;
      ASSERT_FALSE(parse(bytes)) << "byte " << at << " changed by " << change;
      bytes[at] ^= change;
    }
}

/// What a byte is changed by: some values, or all 255 if LOCKSTEP_ALL_CORRUPTIONS is set (a minute).
std::vector<unsigned> changesToTry() {
  std::vector<unsigned> changes = {1, 2, 4, 8, 16, 32, 64, 128, 255, 17, 90};
  if (std::getenv("LOCKSTEP_ALL_CORRUPTIONS")) {
    changes.resize(255);
    std::iota(changes.begin(), changes.end(), 1u);
  }
  return changes;
}

TEST(ProgramFile, EveryCorruptedByteWithChecksumsMadeRightIsRejectedOrValid) {
  const Bytes whole = serializeProgram(smallProgram());
  for (size_t at = 0; at < whole.size(); ++at)
    for (unsigned change : changesToTry()) {
      Bytes bytes = whole;
      bytes[at] ^= change;
      repairChecksums(bytes);
      SCOPED_TRACE("byte " + std::to_string(at) + " changed by " + std::to_string(change));
      expectRejectedOrValid(bytes);
    }
}

TEST(ProgramFile, RandomCorruptionOfSeveralBytesIsRejectedOrValid) {
  const Bytes whole = serializeProgram(smallProgram());
  uint64_t random = 88172645463325252u;
  auto next = [&] { return random ^= random << 13, random ^= random >> 7, random ^= random << 17; };
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes = whole;
    for (int i = 0; i < 1 + round % 5; ++i)
      bytes[next() % bytes.size()] = static_cast<uint8_t>(next());
    repairChecksums(bytes);
    expectRejectedOrValid(bytes);
  }
}

TEST(ProgramFile, DeeplyNestedYamlIsRejected) {
  Bytes bytes = serializeProgram(smallProgram());
  const uint64_t size = read(bytes, 16 + 8, 8);
  std::memset(bytes.data() + 16 + 20, '[', size);
  repairChecksums(bytes);
  expectError(bytes, "section PARM:");
}

TEST(ProgramFile, UnknownSectionsAreIgnoredOnlyIfTheirFlagSaysSo) {
  Bytes bytes = serializeProgram(smallProgram());
  const Bytes section = {'N', 'O', 'T', 'E', 1, 0, 0, 0, 4,   0,   0,   0,
                         0,   0,   0,   0,   0, 0, 0, 0, 'a', 'b', 'c', 'd'};
  const size_t at = bytes.size();
  bytes.insert(bytes.end(), section.begin(), section.end());
  bytes[8] += 1;
  repairChecksums(bytes);
  EXPECT_TRUE(parse(bytes));
  bytes[at + 4] = 0;
  repairChecksums(bytes);
  expectError(bytes, "section 'NOTE' is unknown and may not be ignored");
  bytes[at + 4] = 2;
  repairChecksums(bytes);
  expectError(bytes, "section 'NOTE' has flags 2; allowed is 0 or 1.");
}

TEST(ProgramFile, MagicVersionAndTrailingBytesAreChecked) {
  Bytes bytes = serializeProgram(smallProgram());
  bytes[0] = 'X';
  expectError(bytes, "does not begin with LSTP");
  bytes[0] = 'L';
  bytes[4] = 2;
  expectError(bytes, "the file is of version 2; allowed is 1.");
  bytes[4] = 1;
  bytes.resize(bytes.size() + 8);
  repairChecksums(bytes);
  expectError(bytes, "8 bytes follow the last section");
}

TEST(ProgramFile, RegionsAreChecked) {
  expectRejected([](Program &p) { p.regions[1].address += 1; }, "allowed are multiples of 64");
  expectRejected([](Program &p) { p.regions[1].size_bytes = 0; }, "region 'x' has 0 bytes");
  expectRejected([](Program &p) { p.regions[1].size_bytes = 0x2001; }, "region 'y' overlaps region 'x'");
  expectRejected([](Program &p) { p.regions[2].address = ~uint64_t{63}; }, "without wrap-around");
  expectRejected([](Program &p) { p.regions[2].size_bytes = (uint64_t{1} << 40) + 1; },
                 "allowed is 1 to 2^40");
  expectRejected([](Program &p) { p.regions[2].size_bytes = (uint64_t{1} << 40) - 200; },
                 "allowed is 2^40 in all");
  expectRejected([](Program &p) { p.regions[2].name = "x"; }, "region 'x' is there twice");
  expectRejected([](Program &p) { p.regions[2].name = ""; }, "allowed is 1 to 255");
  expectRejected([](Program &p) { p.regions[2].name = std::string(256, 'n'); }, "section REGN");
  expectRejected([](Program &p) { p.regions[2].kind = static_cast<RegionKind>(5); },
                 "kind 5; allowed is 0 to 4");
}

TEST(ProgramFile, SymbolsAreChecked) {
  expectRejected([](Program &p) { p.symbols[0].element_type = "int9"; },
                 "allowed are int8, uint8, int16 and int32");
  expectRejected([](Program &p) { p.symbols[0].shape = {101}; }, "does not lie in one region");
  expectRejected([](Program &p) { p.symbols[0].element_type = "int16", p.symbols[0].shape = {51}; },
                 "does not lie in one region");
  expectRejected([](Program &p) { p.symbols[0].shape = {0}; }, "dimension 0; allowed is at least 1");
  expectRejected(
      [](Program &p) {
        p.symbols[0].shape = {uint64_t{1} << 33, uint64_t{1} << 33};
      },
      "2^40 bytes in all");
  expectRejected([](Program &p) { p.symbols[0].shape.assign(9, 1); }, "rank 9; allowed is at most 8");
  expectRejected([](Program &p) { p.symbols[1].name = "x"; }, "symbol 'x' is there twice");
}

TEST(ProgramFile, DataAndCodeLieInTheirRegions) {
  expectRejected([](Program &p) { p.data[0].address = 0x2000 + 98; }, "data block of 3 bytes");
  expectRejected([](Program &p) { p.program_address = 0x1008; }, "allowed are multiples of 64");
  expectRejected([](Program &p) { p.program_address = 0x1040; }, "do not lie in one region of kind program");
  expectRejected([](Program &p) { p.program_address = 0x4000; }, "do not lie in one region of kind program");
  expectRejected([](Program &p) { p.instructions.clear(); }, "the program has 0 instructions");
}

TEST(ProgramFile, ImpossibleParametersAreRejected) {
  expectRejected([](Program &p) { p.parameters.array_rows = 129; }, "array.rows: 129 is out of range");
}
