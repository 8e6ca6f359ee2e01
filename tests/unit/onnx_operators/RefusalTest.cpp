// What is not supported is said, with operator, node and reason.
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {

namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const OperatorCase &given) {
  auto results = runOperator(given);
  return results ? "it ran" : results.error().message;
}

TEST(Refusal, NamesTheInputThatMustBeKnown) {
  Tensor x = vectorWith<float>({1, 2}), shape = vectorWith<int64_t>({2, 1});
  EXPECT_THAT(refusal({"Reshape", {x, shape}, {}, {}, {{"float32", {2, 1}}}}),
              AllOf(HasSubstr("Reshape"), HasSubstr("not supported"), HasSubstr("input `in_1`"),
                    HasSubstr("must be known while compiling")));
}

TEST(Refusal, OfAnAxisOutsideIsAnError) {
  Tensor x = vectorWith<float>({1, 2});
  EXPECT_THAT(refusal({"ArgMax", {x}, {{"axis", int64_t(3)}}, {}, {{"int64", {1}}}}), HasSubstr("ArgMax"));
  EXPECT_THAT(refusal({"Softmax", {x}, {{"axis", int64_t(-9)}}, {}, {{"float32", {2}}}}),
              HasSubstr("Softmax"));
}

TEST(Refusal, OfShapesThatDoNotBroadcastIsAnError) {
  Tensor x = vectorWith<float>({1, 2}), y = vectorWith<float>({1, 2, 3});
  EXPECT_THAT(refusal({"Add", {x, y}, {}, {}, {{"float32", {3}}}}), HasSubstr("Add"));
}

TEST(Refusal, OfRandomDropoutSaysWhy) {
  Tensor x = vectorWith<float>({1, 2}), ratio = tensorWith<float>({0.5f}, {}),
         training = tensorWith<uint8_t>({1}, {}, "bool");
  EXPECT_THAT(refusal({"Dropout", {x, ratio, training}, {}, {1, 2}, {{"float32", {2}}}}),
              HasSubstr("random"));
}

TEST(Refusal, OfAbsurdSizesIsAnError) {
  Tensor shape = vectorWith<int64_t>({int64_t(1) << 40, int64_t(1) << 40});
  EXPECT_THAT(
      refusal({"ConstantOfShape", {shape}, {}, {0}, {{"float32", {uint64_t(1) << 40, uint64_t(1) << 40}}}}),
      testing::Not(HasSubstr("it ran")));
}

} // namespace

} // namespace lockstep
