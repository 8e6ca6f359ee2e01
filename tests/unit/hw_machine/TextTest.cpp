#include "hw/support/Text.h"
#include "hw/support/Files.h"

#include <gtest/gtest.h>

using namespace lockstep;

TEST(ParseNumbers, ReadsDecimalAndHexadecimalToTheLimits) {
  EXPECT_EQ(parseUnsigned("18446744073709551615"), ~uint64_t{0});
  EXPECT_EQ(parseUnsigned("0xffffffffffffffff"), ~uint64_t{0});
  EXPECT_EQ(parseSigned("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(parseSigned("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parseSigned("-0x10"), -16);
  EXPECT_EQ(parseUnsigned("010"), 10u); // no octal
}

TEST(ParseNumbers, RefusesEverythingElse) {
  for (const char *text : {"", "-", "0x", "1.5", "1e3", " 1", "1 ", "+1", "--1", "0x-1", "ten",
                           "18446744073709551616", "0x10000000000000000"}) {
    EXPECT_FALSE(parseUnsigned(text)) << text;
    EXPECT_FALSE(parseSigned(text)) << text;
  }
  EXPECT_FALSE(parseUnsigned("-1"));
  EXPECT_FALSE(parseSigned("9223372036854775808"));
  EXPECT_FALSE(parseSigned("-9223372036854775809"));
}

TEST(NearestName, IsTheOneWithTheFewestEditsIfItIsNear) {
  const std::vector<std::string> names = {"rows", "columns", "stage_rows"};
  EXPECT_EQ(nearestName("rosw", names), "rows");
  EXPECT_EQ(nearestName("stage_row", names), "stage_rows");
  EXPECT_EQ(nearestName("frequency", names), "");
  EXPECT_EQ(nearestName(std::string(10000, 'x'), names), "");
}

TEST(Quotable, KeepsForeignBytesOnOneShortLine) {
  EXPECT_EQ(quotable("a\nb\x80"), "a?b?");
  EXPECT_EQ(quotable(std::string(100, 'a')), std::string(60, 'a') + "...");
}

TEST(Files, SayWhatTheSystemSaid) {
  EXPECT_EQ(readFileBytes("/nowhere/x").error().message,
            "/nowhere/x: the file cannot be opened (No such file or directory).");
  EXPECT_FALSE(writeFileBytes("/dev/full", std::string(100000, 'x').data(), 100000));
}
