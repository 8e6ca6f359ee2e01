// The program in the manual's chapter "Assembly" is legal, free of races, and computes what it says.
#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"
#include "hw/isa/Assembler.h"
#include "hw/isa/ManualPrinter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

using namespace lockstep;

namespace {

/// The indented lines of the chapter, up to the next one.
std::string programOfTheManual() {
  std::istringstream chapter(printManual().substr(printManual().find("# Assembly")));
  std::string text, line;
  std::getline(chapter, line);
  while (std::getline(chapter, line) && line.rfind("# ", 0) != 0)
    if (line.rfind("    ", 0) == 0)
      text += line.substr(4) + "\n";
  return text;
}

/// Row-major [4, 4] int8 product, saturated.
std::vector<int> product(const int8_t *a, const int8_t *b) {
  std::vector<int> c(16);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) {
      for (int k = 0; k < 4; ++k)
        c[4 * i + j] += a[4 * i + k] * b[4 * k + j];
      c[4 * i + j] = std::clamp(c[4 * i + j], -128, 127);
    }
  return c;
}

} // namespace

TEST(ManualProgram, ComputesTheProductOfItsData) {
  const Result<Program> program = assembleProgram(programOfTheManual(), "manual");
  ASSERT_TRUE(program) << program.error().message;
  const auto report = checkProgram(*program);
  ASSERT_TRUE(report) << report.error().message;
  Result<ExternalMemory> memory = buildMemory(*program);
  ASSERT_TRUE(memory) << memory.error().message;
  Golden golden(program->parameters);
  const Status status = golden.run(*program, *memory);
  ASSERT_TRUE(status) << status.error().message;
  const auto *bytes = reinterpret_cast<const int8_t *>(memory->find(0x6000, 16));
  EXPECT_EQ(std::vector<int>(bytes, bytes + 16),
            product(reinterpret_cast<const int8_t *>(memory->find(0x4000, 16)),
                    reinterpret_cast<const int8_t *>(memory->find(0x5000, 16))));
  EXPECT_EQ(bytes[8], 5 - 7 * 9);
  EXPECT_EQ(bytes[12], -100);
  EXPECT_EQ(bytes[15], 127);
}
