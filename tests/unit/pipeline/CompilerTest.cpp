#include "compiler/pipeline/Compiler.h"
#include "compiler/runtime/PackageRunner.h"
#include "tests/unit/pipeline/Models.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace lockstep;

namespace {

ModelSource product() { return *ModelSource::parse(productModel(), "product"); }

std::vector<float> runOnHost(const Package &package, const NamedTensors &inputs) {
  auto host = makeHostRunner(package);
  EXPECT_TRUE(bool(host)) << host.error().message;
  auto outputs = runPackage(package, {{"host", *host}, {"onednn", *host}}, inputs);
  EXPECT_TRUE(bool(outputs)) << outputs.error().message;
  std::vector<float> values((*outputs)[0].tensor.bytes.size() / 4);
  std::memcpy(values.data(), (*outputs)[0].tensor.bytes.data(), values.size() * 4);
  return values;
}

TEST(Compiler, FloatModelsRunOnTheHost) {
  auto compilation = compileModel(product(), {});
  ASSERT_TRUE(bool(compilation)) << compilation.error().message;
  EXPECT_EQ(runOnHost(compilation->package, {{"x", floatTensor({1, 4}, {1, 2, 3, 4})}}),
            (std::vector<float>{0, 6.5f}));
  for (const OperatorPlace &place : compilation->places)
    EXPECT_NE(place.target, "accelerator") << place.operation;
}

TEST(Compiler, QuantizedProductsGoToTheAccelerator) {
  CompileOptions options;
  options.calibration = productBatch();
  auto compilation = compileModel(product(), options);
  ASSERT_TRUE(bool(compilation)) << compilation.error().message;
  auto onAccelerator =
      std::count_if(compilation->places.begin(), compilation->places.end(),
                    [](const OperatorPlace &place) { return place.target == "accelerator"; });
  EXPECT_GE(onAccelerator, 1);
  EXPECT_EQ(compilation->layers.size(), 1u);
  ASSERT_TRUE(compilation->quantization.has_value());
  EXPECT_EQ(compilation->quantization->samples, 4u);
  EXPECT_EQ(compilation->package.parameters.name, options.parameters.name);
}

TEST(Compiler, TheReferenceOfAQuantizedModelIsNearTheFloatModel) {
  CompileOptions options;
  options.calibration = productBatch();
  options.use_accelerator = false;
  for (bool integer : {true, false}) {
    options.integer_form = integer;
    auto compilation = compileModel(product(), options);
    ASSERT_TRUE(bool(compilation)) << compilation.error().message;
    std::vector<float> values = runOnHost(compilation->package, {{"x", floatTensor({1, 4}, {1, 2, 3, 4})}});
    EXPECT_NEAR(values[0], 0, 0.2);
    EXPECT_NEAR(values[1], 6.5, 0.2);
  }
}

TEST(Compiler, StopsBehindThePhaseThatIsWanted) {
  CompileOptions options;
  options.calibration = productBatch();
  for (const std::string &phase : phaseNames()) {
    options.stop_after = phase;
    auto compilation = compileModel(product(), options);
    ASSERT_TRUE(bool(compilation)) << phase << ": " << compilation.error().message;
    auto isWanted = [&](const auto &each) { return each.first == phase && !each.second.empty(); };
    EXPECT_TRUE(std::any_of(compilation->phases.begin(), compilation->phases.end(), isWanted)) << phase;
  }
}

TEST(Compiler, RefusesPhasesThatDoNotExist) {
  CompileOptions options;
  options.stop_after = "linking";
  auto compilation = compileModel(product(), options);
  ASSERT_FALSE(bool(compilation));
  EXPECT_EQ(compilation.error().kind, ErrorKind::Usage);
  EXPECT_NE(compilation.error().message.find("scheduled"), std::string::npos);
}

TEST(Compiler, SecondsOfThePhasesAreTold) {
  auto compilation = compileModel(product(), {});
  ASSERT_TRUE(bool(compilation));
  for (const char *phase : {"import", "quantized", "partitioned", "pieces"}) {
    auto isPhase = [&](const auto &each) { return each.first == phase; };
    EXPECT_TRUE(std::any_of(compilation->seconds.begin(), compilation->seconds.end(), isPhase)) << phase;
  }
}

} // namespace
