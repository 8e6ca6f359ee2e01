// The printed SystemVerilog package says what the encoder does: the text is read back here.
#include "RandomInstructions.h"
#include "hw/isa/SvPackagePrinter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>
#include <sstream>

using namespace lockstep;

namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), ::toupper);
  return text;
}

/// NAME -> value of all `localparam` lines.
std::map<std::string, uint64_t> readConstants(const std::string &package) {
  std::map<std::string, uint64_t> constants;
  const std::regex line("localparam [a-z]+ [a-z0-9:\\[\\]]+ ([A-Z0-9_]+) = (?:8'd)?([0-9]+);");
  for (std::sregex_iterator match(package.begin(), package.end(), line), end; match != end; ++match)
    constants[(*match)[1]] = std::stoull((*match)[2]);
  return constants;
}

struct Member {
  std::string name;
  unsigned lsb, width;
  bool isSigned;
};

/// Members of a packed struct with the bits that the language gives them: the last member is the lowest.
std::vector<Member> readStruct(const std::string &package, const std::string &type) {
  const size_t end = package.find("} " + type + ";");
  const size_t start = package.rfind("struct packed {", end);
  EXPECT_NE(end, std::string::npos) << type;
  const std::string body = package.substr(start, end - start);
  std::vector<Member> members;
  const std::regex line("logic (signed )?\\[([0-9]+):0\\] ([a-z0-9_]+);");
  for (std::sregex_iterator match(body.begin(), body.end(), line), stop; match != stop; ++match)
    members.push_back(
        {(*match)[3], 0, static_cast<unsigned>(std::stoul((*match)[2])) + 1, (*match)[1].matched});
  unsigned lsb = 0;
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    member->lsb = lsb;
    lsb += member->width;
  }
  EXPECT_EQ(lsb, 512u) << type;
  return members;
}

/// The value that the encoder put into bits [lsb, lsb + width).
uint64_t extract(const EncodedInstruction &bits, unsigned lsb, unsigned width) {
  uint64_t value = 0;
  for (unsigned i = 0; i < width; ++i)
    value |= uint64_t{(bits[(lsb + i) / 8] >> ((lsb + i) % 8) & 1u)} << i;
  return value;
}

} // namespace

TEST(SvPackage, NamesEveryOpcodeUnitErrorAndCount) {
  const auto constants = readConstants(printSvPackage());
  for (const InstructionInfo &info : instructionSet())
    EXPECT_EQ(constants.at("OPCODE_" + upper(info.mnemonic)), info.opcode);
  for (unsigned code = 0; code < kNumQueuedUnits; ++code)
    EXPECT_EQ(constants.at("UNIT_" + upper(unitName(static_cast<Unit>(code)))), code);
  EXPECT_EQ(constants.at("ERROR_SEMAPHORE_OVERFLOW"), 7u);
  EXPECT_EQ(constants.at("NUM_SEMAPHORES"), kNumSemaphores);
  EXPECT_EQ(constants.at("NUM_REGISTERS"), kNumRegisters);
  EXPECT_EQ(constants.at("MAX_LOOP_DEPTH"), kMaxLoopDepth);
}

TEST(SvPackage, StructsAndConstantsFindWhatTheEncoderWrote) {
  const std::string package = printSvPackage();
  const auto constants = readConstants(package);
  std::mt19937_64 random(4);
  for (size_t index = 0; index < instructionSet().size(); ++index) {
    const InstructionInfo &info = instructionSet()[index];
    const std::vector<Member> members = readStruct(package, info.mnemonic + "_instruction_t");
    const Instruction instruction = randomInstruction(random, index);
    const EncodedInstruction bits = *encode(instruction);
    const std::vector<uint64_t> values = fieldValues(instruction);
    for (size_t i = 0; i < info.fields.size(); ++i) {
      SCOPED_TRACE(info.mnemonic + "." + info.fields[i].name);
      const Member &member = members.at(members.size() - 2 - i); // the opcode is last
      const uint64_t mask = member.width == 64 ? ~uint64_t{0} : (uint64_t{1} << member.width) - 1;
      EXPECT_EQ(member.name, svFieldName(info.fields[i].name));
      EXPECT_EQ(extract(bits, member.lsb, member.width), values[i] & mask);
      EXPECT_EQ(member.isSigned, info.fields[i].kind == FieldKind::Signed);
      const std::string prefix = upper(info.mnemonic + "_" + info.fields[i].name);
      EXPECT_EQ(constants.at(prefix + "_LSB"), member.lsb);
      EXPECT_EQ(constants.at(prefix + "_WIDTH"), member.width);
    }
  }
}

TEST(SvPackage, ParameterFlagsNameEveryParameterOfTheMachine) {
  Parameters parameters;
  parameters.array_stage_rows = 8;
  const std::vector<std::string> flags = svParameterFlags(parameters);
  EXPECT_EQ(flags.front(), "-GClockCoreMhz=1000");
  EXPECT_NE(std::find(flags.begin(), flags.end(), "-GArrayStageRows=8"), flags.end());
  EXPECT_NE(std::find(flags.begin(), flags.end(), "-GMemoryReadBytesPerCycle=16"), flags.end());
  const std::string list = printSvModuleParameters();
  EXPECT_EQ(static_cast<size_t>(std::count(list.begin(), list.end(), '=')), flags.size());
  EXPECT_NE(list.find("  parameter int unsigned DramTRefi = 9360,\n"), std::string::npos);
}
