// Matrix products and convolutions, by the library and by LLVM's loops, against plain loops.
#include "HostTesting.h"

#include "compiler/host/OneDnn.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace lockstep {
namespace {

std::vector<int8_t> extremes(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<int8_t> values(count);
  for (int8_t &value : values)
    value = random() % 3 == 0 ? static_cast<int8_t>(random()) : random() % 2 ? 127 : -128;
  return values;
}

std::vector<int32_t> biases(size_t count) {
  std::vector<int32_t> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = i % 3 == 0   ? INT32_MAX - static_cast<int32_t>(i)
                : i % 3 == 1 ? INT32_MIN
                             : static_cast<int32_t>(i) * 77;
  return values;
}

std::string typeText(const std::vector<uint64_t> &shape, const std::string &element) {
  std::string text = "tensor<";
  for (uint64_t extent : shape)
    text += std::to_string(extent) + "x";
  return text + element + ">";
}

/// Both ways to compute: every product by the library, none by it.
const uint64_t thresholds[] = {0, UINT64_MAX};

HostOptions withThreshold(uint64_t threshold) {
  HostOptions options;
  options.library_threshold = threshold;
  return options;
}

/// A convolution [n, h, w, c] with [f, k, k, c]; the bias is added in int32 with wrap-around.
struct Convolution {
  uint64_t n, h, w, c, f, k;
  int64_t stride, dilation, pad;
  int64_t input_zero, weight_zero;

  uint64_t extent(uint64_t in) const { return (in + 2 * pad - dilation * (k - 1) - 1) / stride + 1; }
  std::string text() const {
    const std::string in = typeText({n, h, w, c}, "i8"), weights = typeText({f, k, k, c}, "i8");
    const std::string bias = typeText({f}, "i32"), out = typeText({n, extent(h), extent(w), f}, "i32");
    const auto repeat = [](int64_t value, int times) {
      std::string list = std::to_string(value);
      for (int i = 1; i < times; ++i)
        list += ", " + std::to_string(value);
      return list;
    };
    return "func.func @main(%a: " + in + ", %w: " + weights + ", %b: " + bias + ") -> " + out +
           " {\n %0 = tosa.conv2d %a, %w, %b {dilation = array<i64: " + repeat(dilation, 2) +
           ">, pad = array<i64: " + repeat(pad, 4) + ">, stride = array<i64: " + repeat(stride, 2) +
           ">, quantization_info = #tosa.conv_quant<input_zp = " + std::to_string(input_zero) +
           ", weight_zp = " + std::to_string(weight_zero) + ">} : (" + in + ", " + weights + ", " + bias +
           ") -> " + out + "\n return %0 : " + out + " }";
  }
  std::vector<int32_t> expected(const std::vector<int8_t> &in, const std::vector<int8_t> &weights,
                                const std::vector<int32_t> &bias) const {
    std::vector<int32_t> result;
    for (uint64_t i = 0; i < n; ++i)
      for (uint64_t y = 0; y < extent(h); ++y)
        for (uint64_t x = 0; x < extent(w); ++x)
          for (uint64_t o = 0; o < f; ++o)
            result.push_back(
                static_cast<int32_t>(static_cast<uint32_t>(bias[o]) + sum(in, weights, i, y, x, o)));
    return result;
  }

private:
  uint32_t sum(const std::vector<int8_t> &in, const std::vector<int8_t> &weights, uint64_t i, uint64_t y,
               uint64_t x, uint64_t o) const {
    uint32_t total = 0;
    for (uint64_t r = 0; r < k; ++r)
      for (uint64_t s = 0; s < k; ++s) {
        const int64_t row = int64_t(y * stride + r * dilation) - pad,
                      column = int64_t(x * stride + s * dilation) - pad;
        if (row < 0 || column < 0 || row >= int64_t(h) || column >= int64_t(w))
          continue;
        for (uint64_t l = 0; l < c; ++l)
          total += static_cast<uint32_t>((in[((i * h + row) * w + column) * c + l] - input_zero) *
                                         (weights[((o * k + r) * k + s) * c + l] - weight_zero));
      }
    return total;
  }
};

TEST(Product, ConvolvesInt8ToTheBit) {
  const Convolution convolutions[] = {
      {1, 9, 8, 3, 5, 3, 1, 1, 1, 0, 0},        {2, 11, 9, 4, 6, 3, 2, 1, 1, -128, 3},
      {1, 12, 12, 5, 7, 3, 1, 2, 2, 127, -128}, {1, 6, 7, 64, 33, 1, 1, 1, 0, 5, -7},
      {1, 7, 7, 16, 8, 1, 2, 1, 0, 1, 0},       {1, 5, 5, 2, 3, 5, 1, 1, 0, -1, 127}};
  for (const Convolution &conv : convolutions) {
    const auto in = extremes(conv.n * conv.h * conv.w * conv.c, 1),
               weights = extremes(conv.f * conv.k * conv.k * conv.c, 2);
    const auto bias = biases(conv.f);
    for (uint64_t threshold : thresholds) {
      auto results = runText(conv.text(),
                             {tensorOf<int8_t>("int8", {conv.n, conv.h, conv.w, conv.c}, in),
                              tensorOf<int8_t>("int8", {conv.f, conv.k, conv.k, conv.c}, weights),
                              tensorOf<int32_t>("int32", {conv.f}, bias)},
                             withThreshold(threshold));
      EXPECT_EQ(valuesOf<int32_t>(results.at(0)), conv.expected(in, weights, bias))
          << conv.text() << threshold;
    }
  }
}

struct MatrixProduct {
  uint64_t batch, m, n, k;
  int64_t a_zero, b_zero;
};
const MatrixProduct products[] = {{1, 1, 1, 1, 0, 0},     {1, 1, 64, 300, -128, 127}, {3, 5, 7, 9, 3, -4},
                                  {1, 70, 65, 129, 0, 1}, {2, 33, 16, 64, 127, 0},    {1, 600, 3, 40, -5, 6}};

std::vector<int32_t> expectedProduct(const MatrixProduct &p, const std::vector<int8_t> &a,
                                     const std::vector<int8_t> &b) {
  std::vector<int32_t> result;
  for (uint64_t i = 0; i < p.batch; ++i)
    for (uint64_t row = 0; row < p.m; ++row)
      for (uint64_t column = 0; column < p.n; ++column) {
        uint32_t total = 0;
        for (uint64_t l = 0; l < p.k; ++l)
          total += static_cast<uint32_t>((a[(i * p.m + row) * p.k + l] - p.a_zero) *
                                         (b[(i * p.k + l) * p.n + column] - p.b_zero));
        result.push_back(static_cast<int32_t>(total));
      }
  return result;
}

TEST(Product, MultipliesInt8MatricesToTheBit) {
  for (const MatrixProduct &p : products) {
    const std::string a = typeText({p.batch, p.m, p.k}, "i8"), b = typeText({p.batch, p.k, p.n}, "i8");
    const std::string c = typeText({p.batch, p.m, p.n}, "i32");
    const std::string text = "func.func @main(%a: " + a + ", %b: " + b + ") -> " + c +
                             " {\n %0 = tosa.matmul %a, %b {quantization_info = #tosa.matmul_quant<a_zp = " +
                             std::to_string(p.a_zero) + ", b_zp = " + std::to_string(p.b_zero) + ">} : (" +
                             a + ", " + b + ") -> " + c + "\n return %0 : " + c + " }";
    const auto left = extremes(p.batch * p.m * p.k, 3), right = extremes(p.batch * p.k * p.n, 4);
    for (uint64_t threshold : thresholds) {
      auto results = runText(text,
                             {tensorOf<int8_t>("int8", {p.batch, p.m, p.k}, left),
                              tensorOf<int8_t>("int8", {p.batch, p.k, p.n}, right)},
                             withThreshold(threshold));
      EXPECT_EQ(valuesOf<int32_t>(results.at(0)), expectedProduct(p, left, right)) << text << threshold;
    }
  }
}

TEST(Product, ConnectsFullyWithConstantWeightsToTheBit) {
  for (uint64_t threshold : thresholds) {
    auto results =
        runText(R"(
      func.func @main(%a: tensor<2x3xi8>) -> tensor<2x2xi32> {
        %w = "tosa.const"() {value = dense<[[1, -2, 127], [-128, 5, 6]]> : tensor<2x3xi8>} : () -> tensor<2x3xi8>
        %b = "tosa.const"() {value = dense<[1000, 2147483647]> : tensor<2xi32>} : () -> tensor<2xi32>
        %0 = tosa.fully_connected %a, %w, %b {quantization_info = #tosa.conv_quant<input_zp = -128, weight_zp = 0>}
          : (tensor<2x3xi8>, tensor<2x3xi8>, tensor<2xi32>) -> tensor<2x2xi32>
        return %0 : tensor<2x2xi32> })",
                {tensorOf<int8_t>("int8", {2, 3}, {-128, -127, 127, 0, 1, 2})}, withThreshold(threshold));
    // The operands less the zero point: 0 1 255 and 128 129 130.
    const uint32_t top = INT32_MAX;
    EXPECT_EQ(valuesOf<int32_t>(results.at(0)),
              (std::vector<int32_t>{1000 - 2 + 255 * 127, int32_t(top + 5 + 6 * 255),
                                    1000 + 128 - 2 * 129 + 127 * 130,
                                    int32_t(top - 128u * 128 + 5 * 129 + 6 * 130)}));
  }
}

TEST(Product, ConvolvesDepthwiseInt8ToTheBit) {
  const uint64_t h = 7, w = 6, c = 5, m = 2;
  const auto in = extremes(h * w * c, 5), weights = extremes(3 * 3 * c * m, 6);
  auto results =
      runText(R"(
    func.func @main(%a: tensor<1x7x6x5xi8>, %w: tensor<3x3x5x2xi8>, %b: tensor<10xi32>) -> tensor<1x7x6x10xi32> {
      %0 = tosa.depthwise_conv2d %a, %w, %b {dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>,
        stride = array<i64: 1, 1>, quantization_info = #tosa.conv_quant<input_zp = 7, weight_zp = -3>}
        : (tensor<1x7x6x5xi8>, tensor<3x3x5x2xi8>, tensor<10xi32>) -> tensor<1x7x6x10xi32>
      return %0 : tensor<1x7x6x10xi32> })",
              {tensorOf<int8_t>("int8", {1, h, w, c}, in), tensorOf<int8_t>("int8", {3, 3, c, m}, weights),
               tensorOf<int32_t>("int32", {10}, biases(10))});
  std::vector<int32_t> expected;
  for (uint64_t y = 0; y < h; ++y)
    for (uint64_t x = 0; x < w; ++x)
      for (uint64_t o = 0; o < c * m; ++o) {
        uint32_t total = static_cast<uint32_t>(biases(10)[o]);
        for (uint64_t r = 0; r < 3; ++r)
          for (uint64_t s = 0; s < 3; ++s)
            if (y + r >= 1 && y + r < h + 1 && x + s >= 1 && x + s < w + 1)
              total += static_cast<uint32_t>((in[((y + r - 1) * w + x + s - 1) * c + o / m] - 7) *
                                             (weights[(r * 3 + s) * c * m + o] + 3));
        expected.push_back(static_cast<int32_t>(total));
      }
  EXPECT_EQ(valuesOf<int32_t>(results.at(0)), expected);
}

TEST(Product, ConvolvesFloatsNearly) {
  std::mt19937 random(9);
  std::uniform_real_distribution<float> uniform(-1, 1);
  const auto floats = [&](size_t count) {
    std::vector<float> values(count);
    for (float &value : values)
      value = uniform(random);
    return values;
  };
  const std::vector<Tensor> inputs = {tensorOf<float>("float32", {1, 9, 9, 6}, floats(9 * 9 * 6)),
                                      tensorOf<float>("float32", {8, 3, 3, 6}, floats(8 * 9 * 6)),
                                      tensorOf<float>("float32", {8}, floats(8))};
  const std::string text = R"(
    func.func @main(%a: tensor<1x9x9x6xf32>, %w: tensor<8x3x3x6xf32>, %b: tensor<8xf32>) -> tensor<1x5x5x8xf32> {
      %0 = tosa.conv2d %a, %w, %b {dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 2, 2>}
        : (tensor<1x9x9x6xf32>, tensor<8x3x3x6xf32>, tensor<8xf32>) -> tensor<1x5x5x8xf32>
      return %0 : tensor<1x5x5x8xf32> })";
  const auto library = valuesOf<float>(runText(text, inputs, withThreshold(0)).at(0));
  const auto loops = valuesOf<float>(runText(text, inputs, withThreshold(UINT64_MAX)).at(0));
  ASSERT_EQ(library.size(), loops.size());
  for (size_t i = 0; i < loops.size(); ++i)
    EXPECT_NEAR(library[i], loops[i], 1e-5) << i;
}

TEST(Product, TakesSlicesOfTensors) {
  auto results = runText(R"(
    func.func @main(%a: tensor<2x4xi8>, %b: tensor<2x3xi8>) -> tensor<2x5xi32> {
      %s = tensor.extract_slice %a[0, 1] [2, 2] [1, 1] : tensor<2x4xi8> to tensor<2x2xi8>
      %c = arith.constant dense<1> : tensor<2x5xi32>
      %d = tensor.extract_slice %c[0, 1] [2, 3] [1, 1] : tensor<2x5xi32> to tensor<2x3xi32>
      %0 = linalg.matmul ins(%s, %b : tensor<2x2xi8>, tensor<2x3xi8>) outs(%d : tensor<2x3xi32>) -> tensor<2x3xi32>
      %1 = tensor.insert_slice %0 into %c[0, 1] [2, 3] [1, 1] : tensor<2x3xi32> into tensor<2x5xi32>
      return %1 : tensor<2x5xi32> })",
                         {tensorOf<int8_t>("int8", {2, 4}, {9, 1, 2, 9, 9, 3, 4, 9}),
                          tensorOf<int8_t>("int8", {2, 3}, {1, 0, 1, 0, 1, 1})},
                         withThreshold(0));
  EXPECT_EQ(valuesOf<int32_t>(results.at(0)), (std::vector<int32_t>{1, 2, 3, 4, 1, 1, 4, 5, 8, 1}));
}

} // namespace
} // namespace lockstep
