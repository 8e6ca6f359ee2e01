#include "compiler/tensor/ZipArchive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace lockstep;
using testing::HasSubstr;

namespace {

const std::vector<ZipEntry> entries = {
    {"first", std::string(5000, 'x') + "end"}, {"second", "short"}, {"none", ""}};

std::string archive() { return *packZip(entries); }

std::string errorOf(const std::string &bytes) {
  auto read = unpackZip(bytes, "archive");
  return read ? "no error" : read.error().message;
}

/// Sets a 32-bit field of the first row of the directory.
std::string withDirectoryField(std::string bytes, size_t offset, uint32_t value) {
  size_t row = bytes.find("PK\x01\x02");
  for (unsigned i = 0; i < 4; ++i)
    bytes[row + offset + i] = char(value >> (8 * i));
  return bytes;
}

} // namespace

TEST(ZipArchive, EntriesComeBackInOrder) {
  auto read = unpackZip(archive(), "archive");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ((*read)[i].name, entries[i].name);
    EXPECT_EQ((*read)[i].bytes, entries[i].bytes);
  }
}

TEST(ZipArchive, EveryTruncationIsAnError) {
  std::string whole = archive();
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(unpackZip(whole.substr(0, size), "archive")) << size;
}

TEST(ZipArchive, NoChangedByteCrashesOrChangesAnEntrySilently) {
  std::string whole = archive();
  for (size_t i = 0; i < whole.size(); ++i)
    for (int change : {1, 0x80, 0xff}) {
      std::string changed = whole;
      changed[i] = char(changed[i] ^ change);
      auto read = unpackZip(changed, "archive");
      for (size_t e = 0; read && e < read->size(); ++e)
        EXPECT_EQ((*read)[e].bytes, entries[e].bytes) << i;
    }
}

TEST(ZipArchive, ASizeThatDeflateCannotReachIsNotAllocated) {
  EXPECT_THAT(errorOf(withDirectoryField(archive(), 24, 0xfffffff0)),
              HasSubstr("cannot unpack to so many bytes"));
}

TEST(ZipArchive, EntriesThatShareBytesAreRefused) {
  std::string bytes = archive();
  size_t row = bytes.find("PK\x01\x02"), end = bytes.find("PK\x05\x06");
  std::string first = bytes.substr(row, 46 + 5), rows;
  for (unsigned i = 0; i < 1000; ++i)
    rows += first;
  std::string tail = bytes.substr(end);
  tail[10] = char(1000 & 255);
  tail[11] = char(1000 >> 8);
  EXPECT_THAT(errorOf(bytes.substr(0, row) + rows + tail), HasSubstr("overlap"));
}

TEST(ZipArchive, EncryptionAndOtherMethodsAreNamed) {
  std::string encrypted = archive(), packed = archive();
  encrypted[encrypted.find("PK\x01\x02") + 8] = 1;
  packed[packed.find("PK\x01\x02") + 10] = 12; // bzip2
  EXPECT_THAT(errorOf(encrypted), HasSubstr("encrypted"));
  EXPECT_THAT(errorOf(packed), HasSubstr("another method"));
}

TEST(ZipArchive, WhatIsNoArchiveIsSaidToBeNone) {
  EXPECT_THAT(errorOf(""), HasSubstr("not an .npz file"));
  EXPECT_THAT(errorOf(std::string(100000, 'P')), HasSubstr("not an .npz file"));
}
