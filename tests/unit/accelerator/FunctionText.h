// Functions of integer TOSA as text, for tests: each call appends an operation and names its result.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lockstep::test {

using Shape = std::vector<int64_t>;

/// A value of the function.
struct TextValue {
  std::string name;
  Shape shape;
  std::string type; // "i8", "i32"
};

/// What follows a sum.
struct RescaleText {
  std::vector<int64_t> multipliers, shifts; // one, or one for each channel
  int64_t output_zero_point = 0;
  bool double_round = false;
};
struct WindowText {
  Shape pad = {0, 0, 0, 0}, stride = {1, 1}, dilation = {1, 1};
};

class FunctionText {
public:
  explicit FunctionText(uint64_t seed) : random(seed) {}

  TextValue argument(const Shape &shape, const std::string &type = "i8");
  /// Random int8 with extremes; int32 within +-2^20.
  TextValue constant(const Shape &shape, const std::string &type = "i8");
  TextValue constantOf(const Shape &shape, const std::string &type, const std::vector<int64_t> &values);

  TextValue matmul(const TextValue &a, const TextValue &b, int64_t aZeroPoint = 0, int64_t bZeroPoint = 0);
  TextValue fullyConnected(const TextValue &input, int64_t outputs, int64_t zeroPoint = 0);
  TextValue conv2d(const TextValue &input, int64_t outputs, int64_t height, int64_t width,
                   const WindowText &window = {}, int64_t zeroPoint = 0);
  TextValue depthwise(const TextValue &input, int64_t multiplier, int64_t height, int64_t width,
                      const WindowText &window = {}, int64_t zeroPoint = 0);
  TextValue add(const TextValue &a, const TextValue &b);
  TextValue rescale(const TextValue &sum, const RescaleText &scale);
  /// One scale, or one for each channel, that spreads sums of `terms` products over int8.
  TextValue rescaleAtRandom(const TextValue &sum, int64_t terms, bool perChannel);
  TextValue clamp(const TextValue &value, int64_t low, int64_t high);
  TextValue reshape(const TextValue &value, const Shape &shape);
  TextValue slice(const TextValue &value, const Shape &start, const Shape &size);
  TextValue concat(const std::vector<TextValue> &values, int64_t axis);
  TextValue transpose(const TextValue &value, const Shape &order);

  /// module { func.func @main(...) }
  std::string returning(const std::vector<TextValue> &results) const;

  int64_t pick(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
  }

private:
  TextValue result(const Shape &shape, const std::string &type, const std::string &operation);
  TextValue convolution(const std::string &name, const TextValue &input, const TextValue &weights,
                        const Shape &output, const WindowText &window, int64_t zeroPoint);

  std::mt19937_64 random;
  std::vector<TextValue> arguments;
  std::string body;
  int count = 0;
};

} // namespace lockstep::test
