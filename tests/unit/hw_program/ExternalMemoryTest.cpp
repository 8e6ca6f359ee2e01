#include "hw/program/ExternalMemory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace lockstep;
using testing::HasSubstr;

namespace {

Region region(const char *name, uint64_t address, uint64_t size, RegionKind kind = RegionKind::Input) {
  return {name, address, size, kind};
}

} // namespace

TEST(ExternalMemory, FindsBytesOnlyIfAllLieInOneRegion) {
  ExternalMemory memory;
  ASSERT_TRUE(memory.addRegion(region("a", 64, 64)));
  ASSERT_TRUE(memory.addRegion(region("b", 128, 100)));
  EXPECT_NE(memory.find(64, 64), nullptr);
  EXPECT_EQ(memory.find(64, 65), nullptr); // the next region follows at once, and yet is another one
  EXPECT_EQ(memory.find(63, 1), nullptr);
  EXPECT_NE(memory.find(227, 1), nullptr);
  EXPECT_EQ(memory.find(228, 1), nullptr);
  EXPECT_EQ(memory.find(100, ~uint64_t{0}), nullptr);
  EXPECT_EQ(memory.regionOf(130, 4)->name, "b");
}

TEST(ExternalMemory, IsZeroAndContiguousAndReadableBeyondItsEnds) {
  ExternalMemory memory;
  ASSERT_TRUE(memory.addRegion(region("a", 1 << 20, 1000)));
  uint8_t *bytes = memory.find(1 << 20, 1000);
  for (int i = -4096; i < 1000 + 4096; ++i)
    ASSERT_EQ(bytes[i], 0);
  bytes[999] = 7;
  EXPECT_EQ(*memory.find((1 << 20) + 999, 1), 7);
}

TEST(ExternalMemory, CostsNothingForUntouchedPages) {
  ExternalMemory memory;
  ASSERT_TRUE(memory.addRegion(region("big", 0, uint64_t{1} << 40)));
  *memory.find((uint64_t{1} << 40) - 1, 1) = 9;
  EXPECT_EQ(*memory.find((uint64_t{1} << 40) - 1, 1), 9);
}

TEST(ExternalMemory, ReachesTheEndOfTheAddressSpace) {
  ExternalMemory memory;
  ASSERT_TRUE(memory.addRegion(region("top", ~uint64_t{0} - 63, 64)));
  EXPECT_NE(memory.find(~uint64_t{0}, 1), nullptr);
  EXPECT_EQ(memory.find(~uint64_t{0}, 2), nullptr);
}

TEST(ExternalMemory, RefusesOverlapZeroSizeAndWrapAround) {
  ExternalMemory memory;
  ASSERT_TRUE(memory.addRegion(region("a", 128, 128)));
  for (const Region &bad :
       {region("x", 64, 65), region("x", 128, 1), region("x", 255, 9), region("x", 0, 4096)}) {
    const Status status = memory.addRegion(bad);
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message, HasSubstr("region x overlaps region a"));
  }
  EXPECT_THAT(memory.addRegion(region("z", 0, 0)).error().message, HasSubstr("has no bytes"));
  EXPECT_THAT(memory.addRegion(region("w", ~uint64_t{0} - 63, 65)).error().message,
              HasSubstr("wraps around"));
  EXPECT_TRUE(memory.addRegion(region("before", 64, 64)));
  EXPECT_TRUE(memory.addRegion(region("after", 256, 64)));
}

TEST(ExternalMemory, SaysWhenTheHostHasNoRoom) {
  ExternalMemory memory;
  const Status status = memory.addRegion(region("huge", 0, uint64_t{1} << 50));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::System);
  EXPECT_TRUE(memory.regions().empty());
}

TEST(ExternalMemory, MovesItsBytesAlong) {
  ExternalMemory memory;
  ASSERT_TRUE(memory.addRegion(region("a", 0, 64)));
  uint8_t *bytes = memory.find(0, 64);
  ExternalMemory other = std::move(memory);
  EXPECT_EQ(other.find(0, 64), bytes);
  memory = std::move(other);
  EXPECT_EQ(memory.find(0, 64), bytes);
}

TEST(ExternalMemory, OnlyOutputAndWorkspaceAreWritable) {
  EXPECT_FALSE(region("p", 0, 64, RegionKind::Program).writable());
  EXPECT_FALSE(region("c", 0, 64, RegionKind::Constant).writable());
  EXPECT_FALSE(region("i", 0, 64, RegionKind::Input).writable());
  EXPECT_TRUE(region("o", 0, 64, RegionKind::Output).writable());
  EXPECT_TRUE(region("w", 0, 64, RegionKind::Workspace).writable());
}
