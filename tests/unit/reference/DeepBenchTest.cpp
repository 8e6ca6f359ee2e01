#include "workloads/deepbench/DeepBench.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

size_t rowsOf(const std::string &name) {
  Result<std::vector<DeepBenchGemm>> rows = readDeepBenchGemms(name);
  return rows ? rows->size() : 0;
}

std::string errorOf(const std::string &text) {
  Result<std::vector<DeepBenchGemm>> rows = parseDeepBenchGemms(text, "t.csv");
  return rows ? "" : rows.error().message;
}

TEST(DeepBench, HasAllRowsOfTheThreeTables) {
  EXPECT_EQ(rowsOf("deepbench/gemm_inference_device"), 13u);
  EXPECT_EQ(rowsOf("deepbench/gemm_inference_server"), 75u);
  EXPECT_EQ(rowsOf("deepbench/gemm_train"), 160u);
  EXPECT_EQ(rowsOf("deepbench/gemm_all"), 248u);
}

TEST(DeepBench, ReadsSizesAndTransposes) {
  Result<std::vector<DeepBenchGemm>> rows =
      parseDeepBenchGemms("m,n,k,a_t,b_t\n5124,700,2048,0,1\r\n\n1,2,3,1,0\n", "t");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].m, 5124);
  EXPECT_EQ((*rows)[0].k, 2048);
  EXPECT_FALSE((*rows)[0].a_transposed);
  EXPECT_TRUE((*rows)[0].b_transposed);
  EXPECT_TRUE((*rows)[1].a_transposed);
}

TEST(DeepBench, AnUnknownTableIsToldWithTheKnownOnes) {
  Result<std::vector<DeepBenchGemm>> rows = readDeepBenchGemms("deepbench/gemm");
  ASSERT_FALSE(rows);
  EXPECT_NE(rows.error().message.find("deepbench/gemm_train"), std::string::npos);
}

TEST(DeepBench, AMalformedRowIsToldWithItsLine) {
  EXPECT_NE(errorOf("m,n,k\n1,2,3\n").find("t.csv:1"), std::string::npos);
  EXPECT_NE(errorOf("m,n,k,a_t,b_t\n1,2,3,0,0\n1,2,3,0\n").find("t.csv:3"), std::string::npos);
  EXPECT_NE(errorOf("m,n,k,a_t,b_t\n1,2,3,0,0x\n").find("t.csv:2"), std::string::npos);
  EXPECT_NE(errorOf("m,n,k,a_t,b_t\n0,2,3,0,0\n").find("1 to 16777216"), std::string::npos);
  EXPECT_NE(errorOf("m,n,k,a_t,b_t\n1,2,3,0,2\n").find("0 or 1"), std::string::npos);
  EXPECT_NE(errorOf("m,n,k,a_t,b_t\n").find("no rows"), std::string::npos);
}

} // namespace
