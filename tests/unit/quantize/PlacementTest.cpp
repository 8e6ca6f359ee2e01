#include "compiler/quantize/Placement.h"

#include "Graphs.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

/// Each layer as "Anchor+Follower", scale-keeping ones in brackets; then each quantized tensor whose scale is
/// another's.
std::string placed(const GraphBuilder &graph, const std::set<std::string> &keepFloat = {}) {
  onnx::ModelProto model = graph.prepared();
  GraphEditor editor(*model.mutable_graph());
  Placement placement = placeQuantizers(editor, keepFloat);
  std::string text;
  for (const QuantizedLayer &layer : placement.layers) {
    std::string types = layer.anchor->op_type();
    for (const onnx::NodeProto *follower : layer.followers)
      types += "+" + follower->op_type();
    text += (text.empty() ? "" : " ") + (layer.keeps_scale ? "(" + types + ")" : types);
  }
  for (const auto &[tensor, root] : placement.scale_of)
    if (tensor != root)
      text += " " + tensor + "=" + root;
  return text;
}

GraphBuilder convolution(const std::string &to) {
  GraphBuilder graph;
  return graph.input("x", {1, 4, 6, 6}).noise("w", {4, 4, 3, 3}).node("Conv", {"x", "w"}, to);
}

} // namespace

TEST(Placement, AConvolutionsReluSharesItsOutputQuantizer) {
  EXPECT_EQ(placed(convolution("c").node("Relu", {"c"}, "y").output("y")), "Conv+Relu");
}

TEST(Placement, AReluWhoseInputIsUsedElsewhereStandsAlone) {
  EXPECT_EQ(placed(convolution("c").node("Relu", {"c"}, "y").output("y").output("c")), "Conv (Relu) y=c");
}

TEST(Placement, AClipSharesOnlyWithConstantBounds) {
  EXPECT_EQ(placed(convolution("c")
                       .constant("lo", {}, {0})
                       .constant("hi", {}, {6})
                       .node("Clip", {"c", "lo", "hi"}, "y")
                       .output("y")),
            "Conv+Clip");
  EXPECT_EQ(placed(convolution("c").input("hi", {}).node("Clip", {"c", "", "hi"}, "y").output("y")), "Conv");
}

TEST(Placement, AResidualAddHasAScaleForEachInput) {
  GraphBuilder graph = convolution("c");
  graph.node("Relu", {"c"}, "r")
      .node("Conv", {"r", "w"}, "d")
      .attribute("pads", std::vector<int64_t>{1, 1, 1, 1});
  graph.node("Add", {"d", "r"}, "a").node("Relu", {"a"}, "y").output("y");
  EXPECT_EQ(placed(graph), "Conv+Relu Conv Add+Relu");
}

TEST(Placement, MaximaAndMovementKeepTheScaleOfTheirChain) {
  GraphBuilder graph = convolution("c");
  graph.node("MaxPool", {"c"}, "p").attribute("kernel_shape", std::vector<int64_t>{2, 2});
  graph.node("Flatten", {"p"}, "f").noise("v", {36, 5}).node("MatMul", {"f", "v"}, "y").output("y");
  EXPECT_EQ(placed(graph), "Conv (MaxPool) (Flatten) MatMul f=c p=c");
}

TEST(Placement, MovementBeforeTheFirstLayerIsIntegerToo) {
  GraphBuilder graph;
  graph.input("x", {1, 2, 3})
      .node("Flatten", {"x"}, "f")
      .noise("w", {6, 2})
      .node("MatMul", {"f", "w"}, "y")
      .output("y");
  EXPECT_EQ(placed(graph), "(Flatten) MatMul f=x");
}

TEST(Placement, MovementAmongFloatOperatorsStaysFloat) {
  GraphBuilder graph;
  graph.input("x", {1, 6}).noise("w", {6, 2}).node("MatMul", {"x", "w"}, "m").node("Softmax", {"m"}, "s");
  graph.node("Transpose", {"s"}, "y").output("y");
  EXPECT_EQ(placed(graph), "MatMul");
}

TEST(Placement, AveragesAndConcatsRescale) {
  GraphBuilder graph = convolution("c");
  graph.node("GlobalAveragePool", {"c"}, "g")
      .node("GlobalAveragePool", {"x"}, "h")
      .node("Concat", {"g", "h"}, "y");
  graph.attribute("axis", int64_t(1)).output("y");
  EXPECT_EQ(placed(graph), "Conv GlobalAveragePool GlobalAveragePool Concat");
}

TEST(Placement, ABatchedProductTakesItsBiasAndRelu) {
  GraphBuilder graph;
  graph.input("x", {2, 3, 6}).noise("w", {6, 7}).noise("b", {7}).node("MatMul", {"x", "w"}, "m");
  graph.node("Add", {"b", "m"}, "a").node("Relu", {"a"}, "y").output("y");
  EXPECT_EQ(placed(graph), "MatMul+Add+Relu");
}

TEST(Placement, AProductOfTwoActivationsQuantizesBoth) {
  GraphBuilder graph;
  graph.input("x", {2, 3, 6}).input("z", {2, 6, 3}).node("MatMul", {"x", "z"}, "y").output("y");
  EXPECT_EQ(placed(graph), "MatMul");
}

TEST(Placement, PadKeepsTheScaleOnlyWithZero) {
  GraphBuilder zero = convolution("c"), one = convolution("c");
  zero.ints("pads", {0, 0, 1, 1, 0, 0, 1, 1}).node("Pad", {"c", "pads"}, "y").output("y");
  EXPECT_EQ(placed(zero), "Conv (Pad) y=c");
  one.ints("pads", {0, 0, 1, 1, 0, 0, 1, 1})
      .constant("v", {}, {1})
      .node("Pad", {"c", "pads", "v"}, "y")
      .output("y");
  EXPECT_EQ(placed(one), "Conv");
}

TEST(Placement, ActivationFunctionsBehindIntegerOperatorsBecomeTables) {
  GraphBuilder graph = convolution("c"); // x sigmoid(x)
  EXPECT_EQ(placed(graph.node("Sigmoid", {"c"}, "s").node("Mul", {"c", "s"}, "y").output("y")),
            "Conv Sigmoid Mul");
  GraphBuilder alone;
  alone.input("x", {1, 6})
      .node("Sigmoid", {"x"}, "s")
      .noise("w", {6, 2})
      .node("MatMul", {"s", "w"}, "y")
      .output("y");
  EXPECT_EQ(placed(alone), "MatMul");
}

TEST(Placement, ArithmeticWithAScalarIsAFunctionToo) {
  GraphBuilder graph =
      convolution("c").constant("three", {}, {3}).constant("lo", {}, {0}).constant("hi", {}, {6});
  graph.node("Add", {"c", "three"}, "a").node("Clip", {"a", "lo", "hi"}, "k").node("Mul", {"c", "k"}, "m");
  graph.node("Div", {"m", "hi"}, "y").output("y");
  EXPECT_EQ(placed(graph), "Conv Add (Clip) Mul Div k=a");
}

TEST(Placement, ADifferenceToAFloatTensorStaysFloat) {
  GraphBuilder graph = convolution("c");
  graph.node("ReduceMean", {"c"}, "m").node("Sub", {"c", "m"}, "d").node("Mul", {"d", "d"}, "y").output("y");
  EXPECT_EQ(placed(graph), "Conv");
}

TEST(Placement, NodesThatAreToStayFloatDo) {
  GraphBuilder graph = convolution("c").named("first");
  graph.node("Relu", {"c"}, "r").node("Conv", {"r", "w"}, "y").named("second").output("y");
  EXPECT_EQ(placed(graph, {"first"}), "(Relu) Conv r=c");
  EXPECT_EQ(placed(graph, {"second"}), "Conv+Relu");
}
