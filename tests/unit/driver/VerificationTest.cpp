#include "workloads/driver/model/Verification.h"
#include "tests/unit/driver/TemporaryFolder.h"
#include "workloads/driver/model/ModelEvaluation.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

TEST(VerifyReport, PassesIfNoCheckFailed) {
  VerifyReport report;
  report.checks = {{"base", "bits", "", 0}};
  EXPECT_TRUE(report.passed());
  report.checks.push_back({"base", "cycles", "run 3: SystemC takes 5 cycles, RTL 6", 0});
  EXPECT_FALSE(report.passed());
}

TEST(JUnit, HasACaseForEachCheckAndEscapesText) {
  TemporaryFolder folder;
  VerifyReport report;
  report.checks = {{"base", "bits", "", 1.5}, {"tiny", "rtl <bits>", "a & \"b\"", 0}};
  ASSERT_TRUE(bool(writeJUnit(report, "model.onnx", folder.path("junit.xml"))));
  std::string text = *readText(folder.path("junit.xml"));
  EXPECT_NE(text.find("tests=\"2\" failures=\"1\""), std::string::npos);
  EXPECT_NE(text.find("name=\"bits\" time=\"1.500\"/>"), std::string::npos);
  EXPECT_NE(text.find("rtl &lt;bits&gt;"), std::string::npos);
  EXPECT_NE(text.find("<failure message=\"a &amp; &quot;b&quot;\"/>"), std::string::npos);
}

TEST(DifferenceOf, NamesTheFirstElementThatDiffers) {
  NamedTensors first = {{"y", {"int8", {2, 2}, {1, 2, 3, 4}}}}, second = first;
  EXPECT_EQ(differenceOf(first, "reference", second, "golden"), "");
  second[0].tensor.bytes[2] = 0xff;
  EXPECT_EQ(differenceOf(first, "reference", second, "golden"),
            "output y [1, 0]: reference gives 3, golden gives -1");
}

TEST(DifferenceOf, ComparesTheSamplesThatTheSecondHas) {
  NamedTensors all = {{"y", {"int8", {2, 2}, {1, 2, 3, 4}}}}, some = {{"y", {"int8", {1, 2}, {1, 2}}}};
  EXPECT_EQ(differenceOf(all, "reference", some, "rtl"), "");
  EXPECT_NE(differenceOf(some, "reference", all, "rtl"), "");
}

} // namespace
