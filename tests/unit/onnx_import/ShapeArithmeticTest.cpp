// Values that are known while compiling: exactly those that running the node gives.
#include "compiler/onnx/ShapeArithmetic.h"
#include "compiler/cases/HostModel.h"
#include "tests/unit/onnx_import/ModelText.h"
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gtest/gtest.h>
#include <limits>

namespace lockstep {

namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min(), kMost = std::numeric_limits<int64_t>::max();

std::optional<Tensor> evaluated(const std::string &type, const std::vector<Tensor> &inputs,
                                const std::vector<std::pair<std::string, int64_t>> &attributes = {}) {
  onnx::NodeProto node;
  node.set_op_type(type);
  for (const auto &[name, value] : attributes) {
    onnx::AttributeProto *attribute = node.add_attribute();
    attribute->set_name(name);
    attribute->set_i(value);
  }
  return evaluateNode(node, {inputs.begin(), inputs.end()});
}

std::vector<int64_t> integers(const std::optional<Tensor> &tensor) {
  return tensor ? valuesOf<int64_t>(*tensor) : std::vector<int64_t>();
}

TEST(ShapeArithmetic, WrapsAroundAndTruncates) {
  EXPECT_EQ(integers(evaluated("Add", {vectorWith<int64_t>({kMost}), vectorWith<int64_t>({1})})),
            std::vector<int64_t>{kLeast});
  EXPECT_EQ(integers(evaluated("Div", {vectorWith<int64_t>({-7, 7}), vectorWith<int64_t>({2})})),
            (std::vector<int64_t>{-3, 3}));
  EXPECT_EQ(integers(evaluated("Mod", {vectorWith<int64_t>({-7, 7}), vectorWith<int64_t>({3, -3})})),
            (std::vector<int64_t>{2, -2}));
  const auto narrow = evaluated("Mul", {vectorWith<int32_t>({1 << 30}), vectorWith<int32_t>({4})});
  ASSERT_TRUE(narrow);
  EXPECT_EQ(valuesOf<int32_t>(*narrow), std::vector<int32_t>{0});
}

TEST(ShapeArithmetic, LeavesOutWhatHasNoResult) {
  EXPECT_FALSE(evaluated("Div", {vectorWith<int64_t>({1}), vectorWith<int64_t>({0})}));
  EXPECT_FALSE(evaluated("Mod", {vectorWith<int64_t>({kLeast}), vectorWith<int64_t>({-1})}));
  EXPECT_FALSE(evaluated("Cast", {vectorWith<float>({1e30f})}, {{"to", onnx::TensorProto::INT64}}));
  EXPECT_FALSE(evaluated("Add", {vectorWith<int64_t>({1, 2}), vectorWith<int64_t>({1, 2, 3})}));
  EXPECT_FALSE(evaluated("Add", {vectorWith<uint8_t>({1}), vectorWith<uint8_t>({2})}));
  EXPECT_FALSE(evaluated("Add", {vectorWith<int64_t>({1})}));
  EXPECT_FALSE(evaluated("Relu", {}));
  EXPECT_FALSE(
      evaluated("Range", {vectorWith<int64_t>({0}), vectorWith<int64_t>({kMost}), vectorWith<int64_t>({1})}));
}

TEST(ShapeArithmetic, BroadcastsReducesAndChooses) {
  const auto sum = evaluated("Add", {tensorWith<int64_t>({1, 2}, {2, 1}), vectorWith<int64_t>({10, 20, 30})});
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->shape, (std::vector<uint64_t>{2, 3}));
  EXPECT_EQ(integers(sum), (std::vector<int64_t>{11, 21, 31, 12, 22, 32}));
  EXPECT_EQ(integers(evaluated("ReduceProd", {vectorWith<int64_t>({2, 3, 4})}, {{"keepdims", 0}})),
            std::vector<int64_t>{24});
  EXPECT_EQ(integers(evaluated("ReduceSum",
                               {tensorWith<int64_t>({1, 2, 3, 4, 5, 6}, {2, 3}), vectorWith<int64_t>({0})})),
            (std::vector<int64_t>{5, 7, 9}));
  EXPECT_EQ(integers(evaluated("Where", {tensorWith<uint8_t>({1, 0}, {2}, "bool"),
                                         vectorWith<int64_t>({1, 2}), vectorWith<int64_t>({-1})})),
            (std::vector<int64_t>{1, -1}));
  EXPECT_EQ(integers(evaluated(
                "Range", {vectorWith<int64_t>({5}), vectorWith<int64_t>({0}), vectorWith<int64_t>({-2})})),
            (std::vector<int64_t>{5, 3, 1}));
}

TEST(ShapeArithmetic, LetsAReshapeFollowTheShapeOfItsInput) {
  auto model = HostModel::compileBytes(modelOf(R"(
g (float[2, 3, 4] x) => (float[6, 4] y) {
  shape = Shape (x)
  zero = Constant <value = int64[1] {0}> ()
  three = Constant <value = int64[1] {3}> ()
  rest = Constant <value = int64[1] {-1}> ()
  front = Gather (shape, zero)
  all = Mul (front, three)
  target = Concat <axis = 0> (all, rest)
  y = Reshape (x, target)
})")
                                           .SerializeAsString());
  ASSERT_TRUE(model) << model.error().message;
  const auto results = model->run({{"x", zeroTensor("float32", {2, 3, 4})}});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ((*results)[0].tensor.shape, (std::vector<uint64_t>{6, 4}));
}

} // namespace

} // namespace lockstep
