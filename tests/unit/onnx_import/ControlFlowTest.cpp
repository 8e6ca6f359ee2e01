// If, Loop and Scan: unrolled, inlined, and as loops.
#include "compiler/cases/HostModel.h"
#include "tests/unit/onnx_import/ModelText.h"
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gtest/gtest.h>

namespace lockstep {

namespace {

Result<NamedTensors> run(const std::string &graph, const NamedTensors &inputs,
                         const ImportOptions &options = {}) {
  auto model = HostModel::compileBytes(modelOf(graph).SerializeAsString(), options);
  if (!model)
    return model.error();
  return model->run(inputs);
}

std::vector<float> floats(const Result<NamedTensors> &results, size_t index = 0) {
  if (!results) {
    ADD_FAILURE() << results.error().message;
    return {};
  }
  return valuesOf<float>((*results)[index].tensor);
}

Tensor condition(bool value) { return tensorWith<uint8_t>({value}, {}, "bool"); }

const char *const kIf = R"(
g (bool c, float[2] x) => (float[2] y) {
  y = If (c) <
    then_branch = a () => (float[2] p) { p = Add (x, x) },
    else_branch = b () => (float[2] q) { q = Neg (x) }
  >
})";

TEST(If, TakesTheBranchThatRunningItTells) {
  const Tensor x = vectorWith<float>({1, -2});
  EXPECT_EQ(floats(run(kIf, {{"c", condition(true)}, {"x", x}})), (std::vector<float>{2, -4}));
  EXPECT_EQ(floats(run(kIf, {{"c", condition(false)}, {"x", x}})), (std::vector<float>{-1, 2}));
}

TEST(If, WithAKnownConditionImportsThatBranchAlone) {
  ImportOptions options;
  options.bound_inputs["c"] = condition(false);
  EXPECT_EQ(floats(run(kIf, {{"x", vectorWith<float>({1, -2})}}, options)), (std::vector<float>{-1, 2}));
}

const char *const kCounted = R"(
g (int64 n, float[2] x) => (float[2] y, float[m, 2] all) {
  y, all = Loop (n, , x) <
    body = b (int64 i, bool go, float[2] s) => (bool next, float[2] t, float[2] out) {
      next = Identity (go)
      k = Cast <to = 1> (i)
      t = Add (s, k)
      out = Mul (t, t)
    }
  >
})";

void checkCounted(int64_t steps) {
  ImportOptions options;
  options.bound_inputs["n"] = tensorWith<int64_t>({steps}, {});
  const auto results = run(kCounted, {{"x", vectorWith<float>({0, 1})}}, options);
  const auto sum = static_cast<float>(steps * (steps - 1) / 2);
  EXPECT_EQ(floats(results), (std::vector<float>{sum, sum + 1}));
  const std::vector<float> all = floats(results, 1);
  ASSERT_EQ(all.size(), static_cast<size_t>(2 * steps));
  for (int64_t i = 0; i < steps; ++i) {
    const auto value = static_cast<float>(i * (i + 1) / 2);
    EXPECT_EQ(all[static_cast<size_t>(2 * i)], value * value);
  }
}

TEST(Loop, WithAKnownTripCountIsUnrolled) { checkCounted(5); }

TEST(Loop, WithManyStepsStaysALoop) { checkCounted(1000); }

const char *const kWhile = R"(
g (int64 n, float x) => (float y) {
  y = Loop (n, , x) <
    body = b (int64 i, bool go, float s) => (bool next, float t) {
      t = Add (s, s)
      limit = Constant <value = float {100.0}> ()
      next = Less (t, limit)
    }
  >
})";

TEST(Loop, EndsWithItsConditionOrItsTripCount) {
  const auto after = [&](int64_t steps) {
    return floats(run(kWhile, {{"n", tensorWith<int64_t>({steps}, {})}, {"x", tensorWith<float>({3}, {})}}));
  };
  EXPECT_EQ(after(0), std::vector<float>{3});
  EXPECT_EQ(after(2), std::vector<float>{12});
  EXPECT_EQ(after(1000), std::vector<float>{192});
}

TEST(Loop, ThatCollectsAnUnknownNumberOfValuesIsRefused) {
  const auto results = run(kCounted, {{"n", tensorWith<int64_t>({2}, {})}, {"x", vectorWith<float>({0, 1})}});
  ASSERT_FALSE(results);
  EXPECT_NE(results.error().message.find("must be known while compiling"), std::string::npos)
      << results.error().message;
}

TEST(Scan, RunsFromEitherEndAlongAnyAxis) {
  onnx::ModelProto model =
      modelOf("g (float[2] init, float[2, 3] x) => (float[2] last, float[2, 3] sums) {"
              "  last, sums = Scan (init, x) <num_scan_inputs = 1, scan_input_axes = [1],"
              "    scan_input_directions = [1], scan_output_axes = [1],"
              "    scan_output_directions = [1],"
              "    body = b (float[2] s, float[2] e) => (float[2] t, float[2] out) {"
              "      t = Add (s, e)  out = Identity (t) }> }");
  auto compiled = HostModel::compileBytes(model.SerializeAsString());
  ASSERT_TRUE(compiled) << compiled.error().message;
  const auto results = compiled->run(
      {{"init", vectorWith<float>({0, 100})}, {"x", tensorWith<float>({1, 2, 3, 4, 5, 6}, {2, 3})}});
  EXPECT_EQ(floats(results), (std::vector<float>{6, 115}));
  EXPECT_EQ(floats(results, 1), (std::vector<float>{6, 5, 3, 115, 111, 106}));
}

TEST(Scan, InAScanGivesTheOuterOnesStateAsItIs) {
  const std::string text = R"(
g (float[2] init, float[3, 2] x) => (float[2] last, float[3, 3, 2] all) {
  last, all = Scan <num_scan_inputs = 1, body = b (float[2] s, float[2] e) => (float[2] t, float[3, 2] rows) {
      t = Add (s, e)
      ignored, rows = Scan <num_scan_inputs = 1, body = c (float[2] u, float[2] f) => (float[2] v, float[2] out) {
          v = Add (u, f)
          out = Identity (s)
        }> (e, x)
    }> (init, x)
})";
  const auto results = run(
      text, {{"init", vectorWith<float>({0, 1})}, {"x", tensorWith<float>({1, 10, 2, 20, 3, 30}, {3, 2})}});
  EXPECT_EQ(floats(results), (std::vector<float>{6, 61}));
  EXPECT_EQ(floats(results, 1),
            (std::vector<float>{0, 1, 0, 1, 0, 1, 1, 11, 1, 11, 1, 11, 3, 31, 3, 31, 3, 31}));
}

} // namespace

} // namespace lockstep
