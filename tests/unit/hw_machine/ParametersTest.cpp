// Parameters from YAML and from overrides: what is read, and the sentence for what is wrong.
#include "hw/machine/ParameterInfo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

using namespace lockstep;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

using Overrides = std::vector<std::pair<std::string, std::string>>;

Parameters parsed(const std::string &yaml, const Overrides &overrides = {}) {
  const Result<Parameters> parameters = parseParameters(yaml, "m.yaml", overrides);
  EXPECT_TRUE(parameters) << parameters.error().message;
  return parameters ? *parameters : Parameters{};
}

void expectError(const std::string &yaml, const std::string &message, const Overrides &overrides = {}) {
  const Result<Parameters> parameters = parseParameters(yaml, "m.yaml", overrides);
  ASSERT_FALSE(parameters) << message;
  EXPECT_EQ(parameters.error().kind, ErrorKind::Parameter);
  EXPECT_THAT(parameters.error().message, HasSubstr(message));
}

void expectOverrideError(const std::string &field, const std::string &value, const std::string &message) {
  expectError("", message, {{field, value}});
}

} // namespace

TEST(Parameters, OfAnEmptyFileAreTheDefaults) {
  EXPECT_EQ(printParameters(parsed("")), printParameters(Parameters{}));
  EXPECT_EQ(printParameters(parsed("# nothing\nmemory:\n")), printParameters(Parameters{}));
}

TEST(Parameters, AreReadFromGroups) {
  const Parameters p = parsed("name: mine\n"
                              "array:\n  rows: 8\n  columns: 0x10\n"
                              "memory: {model: dram, latency_cycles: 7}\n");
  EXPECT_EQ(p.name, "mine");
  EXPECT_EQ(p.array_rows, 8);
  EXPECT_EQ(p.array_columns, 16);
  EXPECT_EQ(p.memory_model, MemoryModelKind::Dram);
  EXPECT_EQ(p.memory_latency_cycles, 7);
}

TEST(Parameters, OverridesHoldInTheirOrder) {
  const Parameters p =
      parsed("memory: {latency_cycles: 7}",
             {{"memory.latency_cycles", "100"}, {"memory.model", "dram"}, {"memory.latency_cycles", "200"}});
  EXPECT_EQ(p.memory_latency_cycles, 200);
  EXPECT_EQ(p.memory_model, MemoryModelKind::Dram);
}

TEST(Parameters, MayPassThroughIllegalIntermediateOverrides) {
  EXPECT_EQ(parsed("", {{"array.columns", "8"}, {"vector.lanes", "8"}}).array_columns, 8);
}

TEST(Parameters, PrintedParseToTheSame) {
  Parameters p;
  p.name = "x";
  p.memory_model = MemoryModelKind::Dram;
  for (const ParameterInfo &info : parameterList()) {
    Parameters changed = p;
    if (changed.*info.member += 1; checkParameters(changed)) {
      EXPECT_EQ(printParameters(parsed(printParameters(changed))), printParameters(changed))
          << info.fullName();
    }
  }
  EXPECT_EQ(printParameters(parsed(printParameters(p))), printParameters(p));
}

TEST(Parameters, ExplainedParseToTheSame) {
  EXPECT_EQ(printParameters(parsed(explainParameters(*loadParameters("large")))),
            printParameters(*loadParameters("large")));
  EXPECT_THAT(explainParameters(Parameters{}),
              HasSubstr("\n  rows: 16 # 2 to 128 PEs; rows of the array: the length of a reduction slice\n"));
}

TEST(ParameterErrors, NameFileLineFieldAndWhatIsAllowed) {
  expectError("array:\n  rows: 1\n", "m.yaml:2: array.rows: 1 is out of range; allowed is 2 to 128 PEs.");
  expectError("array:\n  columns: 16\n\n  rosw: 16\n",
              "m.yaml:4: array.rosw: unknown parameter; did you mean array.rows?");
  expectError("aray:\n  rows: 16\n",
              "m.yaml:1: aray: unknown group; allowed are clock, array, scratchpad, accumulator, "
              "vector, memory, sequencer, dram; did you mean array?");
  expectError("\nrows: 16\n", "m.yaml:2: rows: unknown group; allowed are");
  expectError("\nrows: 16\n", "; did you mean array.rows?");
  expectError("memory:\n  model: dramm\n",
              "m.yaml:2: memory.model: 'dramm' is no memory model; allowed are fixed and dram.");
  expectError("array:\n  rows: many\n",
              "m.yaml:2: array.rows: 'many' is not a whole number; allowed is 2 to 128 PEs.");
  expectError("array:\n  rows: 16.5\n", "'16.5' is not a whole number");
  expectError("array:\n  rows:\n", "m.yaml:2: array.rows: this is not a single value");
  expectError("array:\n  rows: [1, 2]\n", "m.yaml:2: array.rows: this is not a single value");
  expectError("array: 16\n",
              "m.yaml:1: array: this is a group; allowed is a map with array.rows, array.columns");
  expectError("- a\n- b\n", "m.yaml:1: this is not a map; allowed are the groups clock, array");
  expectError("name: a b\n", "m.yaml:1: name: 'a b' is not a name");
  expectError("array:\n  rows: 99999999999999999999\n", "is not a whole number");
}

TEST(ParameterErrors, PointToTheFieldThatBreaksARule) {
  expectError("vector:\n  lanes: 3\n", "m.yaml:2: vector.lanes: 3 is not allowed");
  expectError("array:\n  columns: 24\n",
              "m.yaml:2: scratchpad.size_bytes: 262144 is not allowed; it must be 8 banks of a "
              "power of two (at least 2) of words of 24 bytes, such as 196608 or 393216.");
  expectError("array:\n  columns: 8\n",
              "--set vector.lanes=7: vector.lanes: 7 is not allowed; it must divide",
              {{"vector.lanes", "7"}});
}

TEST(ParameterErrors, RefuseAFieldThatIsGivenTwice) {
  expectError("array:\n  rows: 16\n  rows: 16\n", "m.yaml:3: array.rows: given twice, first at m.yaml:2");
}

TEST(ParameterErrors, NameTheOverride) {
  expectOverrideError("memory.latency", "5", "--set memory.latency=5: memory.latency: unknown parameter");
  expectOverrideError("latency_cycles", "5", "did you mean memory.latency_cycles?");
  expectOverrideError("memory.latencycycles", "5", "did you mean memory.latency_cycles?");
  expectOverrideError("memory.latency_cycles", "",
                      "'' is not a whole number; allowed is 1 to 100000 cycles.");
  expectOverrideError("memory.latency_cycles", "0",
                      "--set memory.latency_cycles=0: memory.latency_cycles: 0 is out of");
  expectOverrideError("", "", "unknown parameter");
}

TEST(ParameterErrors, SayWhereTheTextIsNotYaml) {
  expectError("array:\n  rows: 16\n bad: [\n", "m.yaml:");
  expectError("array: {rows: 16\n", "this is not YAML");
  expectError(std::string(100000, '['), "this is not YAML");
  expectError("a: &x [*x]\n", "m.yaml:1: ");
  expectError(std::string("array:\n\t\x01\xff\0", 11), "m.yaml:");
}

TEST(Configurations, AreSixOfGrowingSize) {
  EXPECT_THAT(listConfigurations(), ElementsAre("tiny", "small", "base", "recurrent", "large", "datacenter"));
  for (const std::string &name : listConfigurations()) {
    const Result<Parameters> parameters = loadParameters(name);
    ASSERT_TRUE(parameters) << parameters.error().message;
    EXPECT_EQ(parameters->name, name);
  }
}

TEST(Configurations, BaseIsThatOfTheDefaults) {
  EXPECT_EQ(printParameters(*loadParameters("base")), printParameters(Parameters{}));
  const Parameters base;
  EXPECT_EQ(base.array_rows * base.array_columns, 256);
  EXPECT_EQ(base.scratchpad_size_bytes, 256 * 1024);
  EXPECT_EQ(base.accumulator_size_bytes, 64 * 1024);
  EXPECT_EQ(base.memory_read_bursts_in_flight * base.memory_burst_bytes, 64 * 64);
}

TEST(Configurations, AreFoundByNameOrFile) {
  const std::string folder = std::string(LOCKSTEP_SOURCE_DIR) + "/hw/configs";
  EXPECT_EQ(loadParameters(folder + "/tiny.yaml")->name, "tiny");
  EXPECT_EQ(loadParameters("tiny", {{"memory.latency_cycles", "9"}})->memory_latency_cycles, 9);
  EXPECT_THAT(
      loadParameters("tyni").error().message,
      HasSubstr("There is no configuration or readable file 'tyni'; the configurations are base, datacenter, "
                "large, recurrent, small, tiny; did you mean tiny?"));
  EXPECT_FALSE(loadParameters("/"));
  EXPECT_FALSE(loadParameters(""));
}

TEST(Configurations, MayStandInAnotherFolder) {
  ASSERT_EQ(setenv("LOCKSTEP_CONFIG_DIR", "/nowhere", 1), 0);
  EXPECT_FALSE(loadParameters("base"));
  EXPECT_TRUE(listConfigurations().empty());
  unsetenv("LOCKSTEP_CONFIG_DIR");
  EXPECT_TRUE(loadParameters("base"));
}
