#include "compiler/pipeline/ModelSource.h"
#include "tests/e2e/command/Command.h"
#include "workloads/driver/model/RandomModelCheck.h"
#include "workloads/random_models/RandomModel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

using namespace lockstep;

namespace {

TEST(RandomModels, AreEqualToTheBitOnEveryExecution) {
  TemporaryFolder folder;
  CommandResult result = runCommand({"fuzz", "--count", "500", "--seed", "1", "--folder",
                                     folder.path("failures"), "--json", folder.path("fuzz.json")});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  std::vector<Row> rows = readRows(folder.path("fuzz.json"));
  EXPECT_EQ(rows.size(), 500u);
  uint64_t onAccelerator = 0, several = 0;
  for (const Row &row : rows) {
    onAccelerator += row["pieces"].get<uint64_t>() > 0;
    several += row["pieces"].get<uint64_t>() > 1;
  }
  EXPECT_GT(onAccelerator, 350u) << "most models have work for the accelerator";
  EXPECT_GT(several, 50u) << "and many in several regions";
}

TEST(RandomModels, AreTheSameForTheSameSeedAndValid) {
  std::set<std::string> types;
  for (uint64_t seed = 1000; seed < 1040; ++seed) {
    RandomModel model = randomModel(seed);
    EXPECT_EQ(onnxOf(model), onnxOf(randomModel(seed)));
    auto source = ModelSource::parse(onnxOf(model), "model");
    EXPECT_TRUE(bool(source)) << seed << ": " << (source ? "" : source.error().message);
    for (const ModelNode &node : model.nodes)
      types.insert(node.type);
  }
  EXPECT_GT(types.size(), 12u);
}

TEST(RandomModels, StayValidWhenTheyShrink) {
  for (uint64_t seed = 2000; seed < 2010; ++seed)
    for (const RandomModel &smaller : smallerModels(randomModel(seed))) {
      auto source = ModelSource::parse(onnxOf(smaller), "model");
      EXPECT_TRUE(bool(source)) << seed << ": " << (source ? "" : source.error().message);
    }
}

bool hasType(const RandomModel &model, const std::string &type) {
  return std::any_of(model.nodes.begin(), model.nodes.end(),
                     [&](const ModelNode &node) { return node.type == type; });
}

TEST(RandomModels, ShrinkToWhatFails) {
  unsigned shrunk = 0;
  for (uint64_t seed = 1; shrunk < 3; ++seed) {
    RandomModel model = randomModel(seed);
    auto fails = [](const RandomModel &candidate) {
      return hasType(candidate, "Conv") && hasType(candidate, "Add");
    };
    if (!fails(model) || model.nodes.size() < 5)
      continue;
    RandomModel smallest = shrinkModel(model, fails, 1000);
    EXPECT_TRUE(fails(smallest));
    EXPECT_LE(smallest.nodes.size(), 3u) << seed;
    ++shrunk;
  }
}

TEST(RandomModels, TheCommandOfAFailureRunsTheModelThatWasWritten) {
  TemporaryFolder folder;
  RandomCheckSpec spec;
  spec.machines = {"tiny"};
  auto command = writeFailure(randomModel(7), 7, spec, folder.path("failures"));
  ASSERT_TRUE(bool(command));
  std::istringstream words(*command);
  std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
  ASSERT_EQ(arguments.front(), "lockstep");
  arguments.erase(arguments.begin());
  CommandResult result = runCommand(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

TEST(RandomModels, RunOnMachinesThatExist) {
  CommandResult result = runCommand({"fuzz", "--count", "1", "--hw", "none-such"});
  EXPECT_EQ(result.exit_code, 2);
  expectOneSentence(result);
}

} // namespace
