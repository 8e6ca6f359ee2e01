#include "compiler/quantize/GraphTransforms.h"

#include "Graphs.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

/// Simplified, it computes what it computed, within float32's rounding; the types that remain.
std::string simplified(const onnx::ModelProto &model, const NamedTensors &inputs, bool foldNorms = true) {
  onnx::ModelProto changed = model;
  simplifyGraph(*changed.mutable_graph(), foldNorms);
  NamedTensors before = runOnHost(model, inputs), after = runOnHost(changed, inputs);
  EXPECT_EQ(before.size(), after.size());
  for (size_t i = 0; i < before.size(); ++i) {
    std::vector<float> wanted = floatsOf(before[i].tensor), got = floatsOf(after[i].tensor);
    EXPECT_EQ(wanted.size(), got.size());
    for (size_t j = 0; j < wanted.size(); ++j)
      EXPECT_NEAR(wanted[j], got[j], 1e-4) << before[i].name << " " << j;
  }
  return typesOf(changed.graph());
}

GraphBuilder &norm(GraphBuilder &graph, const std::string &from, const std::string &to, uint64_t channels) {
  std::vector<float> variance;
  for (uint64_t c = 0; c < channels; ++c)
    variance.push_back(0.1F + 0.3F * float(c));
  return graph.noise("scale_" + to, {channels})
      .noise("offset_" + to, {channels})
      .noise("mean_" + to, {channels})
      .constant("variance_" + to, {channels}, variance)
      .node("BatchNormalization", {from, "scale_" + to, "offset_" + to, "mean_" + to, "variance_" + to}, to);
}

} // namespace

TEST(GraphTransforms, ABatchNormGoesIntoAConvolutionWithAndWithoutBias) {
  for (bool hasBias : {false, true}) {
    GraphBuilder graph;
    graph.input("x", {1, 3, 5, 5}).noise("w", {4, 3, 3, 3});
    if (hasBias)
      graph.noise("b", {4}).node("Conv", {"x", "w", "b"}, "c");
    else
      graph.node("Conv", {"x", "w"}, "c");
    norm(graph, "c", "y", 4).output("y");
    EXPECT_EQ(simplified(graph.prepared(), {{"x", noiseTensor({1, 3, 5, 5}, 1)}}), "Conv");
  }
}

TEST(GraphTransforms, ABatchNormGoesIntoGroupsAndDepthwiseConvolutions) {
  for (int64_t groups : {2, 4}) {
    GraphBuilder graph;
    graph.input("x", {1, 4, 5, 5}).noise("w", {8, uint64_t(4 / groups), 3, 3});
    graph.node("Conv", {"x", "w"}, "c").attribute("group", groups);
    norm(graph, "c", "y", 8).output("y");
    EXPECT_EQ(simplified(graph.prepared(), {{"x", noiseTensor({1, 4, 5, 5}, 2)}}), "Conv");
  }
}

TEST(GraphTransforms, ABatchNormGoesIntoATransposedConvolution) {
  GraphBuilder graph;
  graph.input("x", {1, 3, 4, 4}).noise("w", {3, 5, 2, 2}).node("ConvTranspose", {"x", "w"}, "c");
  norm(graph, "c", "y", 5).output("y");
  EXPECT_EQ(simplified(graph.prepared(), {{"x", noiseTensor({1, 3, 4, 4}, 3)}}), "ConvTranspose");
}

TEST(GraphTransforms, ABatchNormGoesIntoMatrixProducts) {
  GraphBuilder gemm, product, withAdd;
  gemm.input("x", {2, 6}).noise("w", {7, 6}).node("Gemm", {"x", "w"}, "g").attribute("transB", int64_t(1));
  norm(gemm, "g", "y", 7).output("y");
  EXPECT_EQ(simplified(gemm.prepared(), {{"x", noiseTensor({2, 6}, 4)}}), "Gemm");
  product.input("x", {2, 6}).noise("w", {6, 7}).node("MatMul", {"x", "w"}, "m");
  norm(product, "m", "y", 7).output("y");
  EXPECT_EQ(simplified(product.prepared(), {{"x", noiseTensor({2, 6}, 5)}}), "Gemm");
  withAdd.input("x", {2, 6}).noise("w", {6, 7}).noise("b", {7}).node("MatMul", {"x", "w"}, "m");
  norm(withAdd.node("Add", {"b", "m"}, "a"), "a", "y", 7).output("y");
  EXPECT_EQ(simplified(withAdd.prepared(), {{"x", noiseTensor({2, 6}, 6)}}), "Gemm");
}

TEST(GraphTransforms, ABatchNormStaysWhereItsInputIsUsedElsewhere) {
  GraphBuilder graph;
  graph.input("x", {1, 3, 5, 5}).noise("w", {4, 3, 3, 3}).node("Conv", {"x", "w"}, "c");
  norm(graph, "c", "y", 4).output("y").output("c");
  EXPECT_EQ(simplified(graph.prepared(), {{"x", noiseTensor({1, 3, 5, 5}, 1)}}), "Conv BatchNormalization");
}

TEST(GraphTransforms, ABatchNormStaysWhereFoldingIsNotWanted) {
  GraphBuilder graph;
  graph.input("x", {1, 3, 5, 5}).noise("w", {4, 3, 3, 3}).node("Conv", {"x", "w"}, "c");
  norm(graph, "c", "y", 4).output("y");
  EXPECT_EQ(simplified(graph.prepared(), {{"x", noiseTensor({1, 3, 5, 5}, 1)}}, false),
            "Conv BatchNormalization");
}

TEST(GraphTransforms, TwoBatchNormsGoIntoOneConvolution) {
  GraphBuilder graph;
  graph.input("x", {1, 3, 5, 5}).noise("w", {4, 3, 3, 3}).node("Conv", {"x", "w"}, "c");
  norm(norm(graph, "c", "n", 4), "n", "y", 4).output("y");
  EXPECT_EQ(simplified(graph.prepared(), {{"x", noiseTensor({1, 3, 5, 5}, 1)}}), "Conv");
}

TEST(GraphTransforms, AlphaAndBetaGoIntoGemmsConstants) {
  for (int64_t transposed : {0, 1}) {
    GraphBuilder graph;
    graph.input("x", {2, 6})
        .noise("w", transposed ? std::vector<uint64_t>{7, 6} : std::vector<uint64_t>{6, 7});
    graph.noise("b", {1, 7}).node("Gemm", {"x", "w", "b"}, "y").output("y");
    graph.attribute("alpha", 0.5F).attribute("beta", -3.0F).attribute("transB", transposed);
    onnx::ModelProto model = graph.prepared();
    EXPECT_EQ(simplified(model, {{"x", noiseTensor({2, 6}, 4)}}), "Gemm");
    simplifyGraph(*model.mutable_graph(), true);
    EXPECT_EQ(floatAttribute(model.graph().node(0), "alpha", 1), 1);
    EXPECT_EQ(initializerOf(model.graph(), model.graph().node(0).input(2)).dims_size(), 1);
  }
}

TEST(GraphTransforms, ATransposedInputOfAGemmIsATransposeInFrontOfIt) {
  GraphBuilder graph;
  graph.input("x", {6, 2}).noise("w", {7, 6}).noise("b", {7}).node("Gemm", {"x", "w", "b"}, "y").output("y");
  graph.attribute("alpha", 0.5F).attribute("transA", int64_t(1)).attribute("transB", int64_t(1));
  EXPECT_EQ(simplified(graph.prepared(), {{"x", noiseTensor({6, 2}, 4)}}), "Transpose Gemm");
}

TEST(GraphTransforms, ABiasThatIsNotOneValueForEachChannelIsAddedBehindTheGemm) {
  for (const std::vector<uint64_t> &shape : {std::vector<uint64_t>{2, 7}, {2, 1}}) {
    GraphBuilder constant, activation;
    constant.input("x", {2, 6}).noise("w", {6, 7}).noise("b", shape).node("Gemm", {"x", "w", "b"}, "y");
    constant.attribute("alpha", 2.0F).attribute("beta", -3.0F).output("y");
    EXPECT_EQ(simplified(constant.prepared(), {{"x", noiseTensor({2, 6}, 4)}}), "Gemm Add");
    activation.input("x", {2, 6}).noise("w", {6, 7}).input("b", {int64_t(shape[0]), int64_t(shape[1])});
    activation.node("Gemm", {"x", "w", "b"}, "y").attribute("beta", -3.0F).output("y");
    NamedTensors inputs = {{"x", noiseTensor({2, 6}, 4)}, {"b", noiseTensor(shape, 5)}};
    EXPECT_EQ(simplified(activation.prepared(), inputs), "Mul Gemm Add");
  }
}

TEST(GraphTransforms, ABiasTimesZeroVanishes) {
  GraphBuilder graph;
  graph.input("x", {2, 6}).noise("w", {6, 7}).noise("b", {2, 7}).node("Gemm", {"x", "w", "b"}, "y");
  graph.attribute("beta", 0.0F).output("y");
  EXPECT_EQ(simplified(graph.prepared(), {{"x", noiseTensor({2, 6}, 4)}}), "Gemm");
}

TEST(GraphTransforms, AGemmOfTwoActivationsIsAMatMulAndItsParts) {
  GraphBuilder graph;
  graph.input("x", {6, 2}).input("w", {7, 6}).noise("b", {7}).node("Gemm", {"x", "w", "b"}, "y").named("g");
  graph.attribute("transA", int64_t(1)).attribute("transB", int64_t(1)).output("y");
  graph.attribute("alpha", 0.5F).attribute("beta", -3.0F);
  onnx::ModelProto model = graph.prepared();
  EXPECT_EQ(simplified(model, {{"x", noiseTensor({6, 2}, 4)}, {"w", noiseTensor({7, 6}, 5)}}),
            "Transpose Transpose MatMul Mul Add");
  simplifyGraph(*model.mutable_graph(), true);
  std::set<std::string> names;
  for (const onnx::NodeProto &node : model.graph().node())
    EXPECT_TRUE(names.insert(node.name()).second) << "two nodes are named " << node.name();
}

TEST(GraphTransforms, AGemmThatStaysFloatStaysWhole) {
  GraphBuilder graph;
  graph.input("x", {2, 6})
      .noise("w", {6, 7})
      .noise("b", {2, 7})
      .node("Gemm", {"x", "w", "b"}, "y")
      .named("g");
  onnx::ModelProto model = graph.output("y").prepared();
  simplifyGraph(*model.mutable_graph(), true, {"g"});
  EXPECT_EQ(typesOf(model.graph()), "Gemm");
}

TEST(GraphTransforms, AGemmOfAConstantAndAnActivationStays) {
  GraphBuilder graph;
  graph.noise("x", {2, 6}).input("w", {6, 7}).noise("b", {2, 7}).node("Gemm", {"x", "w", "b"}, "y");
  graph.output("y");
  EXPECT_EQ(simplified(graph.prepared(), {{"w", noiseTensor({6, 7}, 4)}}), "Gemm");
}

TEST(GraphTransforms, MatMulOfMatricesAndAddBecomeGemm) {
  GraphBuilder matrices, batched;
  matrices.input("x", {2, 6}).noise("w", {6, 7}).noise("b", {7}).node("MatMul", {"x", "w"}, "m");
  matrices.node("Add", {"m", "b"}, "y").output("y");
  EXPECT_EQ(simplified(matrices.prepared(), {{"x", noiseTensor({2, 6}, 4)}}), "Gemm");
  batched.input("x", {2, 3, 6}).noise("w", {6, 7}).noise("b", {7}).node("MatMul", {"x", "w"}, "m");
  batched.node("Add", {"m", "b"}, "y").output("y");
  EXPECT_EQ(simplified(batched.prepared(), {{"x", noiseTensor({2, 3, 6}, 4)}}), "MatMul Add");
}

TEST(GraphTransforms, AnAddThatIsNoBiasStays) {
  GraphBuilder graph; // one value for each row
  graph.input("x", {7, 6}).noise("w", {6, 7}).noise("b", {7, 1}).node("MatMul", {"x", "w"}, "m");
  graph.node("Add", {"m", "b"}, "y").output("y");
  EXPECT_EQ(simplified(graph.prepared(), {{"x", noiseTensor({7, 6}, 4)}}), "MatMul Add");
}

TEST(GraphTransforms, IdentitiesAndTransposedConstantsVanish) {
  GraphBuilder graph;
  graph.input("x", {2, 6}).noise("w", {7, 6}).node("Identity", {"x"}, "i");
  graph.node("Transpose", {"w"}, "t").attribute("perm", std::vector<int64_t>{1, 0});
  graph.node("Identity", {"t"}, "u")
      .node("MatMul", {"i", "u"}, "m")
      .node("Dropout", {"m"}, "d")
      .node("Relu", {"d"}, "y");
  graph.output("y");
  EXPECT_EQ(simplified(graph.prepared(), {{"x", noiseTensor({2, 6}, 4)}}), "MatMul Relu");
}

TEST(GraphTransforms, LabelsOfUnnamedNodesAreTheirFirstPositions) {
  GraphBuilder graph;
  graph.input("x", {2, 6})
      .noise("w", {6, 7})
      .node("Identity", {"x"}, "i")
      .node("MatMul", {"i", "w"}, "y")
      .output("y");
  onnx::ModelProto model = graph.prepared();
  simplifyGraph(*model.mutable_graph(), true);
  EXPECT_EQ(model.graph().node(0).name(), "MatMul_1");
}
