// What an imported module looks like, and what options do.
#include "compiler/onnx/OnnxImport.h"
#include "compiler/onnx/OnnxModel.h"
#include "tests/unit/onnx_import/ModelText.h"

#include <gtest/gtest.h>
#include <llvm/Support/raw_ostream.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/MLIRContext.h>

namespace lockstep {

namespace {

/// The module's text with locations, or "error: " and the message.
std::string imported(const onnx::ModelProto &model, const ImportOptions &options = {}) {
  auto prepared = prepareModel(model, "m", "");
  if (!prepared)
    return "error: " + prepared.error().message;
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  auto module = importOnnx(*prepared, options, context);
  if (!module)
    return "error: " + module.error().message;
  std::string text;
  llvm::raw_string_ostream stream(text);
  (*module)->print(stream, mlir::OpPrintingFlags().enableDebugInfo());
  return text;
}

testing::AssertionResult has(const std::string &text, const std::string &part) {
  if (text.find(part) != std::string::npos)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no '" << part << "' in\n" << text;
}

const char *const kSum = "g (float[n, 3] x, float[3] w) => (float[n, 3] y) { t = Relu (x)  y = Add (t, w) }";

TEST(OnnxImport, MainHasTheModelsNamesAndTypes) {
  const std::string text =
      imported(modelOf("g (uint8[2] a, bool[2] b) => (uint8[2] y) { y = Where (b, a, a) }"));
  EXPECT_TRUE(has(text, "%arg0: tensor<2xi8> {lockstep.name = \"a\", lockstep.type = \"uint8\"}"));
  EXPECT_TRUE(has(text, "%arg1: tensor<2xi1> {lockstep.name = \"b\", lockstep.type = \"bool\"}"));
  EXPECT_TRUE(has(text, "-> (tensor<2xi8> {lockstep.name = \"y\", lockstep.type = \"uint8\"})"));
}

TEST(OnnxImport, AnOpenBatchIsOneAndOtherOpenExtentsNeedAShape) {
  EXPECT_TRUE(has(imported(modelOf(kSum)), "tensor<1x3xf32>"));
  ImportOptions options;
  options.input_shapes["x"] = {5, 3};
  EXPECT_TRUE(has(imported(modelOf(kSum), options), "tensor<5x3xf32>"));
  const std::string open = "g (float[2, k] x) => (float[2, k] y) { y = Relu (x) }";
  EXPECT_TRUE(has(imported(modelOf(open)), "error: input 'x': extent 1 ('k') is open"));
}

TEST(OnnxImport, ShapesThatContradictTheModelAreErrors) {
  ImportOptions options;
  options.input_shapes["x"] = {5, 4};
  EXPECT_TRUE(has(imported(modelOf(kSum), options), "error: input 'x': extent 1 is 3, but 4 is given"));
  options.input_shapes["x"] = {5};
  EXPECT_TRUE(has(imported(modelOf(kSum), options), "error: input 'x': shape [5] is given"));
  options.input_shapes = {{"z", {5}}};
  EXPECT_TRUE(
      has(imported(modelOf(kSum), options), "error: the model has no input 'z', its inputs are: x, w"));
}

TEST(OnnxImport, InitializersAndBoundInputsAreConstants) {
  onnx::ModelProto model = modelOf(kSum);
  *model.mutable_graph()->add_initializer() = protoOf({"float32", {3}, std::vector<uint8_t>(12)}, "w");
  EXPECT_FALSE(has(imported(model), "%arg1"));
  ImportOptions options;
  options.bound_inputs["w"] = {"float32", {3}, std::vector<uint8_t>(12)};
  EXPECT_FALSE(has(imported(modelOf(kSum), options), "%arg1"));
  options.bound_inputs["w"] = {"int32", {3}, std::vector<uint8_t>(12)};
  EXPECT_TRUE(
      has(imported(modelOf(kSum), options), "error: input 'w' is float32, but a value of int32 is given"));
}

TEST(OnnxImport, ExtraOutputsStandBehindTheModels) {
  ImportOptions options;
  options.extra_outputs = {"t"};
  EXPECT_TRUE(has(imported(modelOf(kSum), options),
                  "lockstep.name = \"y\", lockstep.type = \"float32\"}, tensor<1x3xf32> "
                  "{lockstep.name = \"t\""));
  options.extra_outputs = {"nothing"};
  EXPECT_TRUE(has(imported(modelOf(kSum), options), "error: output 'nothing' cannot be computed"));
}

TEST(OnnxImport, OperationsTellTheirNode) {
  onnx::ModelProto model = modelOf(kSum);
  model.mutable_graph()->mutable_node(1)->set_name("the sum");
  const std::string text = imported(model);
  EXPECT_TRUE(has(text, "loc(\"Relu_0\")"));
  EXPECT_TRUE(has(text, "loc(\"the sum\")"));
}

TEST(OnnxImport, WhatIsNotSupportedIsNamedWithNodeAndOpset) {
  EXPECT_EQ(
      imported(modelOf("g (float[2] x) => (float[2] y) { y = strange.Thing (x) }", 17, ", \"strange\" : 3")),
      "error: operator strange.Thing (node Thing_0, opset 3) is not supported");
  EXPECT_TRUE(has(imported(modelOf("g (string[2] x) => (string[2] y) { y = Identity (x) }")),
                  "error: input 'x' is not supported: it is not a tensor of numbers"));
}

TEST(OnnxImport, ShapesThatDoNotFitAnOperatorAreNamedWithTheNode) {
  const std::string text =
      imported(modelOf("g (float[2, 3] x, float[4, 5] w) => (float[2, 5] y) { y = MatMul (x, w) }"));
  EXPECT_TRUE(has(text, "error: "));
  EXPECT_TRUE(has(text, "MatMul"));
}

TEST(OnnxImport, AnOutputThatIsNotWhatTheModelDeclaresIsAnError) {
  onnx::ModelProto model = modelOf("g (float[2, 3] x) => (float[k] y) { y = Relu (x) }");
  const std::string text = imported(model);
  EXPECT_TRUE(has(text, "tensor<2x3xf32>") || has(text, "error: "));
  model = modelOf("g (float[2, 3] x) => (float[2, 4] y) { y = Relu (x) }");
  EXPECT_TRUE(has(imported(model), "error: "));
}

TEST(OnnxImport, QuantizedTensorsHaveTheirScaleInTheType) {
  onnx::ModelProto model = modelOf("g (float[1, 2] x, float s, uint8 z) => (float[1, 2] y) {"
                                   " q = QuantizeLinear (x, s, z)  y = DequantizeLinear (q, s, z) }");
  *model.mutable_graph()->add_initializer() = protoOf({"float32", {}, {0, 0, 0, 0x3f}}, "s");
  *model.mutable_graph()->add_initializer() = protoOf({"uint8", {}, {128}}, "z");
  const std::string text = imported(model);
  EXPECT_TRUE(has(text, "quant.qcast"));
  EXPECT_TRUE(has(text, "!quant.uniform<u8:f32, 5.000000e-01:128>"));
  EXPECT_TRUE(has(text, "quant.scast"));
  EXPECT_TRUE(has(text, "quant.dcast"));
}

} // namespace

} // namespace lockstep
