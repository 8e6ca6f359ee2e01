#include "workloads/driver/execution/RunInputs.h"
#include "compiler/tensor/TensorFile.h"
#include "hw/isa/Assembler.h"
#include "tests/unit/driver/TemporaryFolder.h"
#include "workloads/driver/execution/SymbolTensor.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace lockstep;

namespace {

constexpr char text[] = ".machine tiny\n"
                        ".region code 0x1000 64 program\n"
                        ".region in 0x2000 128 input\n"
                        ".region out 0x3000 64 output\n"
                        ".symbol x 0x2000 int8 [40]\n"
                        ".symbol w 0x2040 int8 [4]\n"
                        ".symbol y 0x3000 int32 [2,2]\n"
                        ".data 0x2040 1 2 3 4\n"
                        "halt\n";

struct Loaded {
  Program program = *assembleProgram(text, "test");
  ExternalMemory memory = std::move(*buildMemory(program));
  std::string bytes(uint64_t address, size_t size) const {
    return {reinterpret_cast<const char *>(memory.find(address, size)), size};
  }
};

TEST(RunInputs, RandomValuesAreThoseOfTheSeedAndLeaveConstantsAlone) {
  Loaded first, second, other;
  ASSERT_TRUE(bool(placeInputs(first.program, first.memory, {}, 1)));
  ASSERT_TRUE(bool(placeInputs(second.program, second.memory, {}, 1)));
  ASSERT_TRUE(bool(placeInputs(other.program, other.memory, {}, 2)));
  EXPECT_EQ(first.bytes(0x2000, 40), second.bytes(0x2000, 40));
  EXPECT_NE(first.bytes(0x2000, 40), other.bytes(0x2000, 40));
  EXPECT_EQ(first.bytes(0x2040, 4), "\x01\x02\x03\x04");
  EXPECT_EQ(first.bytes(0x2028, 24), std::string(24, '\0')) << "bytes beyond the symbol";
}

TEST(RunInputs, FilesReplaceRandomValuesAndConstants) {
  Loaded loaded;
  TemporaryFolder folder;
  ASSERT_TRUE(bool(writeTensor({"int8", {4}, {9, 8, 7, 6}}, folder.path("w.npy"))));
  ASSERT_TRUE(bool(placeInputs(loaded.program, loaded.memory, {"w=" + folder.path("w.npy")}, 1)));
  EXPECT_EQ(loaded.bytes(0x2040, 4), "\x09\x08\x07\x06");
  EXPECT_FALSE(bool(placeInputs(loaded.program, loaded.memory, {"x=" + folder.path("w.npy")}, 1)));
  EXPECT_FALSE(bool(placeInputs(loaded.program, loaded.memory, {"w"}, 1)));
}

TEST(RunInputs, OutputsAreWrittenWithTypeAndShape) {
  Loaded loaded;
  TemporaryFolder folder;
  std::memcpy(loaded.memory.find(0x3000, 16), "0123456789abcdef", 16);
  ASSERT_TRUE(bool(writeOutputs(loaded.program, loaded.memory, folder.path("out"))));
  auto tensor = readTensor(folder.path("out") + "/y.npy");
  ASSERT_TRUE(bool(tensor));
  EXPECT_EQ(tensor->element_type, "int32");
  EXPECT_EQ(tensor->shape, (std::vector<uint64_t>{2, 2}));
  EXPECT_EQ(std::string(tensor->bytes.begin(), tensor->bytes.end()), "0123456789abcdef");
}

} // namespace
