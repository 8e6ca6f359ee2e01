#include "compiler/pipeline/ModelSource.h"
#include "tests/unit/pipeline/Models.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

TEST(ModelSource, TellsItsInputs) {
  auto source = ModelSource::parse(productModel(3), "product");
  ASSERT_TRUE(bool(source)) << source.error().message;
  NamedTensors inputs = source->inputs();
  ASSERT_EQ(inputs.size(), 1u) << "weights are no inputs";
  EXPECT_EQ(inputs[0].name, "x");
  EXPECT_EQ(inputs[0].tensor.element_type, "float32");
  EXPECT_EQ(inputs[0].tensor.shape, (std::vector<uint64_t>{3, 4}));
  ImportOptions import;
  import.input_shapes["x"] = {7, 4};
  EXPECT_EQ(source->inputs(import)[0].tensor.shape[0], 7u);
}

TEST(ModelSource, KnowsWhetherItIsQuantized) {
  auto source = ModelSource::parse(productModel(), "product");
  ASSERT_TRUE(bool(source));
  EXPECT_FALSE(source->isQuantized());
  auto quantized = source->quantize(productBatch(), {});
  ASSERT_TRUE(bool(quantized)) << quantized.error().message;
  EXPECT_TRUE(quantized->model.isQuantized());
  EXPECT_FALSE(source->isQuantized()) << "the original stays as it is";
}

TEST(ModelSource, RefusesWhatIsNoModel) {
  EXPECT_FALSE(bool(ModelSource::parse("nonsense", "text")));
  EXPECT_FALSE(bool(ModelSource::parse("", "nothing")));
  std::string cut = productModel();
  EXPECT_FALSE(bool(ModelSource::parse(cut.substr(0, cut.size() - 5), "cut")));
  EXPECT_FALSE(bool(ModelSource::read("no-such-file.onnx")));
}

} // namespace
