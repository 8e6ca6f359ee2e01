// The generator keeps its promises: legal, race-free, the same for the same seed, and of all kinds.
#include "tests/support/RandomPrograms.h"

#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"
#include "hw/isa/Fields.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace lockstep {
namespace {

constexpr uint64_t kSeeds = 200;

Program programOf(uint64_t seed) { return randomProgram(randomParameters(seed), seed); }

TEST(RandomParameters, AreLegalSmallAndOfManyShapes) {
  std::map<std::pair<int64_t, int64_t>, int> shapes;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const Parameters parameters = randomParameters(seed);
    ASSERT_TRUE(checkParameters(parameters)) << "seed " << seed;
    ASSERT_LE(parameters.array_rows * parameters.array_columns, 256);
    ++shapes[{parameters.array_rows, parameters.array_columns}];
  }
  EXPECT_GT(shapes.size(), 50u);
}

TEST(RandomParameters, AreTheSameForTheSameSeed) {
  EXPECT_EQ(printParameters(randomParameters(5)), printParameters(randomParameters(5)));
  EXPECT_NE(printParameters(randomParameters(5)), printParameters(randomParameters(6)));
}

TEST(RandomProgram, IsTheSameForTheSameSeed) {
  const Parameters parameters = randomParameters(3);
  EXPECT_EQ(serializeProgram(randomProgram(parameters, 9)), serializeProgram(randomProgram(parameters, 9)));
  EXPECT_NE(serializeProgram(randomProgram(parameters, 9)), serializeProgram(randomProgram(parameters, 10)));
}

TEST(RandomProgram, IsLegalFreeOfRacesAndRunsOnTheGoldenExecutor) {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Program program = programOf(seed);
    const auto report = checkProgram(program);
    ASSERT_TRUE(report) << "seed " << seed << ": " << report.error().message;
    auto memory = buildMemory(program);
    ASSERT_TRUE(memory) << "seed " << seed << ": " << memory.error().message;
    const Status status = Golden(program.parameters).run(program, *memory);
    ASSERT_TRUE(status) << "seed " << seed << ": " << status.error().message;
  }
}

TEST(RandomProgram, SurvivesItsProgramFile) {
  for (uint64_t seed = 0; seed < 10; ++seed) {
    const Program program = programOf(seed);
    const auto bytes = serializeProgram(program);
    const auto read = parseProgram(bytes, "random");
    ASSERT_TRUE(read) << "seed " << seed << ": " << read.error().message;
    EXPECT_EQ(serializeProgram(*read), bytes);
  }
}

/// What all programs together contain: "load.transpose=1", "loops", ...
std::map<std::string, uint64_t> census() {
  std::map<std::string, uint64_t> seen;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Program program = programOf(seed);
    for (const EncodedInstruction &bits : program.instructions) {
      const Instruction instruction = *decode(bits);
      const std::string name = infoOf(instruction).mnemonic;
      ++seen[name];
      std::visit(
          [&](const auto &fields) {
            forEachField(fields, [&](const char *field, unsigned, FieldKind, auto value) {
              const char *sign = value > 0 ? ">0" : static_cast<int64_t>(value) < 0 ? "<0" : "=0";
              ++seen[name + "." + field + sign];
            });
          },
          instruction);
    }
  }
  return seen;
}

TEST(RandomProgram, HasEveryInstructionAndEveryFieldInUse) {
  auto seen = census();
  for (const InstructionInfo &info : instructionSet()) {
    EXPECT_GT(seen[info.mnemonic], 20u) << info.mnemonic;
    for (const FieldInfo &field : info.fields)
      if (field.name != "unit_instance" && field.name != "dataflow") {
        EXPECT_GT(seen[info.mnemonic + "." + field.name + ">0"], 5u) << info.mnemonic << "." << field.name;
        if (field.kind == FieldKind::Signed) {
          EXPECT_GT(seen[info.mnemonic + "." + field.name + "<0"], 5u) << info.mnemonic << "." << field.name;
        }
      }
  }
}

} // namespace
} // namespace lockstep
