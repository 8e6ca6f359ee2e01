#include "RecurrentLayers.h"

#include "compiler/onnx/OnnxImport.h"
#include "compiler/passes/Passes.h"

#include <gtest/gtest.h>
#include <llvm/Support/raw_ostream.h>
#include <mlir/IR/BuiltinOps.h>
#include <mlir/Pass/PassManager.h>

namespace lockstep {

namespace {

uint64_t gateCount(const std::string &type) { return type == "GRU" ? 3 : type == "LSTM" ? 4 : 1; }

} // namespace

GraphBuilder layer(const std::string &type, uint64_t directions, const std::vector<std::string> &extra,
                   bool batchFirst) {
  const uint64_t gates = gateCount(type);
  GraphBuilder graph;
  if (batchFirst)
    graph.input("x", {int64_t(kBatch), int64_t(kSteps), int64_t(kInputs)});
  else
    graph.input("x", {int64_t(kSteps), int64_t(kBatch), int64_t(kInputs)});
  std::vector<std::string> inputs{"x", "w", "r"};
  inputs.insert(inputs.end(), extra.begin(), extra.end());
  graph.noise("w", {directions, gates * kHidden, kInputs})
      .noise("r", {directions, gates * kHidden, kHidden})
      .noise("b", {directions, 2 * gates * kHidden})
      .noise("h0", {directions, kBatch, kHidden})
      .noise("c0", {directions, kBatch, kHidden})
      .noise("p", {directions, 3 * kHidden})
      .ints32("lengths", {6, 2, 4})
      .node(type, inputs, "y")
      .named("layer")
      .attribute("hidden_size", int64_t(kHidden));
  if (directions == 2)
    graph.attribute("direction", "bidirectional");
  if (batchFirst)
    graph.attribute("layout", int64_t(1));
  return graph;
}

NamedTensors batch(uint64_t runs, bool batchFirst) {
  if (batchFirst)
    return {{"x", noiseTensor({runs * kBatch, kSteps, kInputs}, 1)}};
  return {{"x", noiseTensor({runs * kSteps, kBatch, kInputs}, 1)}};
}

QuantizedModel quantized(const GraphBuilder &graph, const NamedTensors &samples,
                         const QuantizeOptions &options) {
  auto result = quantizeModel(graph.prepared(), samples, options);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : QuantizedModel();
}

Forms::Forms(const onnx::ModelProto &model) {
  mlir::MLIRContext context;
  auto module = importOnnx(model, {}, context);
  EXPECT_TRUE(module) << module.error().message;
  mlir::PassManager manager(&context);
  addQuantizationPipeline(manager);
  EXPECT_TRUE(mlir::succeeded(manager.run(**module)));
  for (auto function : (*module)->getOps<mlir::func::FuncOp>())
    if (auto form = recurrentFormOf(function))
      layers.push_back(std::move(*form));
  llvm::raw_string_ostream stream(text);
  (*module)->lookupSymbol<mlir::func::FuncOp>("main").print(stream);
}

} // namespace lockstep
