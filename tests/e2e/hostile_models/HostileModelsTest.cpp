// Models that are made to break their readers: each gets one clear error.
#include "compiler/onnx/OnnxModel.h"
#include "tests/e2e/hostile_models/HostileFile.h"

namespace lockstep {

namespace {

using HostileModels = HostileFile;

const char *const kGood =
    "g (float[2, 3] x, float[3, 4] w) => (float[2, 4] y) { t = MatMul (x, w)  y = Relu (t) }";

onnx::TensorProto floats(const std::string &name, std::initializer_list<int64_t> dims, size_t count) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (int64_t extent : dims)
    tensor.add_dims(extent);
  for (size_t i = 0; i < count; ++i)
    tensor.add_float_data(1);
  return tensor;
}

TEST_F(HostileModels, AGoodModelIsNone) { EXPECT_EQ(errorOf(modelOf(kGood)), ""); }

TEST_F(HostileModels, MissingFilesFoldersAndEmptyFilesAreNoModels) {
  EXPECT_FALSE(HostModel::compile((folder / "none.onnx").string(), {}));
  EXPECT_FALSE(HostModel::compile(folder.string(), {}));
  EXPECT_TRUE(says(errorOf(std::string()), "has no graph"));
  EXPECT_TRUE(says(errorOf("this is no protobuf"), "not an ONNX file, or truncated"));
}

TEST_F(HostileModels, CyclesAreNamed) {
  onnx::ModelProto model = modelOf(kGood);
  model.mutable_graph()->mutable_node(0)->set_input(0, "y");
  EXPECT_TRUE(says(errorOf(model), "node MatMul_0 uses 'y' before it is defined: a cycle"));
}

TEST_F(HostileModels, NamesThatAreDefinedTwiceOrNeverAreNamed) {
  onnx::ModelProto model = modelOf(kGood);
  model.mutable_graph()->mutable_node(1)->set_output(0, "t");
  EXPECT_TRUE(says(errorOf(model), "node Relu_1: 't' is defined a second time"));
  model = modelOf(kGood);
  model.mutable_graph()->mutable_node(0)->set_input(1, "nobody");
  EXPECT_TRUE(says(errorOf(model), "node MatMul_0: input 'nobody' is not defined"));
  model = modelOf(kGood);
  model.mutable_graph()->mutable_output(0)->set_name("nobody");
  EXPECT_TRUE(says(errorOf(model), "output 'nobody' is not defined"));
  model = modelOf(kGood);
  *model.mutable_graph()->add_input() = model.graph().input(0);
  EXPECT_TRUE(says(errorOf(model), "input 'x' is there twice"));
  for (int i = 0; i < 2; ++i)
    *model.mutable_graph()->add_initializer() = floats("w", {3, 4}, 12);
  model.mutable_graph()->mutable_input()->RemoveLast();
  EXPECT_TRUE(says(errorOf(model), "initializer 'w' is there twice"));
}

TEST_F(HostileModels, AbsurdSizesAreRefusedBeforeMemoryIsTaken) {
  onnx::ModelProto model = modelOf(kGood);
  *model.mutable_graph()->add_initializer() = floats("w", {int64_t(1) << 40, int64_t(1) << 40}, 0);
  EXPECT_TRUE(says(errorOf(model), "over the limit of 2^36 bytes"));
  *model.mutable_graph()->mutable_initializer(0) = floats("w", {-3, 4}, 0);
  EXPECT_TRUE(says(errorOf(model), "extent -3 is negative"));
  *model.mutable_graph()->mutable_initializer(0) = floats("w", {3, 4}, 5);
  EXPECT_TRUE(says(errorOf(model), "20 bytes of data, but shape [3, 4] of float32 has 48"));
  model = modelOf(kGood);
  model.mutable_graph()
      ->mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->set_dim_value(int64_t(1) << 60);
  EXPECT_TRUE(says(errorOf(model), "over the limit"));
  EXPECT_TRUE(says(errorOf(modelOf("g (float[65536, 65536] x) => (float[a, b] y) {"
                                   " t = Constant <value = int64[2] {65536, 65536}> ()  y = Tile (x, t) }")),
                   "over the limit"));
}

TEST_F(HostileModels, WrongTypesAreRefused) {
  onnx::ModelProto model = modelOf(kGood);
  model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
      onnx::TensorProto::INT8);
  EXPECT_NE(errorOf(model), "");
  model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(99);
  EXPECT_NE(errorOf(model), "");
  model = modelOf("g (float[1, 1, 4] x) => (float[1, 1, 3] y) { y = MaxPool <kernel_shape = [2]> (x) }");
  onnx::AttributeProto *kernel = model.mutable_graph()->mutable_node(0)->mutable_attribute(0);
  kernel->set_type(onnx::AttributeProto::FLOATS);
  EXPECT_NE(errorOf(model), "");
}

TEST_F(HostileModels, AttributesThatArithmeticWouldDivideByAreRefused) {
  EXPECT_TRUE(says(errorOf(modelOf("g (float[1, 1, 4] x) => (float[1, 1, 3] y) {"
                                   " y = MaxPool <kernel_shape = [2], strides = [0]> (x) }")),
                   "attribute strides has 0, allowed: 1 to 2147483648"));
  EXPECT_TRUE(says(errorOf(modelOf("g (float[1, 4, 2, 2] x) => (float[1, 1, 4, 4] y) {"
                                   " y = DepthToSpace <blocksize = 0> (x) }")),
                   "attribute blocksize has 0"));
  EXPECT_TRUE(
      says(errorOf(modelOf("g (float[2, 2] x) => (float[2, 2] y) { y = Transpose <perm = [0, -1]> (x) }")),
           "attribute perm has -1"));
  EXPECT_TRUE(says(errorOf(modelOf("g (float[2, 2] x, int64[2, 2] i) => (float[2] y) {"
                                   " y = GatherND <batch_dims = -4> (x, i) }")),
                   "attribute batch_dims has -4"));
}

TEST_F(HostileModels, InputsThatAreLeftOutButNeededAreNamed) {
  onnx::ModelProto model = modelOf("g (float[2] x) => (float[4] y) { y = Concat <axis = 0> (x, x) }");
  model.mutable_graph()->mutable_node(0)->set_input(1, "");
  EXPECT_TRUE(says(errorOf(model), "input 1 ('inputs') is left out, but required"));
}

/// If in If in If, `depth` times.
onnx::GraphProto nested(int depth) {
  onnx::GraphProto graph;
  graph.set_name("g" + std::to_string(depth));
  onnx::NodeProto *node = graph.add_node();
  const std::string result = "r" + std::to_string(depth);
  node->add_output(result);
  node->set_op_type(depth ? "If" : "Identity");
  node->add_input(depth ? "c" : "x");
  for (const char *name : {"then_branch", "else_branch"}) {
    if (!depth)
      break;
    onnx::AttributeProto *branch = node->add_attribute();
    branch->set_name(name);
    branch->set_type(onnx::AttributeProto::GRAPH);
    *branch->mutable_g() = std::string(name) == "then_branch" ? nested(depth - 1) : nested(0);
  }
  onnx::ValueInfoProto *output = graph.add_output();
  output->set_name(result);
  output->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  output->mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(2);
  return graph;
}

onnx::ModelProto nestedModel(int depth) {
  onnx::ModelProto model = modelOf("g (bool c, float[2] x) => (float[2] y) { y = Identity (x) }");
  onnx::GraphProto graph = nested(depth);
  *graph.mutable_input() = model.graph().input();
  *model.mutable_graph() = graph;
  return model;
}

TEST_F(HostileModels, SubgraphsNestOnlySoDeep) {
  EXPECT_EQ(errorOf(nestedModel(5)), "");
  EXPECT_TRUE(says(errorOf(nestedModel(40)), "not an ONNX file")); // protobuf's own limit
  const auto inMemory = prepareModel(nestedModel(200), "m", "");
  ASSERT_FALSE(inMemory);
  EXPECT_TRUE(says(inMemory.error().message, "subgraphs nest more than 32 deep"));
}

/// The model whose w lies in a file.
onnx::ModelProto withExternalData(const std::string &location, const std::string &offset,
                                  const std::string &length) {
  onnx::ModelProto model = modelOf(kGood);
  onnx::TensorProto *tensor = model.mutable_graph()->add_initializer();
  *tensor = floats("w", {3, 4}, 0);
  tensor->set_data_location(onnx::TensorProto::EXTERNAL);
  for (const auto &[key, value] : {std::pair{"location", location}, {"offset", offset}, {"length", length}}) {
    auto *entry = tensor->add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  }
  return model;
}

TEST_F(HostileModels, ExternalDataStaysInTheFolderAndHasTheRightSize) {
  std::ofstream(folder / "secret", std::ios::binary) << std::string(48, 'x');
  std::ofstream(folder / "model" / "w.bin", std::ios::binary) << std::string(48, 'x');
  std::filesystem::create_symlink(folder / "secret", folder / "model" / "link");
  EXPECT_EQ(errorOf(withExternalData("w.bin", "0", "48")), "");
  EXPECT_TRUE(says(errorOf(withExternalData("none.bin", "0", "48")), "file 'none.bin' is missing"));
  EXPECT_TRUE(says(errorOf(withExternalData("../secret", "0", "48")), "is not inside of the model's folder"));
  EXPECT_TRUE(says(errorOf(withExternalData("link", "0", "48")), "is not inside of the model's folder"));
  EXPECT_TRUE(says(errorOf(withExternalData((folder / "secret").string(), "0", "48")), "is not inside of"));
  EXPECT_TRUE(
      says(errorOf(withExternalData("w.bin", "8", "48")), "has 48 bytes, too few for 48 at offset 8"));
  EXPECT_TRUE(says(errorOf(withExternalData("w.bin", "0", "40")), "length 40, but the tensor has 48 bytes"));
  EXPECT_TRUE(says(errorOf(withExternalData("w.bin", "-1", "48")), "offset '-1' is not a number"));
  EXPECT_TRUE(says(errorOf(withExternalData("w.bin", "99999999999999999999", "48")), "is not a number"));
  EXPECT_TRUE(says(errorOf(withExternalData("", "0", "48")), "no location is given"));
  EXPECT_FALSE(HostModel::compileBytes(withExternalData("w.bin", "0", "48").SerializeAsString()));
}

} // namespace

} // namespace lockstep
