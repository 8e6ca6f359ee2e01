// Exported QDQ models in ONNX Runtime beside the integer reference.
#include "LayerComparison.h"
#include "OnnxRuntime.h"
#include "Reference.h"

#include "compiler/onnx/OnnxModel.h"
#include "compiler/quantize/Quantize.h"
#include "compiler/tensor/TensorFile.h"

#include <gtest/gtest.h>

#include <iostream>

using namespace lockstep;

namespace {

const std::string models = LOCKSTEP_SOURCE_DIR "/workloads/models/";

std::vector<std::string> quantizedTensors(const onnx::GraphProto &graph) {
  std::vector<std::string> names;
  for (const onnx::NodeProto &node : graph.node())
    if (node.op_type() == "QuantizeLinear")
      names.push_back(node.output(0));
  return names;
}

/// Prints every case; the test fails for those that nothing explains.
size_t show(const char *who, const LayerResult &layer) {
  for (const RoundingCase &rounding : layer.cases)
    std::cout << "  " << who << " " << describe(rounding) << "\n";
  for (const RoundingCase &rounding : layer.failures)
    ADD_FAILURE() << who << " " << describe(rounding);
  return layer.cases.size();
}

/// Both executions of a quantized model, layer by layer, and the model's outputs.
void compare(const onnx::ModelProto &model, const NamedTensors &inputs) {
  std::vector<std::string> names = quantizedTensors(model.graph());
  auto reference = integerReference(model, inputs, names);
  ASSERT_TRUE(reference) << reference.error().message;
  auto ran = runOnnxRuntime(model, inputs, names);
  ASSERT_TRUE(ran) << ran.error().message;
  TensorMap ours = *reference, theirs = mapOf(*ran);
  for (const NamedTensor &input : inputs)
    ours[input.name] = theirs[input.name] = input.tensor;
  // float32 for them; ours: multipliers have 31 bits, sums of rescaled operands 2^-20 of a step or better.
  std::vector<LayerResult> judgedOurs = judge(model.graph(), ours, 0x1p-6L),
                           judgedTheirs = judge(model.graph(), theirs, 1);
  size_t roundings = 0, elements = 0;
  for (size_t i = 0; i < judgedOurs.size(); ++i) {
    const std::string &name = judgedOurs[i].tensor;
    size_t different = differentElements(ours.at(name), theirs.at(name));
    std::cout << name << " (" << judgedOurs[i].operators << "): " << judgedOurs[i].elements << " elements, "
              << judgedOurs[i].ties << " ties, " << different << " different\n";
    roundings += show("Lockstep", judgedOurs[i]) + show("ONNX Runtime", judgedTheirs[i]);
    elements += judgedOurs[i].elements;
    if (roundings == 0) {
      EXPECT_EQ(different, 0u) << name;
    }
  }
  std::cout << elements << " elements, " << roundings << " explained by ties\n";
}

void compareDigits(const std::string &name, const QuantizeOptions &options) {
  auto model = readModel(models + name);
  auto calibration = readNpz(models + "digits_calibration.npz"), test = readNpz(models + "digits_test.npz");
  ASSERT_TRUE(model && calibration && test);
  auto quantized = quantizeModel(*model, *calibration, options);
  ASSERT_TRUE(quantized) << quantized.error().message;
  compare(quantized->model, firstSamples(*test, 100));
}

QuantizeOptions asymmetric(bool isUnsigned) {
  QuantizeOptions options;
  options.symmetric = false;
  options.unsigned_activations = isUnsigned;
  return options;
}

} // namespace

TEST(OnnxRuntime, TheSymmetricPerceptronDiffersInNothingButTies) { compareDigits("digits_mlp.onnx", {}); }

TEST(OnnxRuntime, TheSymmetricConvolutionalNetworkDiffersInNothingButTies) {
  compareDigits("digits_cnn.onnx", {});
}

TEST(OnnxRuntime, TheAsymmetricPerceptronDiffersInNothingButTies) {
  compareDigits("digits_mlp.onnx", asymmetric(false));
}

TEST(OnnxRuntime, TheAsymmetricConvolutionalNetworkDiffersInNothingButTies) {
  compareDigits("digits_cnn.onnx", asymmetric(false));
}

TEST(OnnxRuntime, TheUnsignedConvolutionalNetworkDiffersInNothingButTies) {
  compareDigits("digits_cnn.onnx", asymmetric(true));
}
