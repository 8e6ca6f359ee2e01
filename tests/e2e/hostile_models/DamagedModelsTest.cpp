// Models with damage anywhere in their bytes or nodes: an error or a model, but never a crash. Nothing else
// is expected.
#include "tests/e2e/hostile_models/HostileFile.h"
#include "tests/support/Random.h"

namespace lockstep {

namespace {

using DamagedModels = HostileFile;

/// A convolution, a pool, shape arithmetic, quantization, a branch: little of everything.
const char *const kModel = R"(
g (float[1, 2, 6, 6] x, float[3, 2, 3, 3] w, bool c) => (float[1, 12] y) {
  t = Conv <strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1> (x, w)
  p = MaxPool <kernel_shape = [3, 3], strides = [3, 3]> (t)
  s = Shape (p)
  zero = Constant <value = int64[1] {0}> ()
  rest = Constant <value = int64[1] {-1}> ()
  n = Gather <axis = 0> (s, zero)
  target = Concat <axis = 0> (n, rest)
  f = Reshape (p, target)
  m = Softmax <axis = -1> (f)
  y = If (c) <
    then_branch = a () => (float[1, 12] u) { u = Neg (m) },
    else_branch = b () => (float[1, 12] v) { v = Transpose <perm = [0, 1]> (f) }
  >
})";

TEST_F(DamagedModels, TheModelItselfIsGood) { EXPECT_EQ(errorOf(modelOf(kModel)), ""); }

TEST_F(DamagedModels, AFileThatEndsAtAnyByteIsAnError) {
  const std::string bytes = modelOf("g (float[2] x) => (float[2] y) { y = Add (x, x) }").SerializeAsString();
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(errorOf(bytes.substr(0, size)), "") << size << " bytes of " << bytes.size();
}

TEST_F(DamagedModels, BytesThatAreOthersNeverCrash) {
  const std::string bytes = modelOf(kModel).SerializeAsString();
  Random random(1);
  size_t errors = 0;
  for (int round = 0; round < 400; ++round) {
    std::string damaged = bytes;
    for (uint64_t i = random.range(1, 3); i > 0; --i)
      damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
    errors += !errorOf(damaged).empty();
  }
  EXPECT_GT(errors, 100u);
}

TEST_F(DamagedModels, RandomBytesNeverCrash) {
  Random random(2);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(random.below(300), '\0');
    for (char &byte : bytes)
      byte = static_cast<char>(random.below(256));
    EXPECT_NE(errorOf(bytes), "");
  }
}

/// One attribute, input or extent of the graph becomes something else.
void damage(onnx::GraphProto &graph, Random &random) {
  onnx::NodeProto &node =
      *graph.mutable_node(static_cast<int>(random.below(static_cast<uint64_t>(graph.node_size()))));
  const int64_t value = random.pick({0, -1, 1, 2, 3, 7, 1000, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN});
  if (random.chance(60) && node.attribute_size() > 0) {
    auto &attribute =
        *node.mutable_attribute(static_cast<int>(random.below(static_cast<uint64_t>(node.attribute_size()))));
    if (attribute.has_g())
      damage(*attribute.mutable_g(), random);
    else if (attribute.ints_size() > 0 && random.chance(70))
      attribute.set_ints(static_cast<int>(random.below(static_cast<uint64_t>(attribute.ints_size()))), value);
    else if (attribute.ints_size() > 0)
      attribute.add_ints(value);
    else if (attribute.has_t())
      attribute.mutable_t()->set_int64_data(0, value);
    else
      attribute.set_i(value);
  } else if (random.chance(60) && node.input_size() > 0) {
    const int input = static_cast<int>(random.below(static_cast<uint64_t>(node.input_size())));
    if (random.chance(30))
      node.set_input(input, "");
    else if (random.chance(50))
      node.mutable_input()->RemoveLast();
    else
      node.add_input(node.input(input));
  } else if (graph.input_size() > 0) {
    auto *shape =
        graph.mutable_input(static_cast<int>(random.below(static_cast<uint64_t>(graph.input_size()))))
            ->mutable_type()
            ->mutable_tensor_type()
            ->mutable_shape();
    shape->add_dim()->set_dim_value(value);
  }
}

TEST_F(DamagedModels, NodesWithOtherAttributesAndInputsNeverCrash) {
  const onnx::ModelProto good = modelOf(kModel);
  Random random(3);
  size_t errors = 0;
  for (int round = 0; round < 300; ++round) {
    onnx::ModelProto model = good;
    damage(*model.mutable_graph(), random);
    errors += !errorOf(model).empty();
  }
  EXPECT_GT(errors, 100u);
}

} // namespace

} // namespace lockstep
