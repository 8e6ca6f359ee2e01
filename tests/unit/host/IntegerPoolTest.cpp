// Pools on int8, against plain loops.
#include "HostTesting.h"

#include "hw/numbers/Numbers.h"

#include <gtest/gtest.h>

#include <random>

namespace lockstep {
namespace {

/// TOSA specification 0.80, reciprocal_scale: value in (2^(k - 1), 2^k].
void reciprocalScale(uint32_t value, int32_t &multiplier, unsigned &shift) {
  unsigned k = 0;
  while ((uint64_t{1} << k) < value)
    ++k;
  multiplier = static_cast<int32_t>((((int64_t{1} << 30) + 1) << k) / value);
  shift = 30 + k;
}

struct Pool {
  int64_t height, width, channels, kernel, stride, pad;
  int64_t outHeight() const { return (height + 2 * pad - kernel) / stride + 1; }
  int64_t outWidth() const { return (width + 2 * pad - kernel) / stride + 1; }
};

std::vector<int8_t> randomBytes(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<int8_t> values(count);
  for (int8_t &value : values)
    value = random() % 8 == 0 ? (random() % 2 ? 127 : -128) : static_cast<int8_t>(random());
  return values;
}

/// Calls visit(output index, values of the window that lie inside).
template <typename Visit> void forEachWindow(const Pool &p, const std::vector<int8_t> &input, Visit visit) {
  for (int64_t y = 0; y < p.outHeight(); ++y)
    for (int64_t x = 0; x < p.outWidth(); ++x)
      for (int64_t c = 0; c < p.channels; ++c) {
        std::vector<int32_t> window;
        for (int64_t r = 0; r < p.kernel; ++r)
          for (int64_t s = 0; s < p.kernel; ++s) {
            const int64_t row = y * p.stride + r - p.pad, column = x * p.stride + s - p.pad;
            if (row >= 0 && row < p.height && column >= 0 && column < p.width)
              window.push_back(input[(row * p.width + column) * p.channels + c]);
          }
        visit((y * p.outWidth() + x) * p.channels + c, window);
      }
}

std::vector<int8_t> runPool(const std::string &op, const std::string &more, const Pool &p,
                            const std::vector<int8_t> &input) {
  const auto dims = [&](int64_t h, int64_t w) {
    return "tensor<1x" + std::to_string(h) + "x" + std::to_string(w) + "x" + std::to_string(p.channels) +
           "xi8>";
  };
  const std::string in = dims(p.height, p.width), out = dims(p.outHeight(), p.outWidth());
  const auto two = [](int64_t value) { return std::to_string(value) + ", " + std::to_string(value); };
  auto results = runText(
      "func.func @main(%a: " + in + ") -> " + out + " {\n %0 = " + op +
          " %a {kernel = array<i64: " + two(p.kernel) + ">, pad = array<i64: " + two(p.pad) + ", " +
          two(p.pad) + ">, stride = array<i64: " + two(p.stride) + ">" + more + "} : (" + in + ") -> " + out +
          "\n return %0 : " + out + " }",
      {tensorOf<int8_t>("int8", {1, uint64_t(p.height), uint64_t(p.width), uint64_t(p.channels)}, input)});
  return results.empty() ? std::vector<int8_t>() : valuesOf<int8_t>(results[0]);
}

const Pool pools[] = {
    {8, 8, 3, 2, 2, 0}, {7, 9, 2, 3, 2, 1}, {5, 5, 5, 5, 1, 2}, {7, 7, 4, 7, 1, 0}, {4, 4, 1, 1, 1, 0}};

TEST(IntegerPool, AveragesAsTheSpecificationDoes) {
  for (const Pool &pool : pools)
    for (auto [inputZeroPoint, outputZeroPoint] : {std::pair(0, 0), {-128, 3}, {127, -128}, {5, 127}}) {
      const std::vector<int8_t> input = randomBytes(pool.height * pool.width * pool.channels, pool.kernel);
      std::vector<int8_t> expected(pool.outHeight() * pool.outWidth() * pool.channels);
      forEachWindow(
          pool, input, [&, zero = inputZeroPoint, outZero = outputZeroPoint](int64_t at, auto &window) {
            int32_t sum = 0, multiplier = 0;
            for (int32_t value : window)
              sum += value - zero;
            unsigned shift = 0;
            reciprocalScale(window.size(), multiplier, shift);
            expected[at] =
                saturate(int64_t{applyScale32(sum, multiplier, shift)} + outZero, ElementType::Int8);
          });
      EXPECT_EQ(runPool("tosa.avg_pool2d",
                        ", acc_type = i32, quantization_info = #tosa.unary_quant<input_zp = " +
                            std::to_string(inputZeroPoint) +
                            ", output_zp = " + std::to_string(outputZeroPoint) + ">",
                        pool, input),
                expected)
          << "kernel " << pool.kernel << ", zero points " << inputZeroPoint << " " << outputZeroPoint;
    }
}

TEST(IntegerPool, TakesTheLargestOfWhatLiesInside) {
  for (const Pool &pool : pools) {
    const std::vector<int8_t> input = randomBytes(pool.height * pool.width * pool.channels, pool.kernel);
    std::vector<int8_t> expected(pool.outHeight() * pool.outWidth() * pool.channels);
    forEachWindow(pool, input, [&](int64_t at, auto &window) {
      expected[at] = *std::max_element(window.begin(), window.end());
    });
    EXPECT_EQ(runPool("tosa.max_pool2d", "", pool, input), expected) << "kernel " << pool.kernel;
  }
}

} // namespace
} // namespace lockstep
