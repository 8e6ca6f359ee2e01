// lockstep fidelity: rows, the sentence about the least, and what it refuses.
#include "tests/e2e/command/Command.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

using namespace lockstep;

namespace {

TEST(FidelityCommand, WritesARowForEachSizeAndBiasAndTellsTheLeast) {
  TemporaryFolder folder;
  const CommandResult result =
      runCommand({"fidelity", "--cell", "gru,rnn", "--hidden", "8,16", "--bias", "0,4", "--steps", "40",
                  "--jobs", "1", "--json", folder.path("rows.json")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const std::vector<Row> rows = readRows(folder.path("rows.json"));
  ASSERT_EQ(rows.size(), 2 * 2 + 2u); // an RNN has no gate
  double least = 1000;
  for (const Row &row : rows)
    least = std::min(least, row["sqnr_int16_db"].get<double>());
  EXPECT_EQ(rows[3]["cell"], "gru");
  EXPECT_EQ(rows[3]["hidden"], 16);
  EXPECT_EQ(rows[3]["gate_bias"], 4.0);
  char wanted[64];
  std::snprintf(wanted, sizeof wanted, "least with a state of int16: %.2f dB", least);
  EXPECT_NE(result.out.find(wanted), std::string::npos) << result.out;
}

TEST(FidelityCommand, TakesAnyFidelityIfNothingIsRequired) {
  const CommandResult result = runCommand({"fidelity", "--hidden", "8", "--bias", "12"});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_NE(result.out.find("int16: -"), std::string::npos) << result.out;
}

TEST(FidelityCommand, FailsBelowWhatIsRequired) {
  const std::vector<std::string> command = {"fidelity", "--hidden", "8",  "--bias",
                                            "0",        "--steps",  "40", "--require"};
  for (const auto &[decibels, code] : {std::pair{"10", 0}, {"90", 1}}) {
    std::vector<std::string> arguments = command;
    arguments.push_back(decibels);
    EXPECT_EQ(runCommand(arguments).exit_code, code) << decibels;
  }
}

TEST(FidelityCommand, RefusesWhatItDoesNotKnowInOneSentence) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"fidelity", "--cell", "mlp"}, "`mlp` is no cell; allowed are gru, lstm, rnn"},
      {{"fidelity", "--hidden", "0"}, "hidden is 0; allowed is 1 to 4096"},
      {{"fidelity", "--state", "int4"}, "allowed: int16, int8"},
      {{"fidelity", "--steps", "0"}, "steps is 0; allowed is 1 to 100000"},
      {{"fidelity", "--bias", "nan"}, "the gate bias is nan"},
      {{"fidelity", "--calibrator", "guess"}, "guess"},
      {{"fidelity", "--hidden", "many"}, "many"},
  };
  for (const auto &[arguments, says] : cases) {
    const CommandResult result = runCommand(arguments);
    SCOPED_TRACE(testing::PrintToString(arguments));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find(says), std::string::npos) << result.err;
    expectOneSentence(result);
  }
}

} // namespace
