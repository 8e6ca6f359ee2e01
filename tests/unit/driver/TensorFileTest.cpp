#include "compiler/tensor/TensorFile.h"
#include "tests/unit/driver/TemporaryFolder.h"
#include "workloads/driver/execution/SymbolTensor.h"
#include "workloads/driver/support/Row.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

const Tensor matrix = {"int8", {2, 3}, {1, 2, 3, 0xff, 0x80, 0x7f}};

std::string npyText(const Tensor &tensor) {
  auto bytes = encodeNpy(tensor);
  return {bytes.begin(), bytes.end()};
}

TEST(TensorFile, NpyIsAlignedTo64BytesAsTheFormatAsks) { EXPECT_EQ((encodeNpy(matrix).size() - 6) % 64, 0u); }

TEST(TensorFile, NpyRoundTripsEveryType) {
  for (const Tensor &tensor :
       {matrix, Tensor{"uint8", {4}, {1, 2, 3, 4}}, Tensor{"int32", {1, 1}, {1, 2, 3, 4}}}) {
    auto back = decodeNpy(npyText(tensor), "test");
    ASSERT_TRUE(bool(back)) << back.error().message;
    EXPECT_EQ(back->element_type, tensor.element_type);
    EXPECT_EQ(back->shape, tensor.shape);
    EXPECT_EQ(back->bytes, tensor.bytes);
  }
}

TEST(TensorFile, NpyIsRejectedAtEveryTruncation) {
  std::string whole = npyText(matrix);
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(bool(decodeNpy(whole.substr(0, size), "test"))) << size;
}

TEST(TensorFile, NpyInFortranOrderIsRejected) {
  std::string text = npyText(matrix);
  text.replace(text.find("False"), 5, "True ");
  auto tensor = decodeNpy(text, "a.npy");
  ASSERT_FALSE(bool(tensor));
  EXPECT_NE(tensor.error().message.find("C order"), std::string::npos);
}

TEST(TensorFile, ShapesWhoseProductOverflowsAreRejected) {
  std::string text = npyText({"int8", {4294967296, 4294967296}, {}});
  EXPECT_FALSE(bool(decodeNpy(text, "a.npy")));
}

TEST(TensorFile, RawBytesTakeTheShapeOfTheSymbol) {
  TemporaryFolder folder;
  ASSERT_TRUE(bool(writeTensor(matrix, folder.path("a.bin"))));
  auto tensor = readTensor(folder.path("a.bin"));
  ASSERT_TRUE(bool(tensor));
  EXPECT_TRUE(bool(checkTensor(*tensor, {"a", 0, "int8", {3, 2}})));
  EXPECT_FALSE(bool(checkTensor(*tensor, {"a", 0, "int8", {3, 3}})));
}

TEST(TensorFile, AnotherShapeOrTypeThanTheSymbolsIsNamed) {
  Status status = checkTensor(matrix, {"a", 0, "int32", {2, 3}});
  ASSERT_FALSE(bool(status));
  EXPECT_EQ(status.error().message, "input a is int8 [2, 3], but the program wants int32 [2, 3]");
}

} // namespace
