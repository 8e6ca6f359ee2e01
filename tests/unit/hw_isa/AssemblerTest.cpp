// Assembly text: what is printed is read back as it was; what is wrong is named with line, column and what is
// allowed.
#include "hw/isa/Assembler.h"
#include "RandomInstructions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace lockstep;
using testing::HasSubstr;

namespace {

const char *const kHeader = ".region code 0x1000 4096 program\n"
                            ".region x 0x2000 4096 input\n";

Program assembled(const std::string &text) {
  Result<Program> program = assembleProgram(text, "t.s");
  EXPECT_TRUE(program) << program.error().message;
  return program ? *program : Program{};
}

template <typename Struct> Struct assembledAs(const std::string &text) {
  const Result<Instruction> instruction = assembleInstruction(text);
  EXPECT_TRUE(instruction) << instruction.error().message;
  return instruction ? std::get<Struct>(*instruction) : Struct{};
}

void expectInstructionError(const std::string &text, const std::string &message) {
  const Result<Instruction> instruction = assembleInstruction(text);
  ASSERT_FALSE(instruction) << text;
  EXPECT_THAT(instruction.error().message, HasSubstr(message));
}

void expectProgramError(const std::string &text, const std::string &message) {
  const Result<Program> program = assembleProgram(kHeader + text, "t.s");
  ASSERT_FALSE(program) << text;
  EXPECT_THAT(program.error().message, HasSubstr(message));
}

/// Disassembled and assembled again, the file has the same bytes.
void expectSameFile(const Program &program) {
  const std::string text = disassembleProgram(program);
  const Result<Program> again = assembleProgram(text, "t.s");
  ASSERT_TRUE(again) << again.error().message << "\n" << text;
  EXPECT_EQ(serializeProgram(*again), serializeProgram(program)) << text;
  EXPECT_EQ(disassembleProgram(*again), text);
}

std::string randomName(std::mt19937_64 &random, unsigned number) {
  std::string name = std::to_string(number);
  for (unsigned i = 0; i < random() % 6; ++i)
    name += static_cast<char>(random());
  return name;
}

Program randomProgram(std::mt19937_64 &random) {
  Program program;
  program.parameters.name = random() % 2 ? "random" : "base";
  program.parameters.memory_latency_cycles = 1 + static_cast<int64_t>(random() % 1000);
  program.parameters.memory_model = random() % 2 ? MemoryModelKind::Dram : MemoryModelKind::Fixed;
  program.program_address = 1 << 20;
  program.regions.push_back({randomName(random, 0), 1 << 20, 1 << 16, RegionKind::Program});
  for (unsigned i = 1; i < 5; ++i)
    program.regions.push_back({randomName(random, i), uint64_t{1} << (40 + i), 1 + random() % 100000,
                               static_cast<RegionKind>(random() % 5)});
  program.symbols = {{randomName(random, 1), program.regions[1].address, "uint8", {1, 1}},
                     {randomName(random, 2), program.regions[0].address, "int32", {}},
                     {randomName(random, 3), program.regions[0].address + 2, "int16", {2}}};
  for (unsigned i = 0; i < random() % 4; ++i)
    program.data.push_back({program.program_address + random() % 100, std::vector<uint8_t>(random() % 100)});
  for (DataBlock &block : program.data)
    for (uint8_t &byte : block.bytes)
      byte = static_cast<uint8_t>(random());
  for (unsigned i = 0; i < kNumArguments; ++i)
    program.arguments[i] = random() % 2 ? random() : 0;
  for (unsigned i = 0; i < 1 + random() % 30; ++i)
    program.instructions.push_back(*encode(randomInstruction(random, random() % instructionSet().size())));
  if (random() % 2)
    program.instructions.push_back({0xee, 1, 2, 3});
  return program;
}

} // namespace

TEST(Assembler, RoundTripsRandomInstructions) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 5000; ++i) {
    const Instruction instruction = randomInstruction(random, i % instructionSet().size());
    const std::string text = disassembleInstruction(instruction);
    const Result<Instruction> again = assembleInstruction(text);
    ASSERT_TRUE(again) << again.error().message << "\n" << text;
    EXPECT_EQ(*encode(*again), *encode(instruction)) << text;
  }
}

TEST(Assembler, RoundTripsRandomProgramsToTheIdenticalFile) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937_64 random(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    expectSameFile(randomProgram(random));
  }
}

TEST(Assembler, ReadsNumbersRegistersSemaphoresAndWords) {
  const auto matmul = assembledAs<MatmulInstruction>(
      "matmul wait=s1,s2 post=s63 streamed_type=uint8 streamed_zero_point=-256 stationary_address=0xFF "
      "streamed_register=r5 tile_count_0=7 ; a comment");
  EXPECT_EQ(matmul.wait_0, 2u);
  EXPECT_EQ(matmul.wait_1, 3u);
  EXPECT_EQ(matmul.wait_2, 0u);
  EXPECT_EQ(matmul.post_0, 64u);
  EXPECT_EQ(matmul.streamed_type, 1u);
  EXPECT_EQ(matmul.streamed_zero_point, -256);
  EXPECT_EQ(matmul.stationary_address, 255u);
  EXPECT_EQ(matmul.streamed_register, 5u);
  EXPECT_EQ(matmul.tile_count_0, 7u);
  EXPECT_EQ(assembledAs<SyncInstruction>("sync unit=store wait_2=s0").wait_2, 1u);
  EXPECT_EQ(assembledAs<SyncInstruction>("sync unit=store").unit, 3u);
}

TEST(Assembler, ReadsTheWordsOfTheVectorUnitsInstructions) {
  const auto e = assembledAs<ElementwiseInstruction>(
      "elementwise wait=s4 operation=multiply function=table16 table=1 a_memory=accumulator a_type=wide "
      "a_address=0x10 a_register=r9 b_type=immediate immediate=-7 output_type=pair output_address=0x20 "
      "shift=15 "
      "clamp_minimum=-32768 clamp_maximum=32767 count_0=1 count_1=1 count_2=3 output_stride_2=-2");
  EXPECT_EQ(e.operation, 2u);
  EXPECT_EQ(e.function, 1u);
  EXPECT_EQ(e.a_memory, 1u);
  EXPECT_EQ(e.a_type, 5u);
  EXPECT_EQ(e.b_type, 7u);
  EXPECT_EQ(e.immediate, -7);
  EXPECT_EQ(e.output_type, 4u);
  EXPECT_EQ(e.output_memory, 0u);
  EXPECT_EQ(e.clamp_minimum, -32768);
  EXPECT_EQ(e.output_stride_2, -2);
  const auto r =
      assembledAs<ReduceInstruction>("reduce reduction=maximum a_type=int16 count_0=4 last_columns=2");
  EXPECT_EQ(r.reduction, 1u);
  EXPECT_EQ(r.a_type, 3u);
  EXPECT_EQ(assembledAs<TableInstruction>("table table_type=int8 table=3").table_type, 1u);
  EXPECT_EQ(assembledAs<RequantizeInstruction>("requantize output_type=int16").output_type, 3u);
}

TEST(Assembler, PrintsTheWordsOfTheVectorUnitsInstructions) {
  ElementwiseInstruction e;
  e.operation = 4, e.function = 2, e.table = 1;
  e.b_memory = 1, e.b_type = 4, e.output_type = 3, e.multiplier = 1, e.clamp_maximum = 5;
  EXPECT_EQ(disassembleInstruction(e), "elementwise operation=maximum function=table8 table=1 "
                                       "b_memory=accumulator b_type=pair output_type=int16 multiplier=1 "
                                       "clamp_maximum=5");
  e = ElementwiseInstruction();
  e.b_type = 6; // has no word
  EXPECT_EQ(disassembleInstruction(e), "elementwise b_type=6");
  expectInstructionError("elementwise b_type=word",
                         "allowed is 0 to 7, or one of int8, uint8, int32, int16, pair, "
                         "wide, immediate.");
}

TEST(Assembler, PrintsWhatAPersonWouldWrite) {
  LoadInstruction load;
  load.external_address = 0x2000;
  load.external_register = 3;
  load.local_memory = 1;
  load.wait_0 = 2;
  load.post_0 = 1;
  load.post_1 = 64;
  load.count_0 = 16;
  load.external_stride_0 = -32;
  EXPECT_EQ(disassembleInstruction(load),
            "load wait=s1 local_memory=accumulator external_address=0x2000 external_register=r3 count_0=16 "
            "external_stride_0=-32 post=s0,s63");
  EXPECT_EQ(disassembleInstruction(HaltInstruction{}), "halt");
}

TEST(Assembler, WritesAWholeProgram) {
  const Program program = assembled(".machine tiny\n"
                                    ".parameter memory.latency_cycles 7\n"
                                    ".region code 0x1000 4096 program\n"
                                    ".region \"my x\" 0x2000 4096 input\n"
                                    ".symbol x 0x2010 int8 [4,4]\n"
                                    ".data \"my x+3\" 1 0xff -1 ; three bytes\n"
                                    ".bytes 5\n"
                                    ".int32 -2 0x10203\n"
                                    ".int16 -32768 65535\n"
                                    ".argument 7 x\n"
                                    "  load external_address=x+0x10 row_bytes=4\n"
                                    "\thalt\n");
  EXPECT_EQ(program.parameters.array_rows, 4);
  EXPECT_EQ(program.parameters.name, "tiny");
  EXPECT_EQ(program.parameters.memory_latency_cycles, 7);
  EXPECT_EQ(program.program_address, 0x1000u);
  EXPECT_EQ(program.regions[1].name, "my x");
  EXPECT_EQ(program.symbols[0].shape, (std::vector<uint64_t>{4, 4}));
  EXPECT_EQ(program.data[0].address, 0x2003u);
  EXPECT_EQ(program.data[0].bytes,
            (std::vector<uint8_t>{1, 255, 255, 5, 254, 255, 255, 255, 3, 2, 1, 0, 0, 128, 255, 255}));
  EXPECT_EQ(program.arguments[7], 0x2010u);
  EXPECT_EQ(std::get<LoadInstruction>(*decode(program.instructions[0])).external_address, 0x2020u);
  EXPECT_EQ(program.instructions.size(), 2u);
}

TEST(Assembler, IndentsLoopsAndShowsUndecodableBits) {
  Program program = assembled(std::string(kHeader) + "loop count=3\nsync\nend\nhalt\n");
  program.instructions.push_back({0xee});
  const std::string text = disassembleProgram(program);
  EXPECT_THAT(text, HasSubstr("loop count=3 ; 0\n  sync ; 1\nend ; 2\nhalt ; 3\n.bits ee00"));
  EXPECT_THAT(text, HasSubstr("encoding_c1: opcode 0xee"));
}

TEST(AssemblerErrors, NameColumnAndWhatIsAllowedInAnInstruction) {
  expectInstructionError("", "line:1:1: there is no instruction; allowed are halt, loop,");
  expectInstructionError("  lod", "line:1:3: unknown instruction 'lod'; allowed are halt, loop,");
  expectInstructionError("halt now", "line:1:6: 'now' is no field; allowed is field=value.");
  expectInstructionError("halt count=1", "line:1:6: halt has no field 'count'; it has no fields at all.");
  expectInstructionError("loop cuont=1", "line:1:6: loop has no field 'cuont'; did you mean count?");
  expectInstructionError("loop xyzzyxyzzy=1", "; allowed are count, count_register.");
  expectInstructionError("loop count=1 count=2", "line:1:14: field count is given twice");
  expectInstructionError("loop count=-1",
                         "line:1:12: field count cannot be '-1'; allowed is 0 to 4294967295.");
  expectInstructionError("loop count=4294967296", "allowed is 0 to 4294967295.");
  expectInstructionError("loop count=", "field count cannot be ''");
  expectInstructionError("loop count_register=r32", "cannot be 'r32'; allowed is r0 to r31.");
  expectInstructionError("matmul streamed_zero_point=256", "cannot be '256'; allowed is -256 to 255.");
  expectInstructionError("matmul streamed_type=int4",
                         "cannot be 'int4'; allowed is 0 to 15, or one of int8, uint8.");
  expectInstructionError("sync wait=s64",
                         "line:1:11: field wait_0 cannot be 's64'; allowed is none, s0 to s63");
  expectInstructionError("sync wait=s1,s2,s3,s4",
                         "line:1:20: wait names too many semaphores; allowed are 3.");
  expectInstructionError("sync wait=s1 wait_0=s2", "line:1:14: field wait_0 is given twice");
  expectInstructionError("sync wait=", "field wait_0 cannot be ''");
  expectInstructionError("halt wait=s1", "halt has no field 'wait'");
  expectInstructionError("load external_address=nowhere", "field external_address cannot be 'nowhere'");
}

TEST(AssemblerErrors, NameLineColumnAndWhatIsAllowedInAProgram) {
  expectProgramError("\n\n  .rgion a 0 64 input\n",
                     "t.s:5:3: '.rgion' is no directive; allowed are .machine,");
  expectProgramError(".region a 0\n", "t.s:3:1: '.region' has 2 operands; allowed is .region NAME ADDRESS");
  expectProgramError(".region a 0 64 readonly\n",
                     "t.s:3:16: 'readonly' is no kind of region; allowed are program,");
  expectProgramError(".region a zero 64 input\n", "t.s:3:11: 'zero' is no number");
  expectProgramError(".symbol s x float [1]\n", "t.s:3:13: 'float' is no element type; allowed are int8,");
  expectProgramError(".symbol s x int8 16x16\n", "t.s:3:18: '16x16' is no shape; allowed is [16,16]");
  expectProgramError(".symbol s x int8 [1,,2]\n", "is no shape");
  expectProgramError(".symbol s x int8 [1,1,1,1,1,1,1,1,1]\n", "at most 8 dimensions");
  expectProgramError(".bytes 1\n", "t.s:3:1: '.bytes' continues no block");
  expectProgramError(".data x 256\n", "t.s:3:9: '256' does not fit; allowed is -128 to 255.");
  expectProgramError(".data x\n.int16 65536\n", "t.s:4:8: '65536' does not fit; allowed is -32768 to 65535.");
  expectProgramError(".data x\n.int32 4294967296\n", "t.s:4:8: '4294967296' does not fit");
  expectProgramError(".argument 8 1\n", "t.s:3:11: '8' is no argument; allowed is 0 to 7.");
  expectProgramError(".bits 00\n", "t.s:3:7: '00' has 2 digits; allowed is 128.");
  expectProgramError(".bits " + std::string(128, 'x') + "\n", "hexadecimal digits");
  expectProgramError(".region \"a\n", "t.s:3:9: the string does not end");
  expectProgramError(".region \"\\q\" 0 64 input\n", "t.s:3:10: unknown escape");
  expectProgramError("halt\nloop count=x\n", "t.s:4:12: field count cannot be 'x'");
}

TEST(AssemblerErrors, NameThePlaceOfAnImpossibleParameter) {
  expectProgramError(".machine bas\nhalt\n", "t.s:3:10: There is no configuration or readable file 'bas'");
  expectProgramError(".machine base\n.machine base\n", "t.s:4:1: '.machine' is given twice");
  expectProgramError(".parameter array.rosw 4\nhalt\n",
                     "t.s:3:12: array.rosw: unknown parameter; did you mean array.rows?");
  expectProgramError(".parameter array.rows 1\nhalt\n",
                     "t.s:3:12: array.rows: 1 is out of range; allowed is 2 to 128");
  expectProgramError("halt\n.parameter vector.lanes 3\n",
                     "t.s:4:12: vector.lanes: 3 is not allowed; it must divide");
}

TEST(AssemblerErrors, AreThoseOfTheProgramFileForTheWhole) {
  expectProgramError("", "t.s: the program has 0 instructions");
  expectProgramError(".data x+4095 1 2\nhalt\n", "t.s: the data block of 2 bytes");
  expectProgramError(".program x\nhalt\n", "do not lie in one region of kind program");
}

TEST(Assembler, SurvivesRandomText) {
  std::mt19937_64 random(6);
  const std::string alphabet = ".regiondatlomuw=s0123\"\\;x,[]+- \n\t";
  for (int i = 0; i < 20000; ++i) {
    std::string text = kHeader;
    for (unsigned length = random() % 60; length > 0; --length)
      text += alphabet[random() % alphabet.size()];
    if (const Result<Program> program = assembleProgram(text, "t.s"))
      expectSameFile(*program);
  }
}
