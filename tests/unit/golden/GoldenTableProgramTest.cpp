// Every value of a type through a function, by a whole program.
#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"
#include "tests/support/TablePrograms.h"
#include "tests/support/TestMachine.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

/// testMachine with a scratchpad that holds 513 entries.
Parameters tableMachine(int64_t rows, int64_t columns) {
  Parameters parameters = testMachine(rows, columns);
  parameters.scratchpad_size_bytes *= 8;
  EXPECT_GE(parameters.scratchpadWords(), wordsOfTable16Program(parameters));
  return parameters;
}

Result<ExternalMemory> runOnGolden(const Program &program) {
  if (const auto report = checkProgram(program); !report)
    return report.error();
  Result<ExternalMemory> memory = buildMemory(program);
  if (memory)
    if (Status status = Golden(program.parameters).run(program, *memory); !status)
      return status.error();
  return memory;
}

class TablePrograms : public testing::TestWithParam<std::pair<int64_t, int64_t>> {
protected:
  const Parameters parameters = tableMachine(GetParam().first, GetParam().second);
};

TEST_P(TablePrograms, GoldenInterpolatesEveryInt16) {
  for (const NamedTable16 &table : sampleTables16()) {
    const Program program = table16Program(parameters, table.entries, 1);
    const auto memory = runOnGolden(program);
    ASSERT_TRUE(memory) << memory.error().message;
    const std::vector<int16_t> results = resultsOfTable16(program, *memory);
    for (int value = -32768; value < 32768; ++value)
      ASSERT_EQ(results[static_cast<size_t>(value + 32768)],
                expectedOfTable16(static_cast<int16_t>(value), table.entries))
          << table.name << " of " << value;
  }
}

TEST_P(TablePrograms, GoldenLooksUpEveryInt8) {
  for (const NamedTable8 &table : sampleTables8()) {
    const Program program = table8Program(parameters, table.entries);
    const auto memory = runOnGolden(program);
    ASSERT_TRUE(memory) << memory.error().message;
    const std::vector<int8_t> results = resultsOfTable8(program, *memory);
    for (size_t i = 0; i < 256; ++i)
      ASSERT_EQ(results[i], table.entries[i]) << table.name << " of " << static_cast<int>(i) - 128;
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, TablePrograms,
                         testing::Values(std::make_pair(16, 16), std::make_pair(9, 4), std::make_pair(3, 7)));

} // namespace
} // namespace lockstep
