// The printed manual is complete: nothing of the lists is missing, and all chapters are there.
#include "hw/isa/Fields.h"
#include "hw/isa/ManualPrinter.h"
#include "hw/machine/ParameterInfo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace lockstep;
using testing::HasSubstr;

TEST(Manual, MentionsEveryRuleByLabelAndText) {
  const std::string manual = printManual();
#define RULE(label, text) EXPECT_THAT(manual, HasSubstr("| `" #label "` | " text " |"));
#include "hw/isa/Rules.def"
#undef RULE
}

TEST(Manual, MentionsEveryParameterWithDefaultAndLimits) {
  const std::string manual = printManual();
  for (const ParameterInfo &info : parameterList())
    EXPECT_THAT(manual,
                HasSubstr("| `" + info.fullName() + "` | " + std::to_string(info.initial) + " | " +
                          std::to_string(info.minimum) + " to " + std::to_string(info.maximum) + " | "));
}

TEST(Manual, MentionsEveryFieldWithItsBits) {
  const std::string manual = printManual();
  for (const InstructionInfo &info : instructionSet()) {
    EXPECT_THAT(manual, HasSubstr("\n## " + info.mnemonic + "\n"));
    for (const FieldInfo &field : info.fields)
      EXPECT_THAT(manual, HasSubstr(std::to_string(field.lsb) + " | `" + field.name + "` | "));
  }
  EXPECT_THAT(manual, HasSubstr("| 125:62 | `external_address` | 64 | 0 to 18446744073709551615 |"));
  EXPECT_THAT(manual, HasSubstr("| `local_memory` | 1 | 0 `scratchpad`, 1 `accumulator` |"));
  EXPECT_THAT(manual,
              HasSubstr("| `b_type` | 3 | 0 `int8`, 1 `uint8`, 2 `int32`, 3 `int16`, 4 `pair`, 5 `wide`, "
                        "7 `immediate` |"));
}

TEST(Manual, HoldsEveryChapterInOrder) {
  const std::string manual = printManual();
  size_t at = 0;
  for (const char *heading :
       {"# The Lockstep machine", "# Numbers", "# Sequencer", "# Load unit", "# Matrix unit", "# Vector unit",
        "# Store unit", "# External memory", "# Program file", "# Order", "# Assembly", "# Recurrent cells",
        "# Reference: parameters", "# Reference: instructions", "# Reference: error codes",
        "# Reference: rules"}) {
    at = manual.find(heading, at);
    ASSERT_NE(at, std::string::npos) << heading;
  }
}

TEST(Manual, KeepsTheChaptersTextToTheLetter) {
  EXPECT_THAT(printManual(), HasSubstr("for i2 < count_2: for i1 < count_1: for i0 < count_0:  "));
  EXPECT_THAT(printManual(), HasSubstr("sequencer ──queues──► load ──► scratchpad, accumulator\n"));
  EXPECT_THAT(printManual(), HasSubstr("bytes [j chunk_bytes, min((j + 1) chunk_bytes, row_bytes))"));
}
