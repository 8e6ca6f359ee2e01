#include "compiler/tensor/TensorFile.h"
#include "compiler/tensor/ZipArchive.h"
#include "hw/support/Files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

using namespace lockstep;
using testing::HasSubstr;

namespace {

std::string temporary(const std::string &name) { return testing::TempDir() + name; }

void expectEqual(const Tensor &one, const Tensor &other) {
  EXPECT_EQ(one.element_type, other.element_type);
  EXPECT_EQ(one.shape, other.shape);
  EXPECT_EQ(one.bytes, other.bytes);
}

std::string errorOf(const std::vector<ZipEntry> &entries) {
  std::string file = temporary("wrong.npz");
  auto archive = packZip(entries);
  EXPECT_TRUE(archive && writeFileBytes(file, archive->data(), archive->size()));
  auto read = readNpz(file);
  return read ? "no error" : read.error().message;
}

} // namespace

TEST(Npz, WhatIsWrittenIsReadBack) {
  Tensor floats{"float32", {2, 3}, std::vector<uint8_t>(24)}, scalar{"int64", {}, {1, 2, 3, 4, 5, 6, 7, 8}};
  for (size_t i = 0; i < 24; ++i)
    floats.bytes[i] = uint8_t(i * 37);
  NamedTensors written{{"b", floats}, {"a", scalar}, {"empty", zeroTensor("uint8", {0, 5})}};
  std::string file = temporary("written.npz");
  ASSERT_TRUE(writeNpz(written, file));
  auto read = readNpz(file);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), written.size());
  for (size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ((*read)[i].name, written[i].name);
    expectEqual((*read)[i].tensor, written[i].tensor);
  }
}

TEST(Npz, TheSameTensorsGiveTheSameBytes) {
  NamedTensors tensors{{"x", zeroTensor("int8", {1000})}};
  ASSERT_TRUE(writeNpz(tensors, temporary("one.npz")));
  ASSERT_TRUE(writeNpz(tensors, temporary("two.npz")));
  EXPECT_EQ(*readFileBytes(temporary("one.npz")), *readFileBytes(temporary("two.npz")));
}

TEST(Npz, ReadsWhatNumpyWrote) {
  auto read = readNpz(LOCKSTEP_SOURCE_DIR "/workloads/models/digits_test.npz");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].name, "image");
  EXPECT_EQ((*read)[0].tensor.shape, (std::vector<uint64_t>{400, 1, 8, 8}));
  EXPECT_EQ((*read)[1].name, "label");
  EXPECT_EQ((*read)[1].tensor.element_type, "int64");
  for (size_t i = 0; i < (*read)[1].tensor.bytes.size(); ++i)
    EXPECT_LE((*read)[1].tensor.bytes[i], i % 8 == 0 ? 9 : 0);
}

TEST(Npz, AnEntryThatIsNoArrayIsRefusedByName) {
  EXPECT_THAT(errorOf({{"readme.txt", "hello"}}), HasSubstr("readme.txt"));
  EXPECT_THAT(errorOf({{"x.npy", "not an array at all"}}), HasSubstr("x.npy"));
}

TEST(Npz, ANameThatOccursTwiceIsRefused) {
  auto array = encodeNpy(zeroTensor("int8", {1}));
  std::string bytes(array.begin(), array.end());
  EXPECT_THAT(errorOf({{"x.npy", bytes}, {"x.npy", bytes}}), HasSubstr("once"));
}
