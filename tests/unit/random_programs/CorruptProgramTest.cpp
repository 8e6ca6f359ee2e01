// Damage to a program is named by a rule, or harmless; nothing crashes, hangs or touches bytes that are not
// its own.
#include "tests/support/CorruptProgram.h"

#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"
#include "tests/support/RandomPrograms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace lockstep {
namespace {

const char *const kRules[] = {
#define RULE(label, text) #label,
#include "hw/isa/Rules.def"
#undef RULE
};

std::string ruleIn(const std::string &message) {
  for (const char *rule : kRules)
    if (message.find(std::string(rule) + ":") != std::string::npos)
      return rule;
  return "";
}

TEST(CorruptProgram, IsRejectedByARuleOrRuns) {
  std::set<std::string> rules;
  int ran = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    RandomProgramOptions options;
    options.instructions = 8;
    const Program program = randomProgram(randomParameters(seed), seed, options);
    Random random(seed);
    for (int i = 0; i < 60; ++i) {
      const Program corrupted = corruptProgram(program, random);
      const auto report = checkProgram(corrupted, CheckLimits{20000});
      if (!report) {
        const std::string rule = ruleIn(report.error().message);
        EXPECT_TRUE(!rule.empty() || report.error().kind == ErrorKind::Limit) << report.error().message;
        rules.insert(rule);
        continue;
      }
      auto memory = buildMemory(corrupted);
      ASSERT_TRUE(memory);
      const Status status = Golden(corrupted.parameters).run(corrupted, *memory, {}, 20000, 20000);
      EXPECT_TRUE(status || status.error().kind == ErrorKind::Limit) << status.error().message;
      ran += bool(status);
    }
  }
  EXPECT_GT(ran, 100);
  EXPECT_GT(rules.size(), 30u);
  const auto isOfVectorUnit = [](const std::string &rule) {
    return rule.rfind("elementwise", 0) == 0 || rule.rfind("reduce", 0) == 0 || rule.rfind("table", 0) == 0;
  };
  EXPECT_GT(std::count_if(rules.begin(), rules.end(), isOfVectorUnit), 10);
}

} // namespace
} // namespace lockstep
