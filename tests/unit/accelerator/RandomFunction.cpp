#include "tests/unit/accelerator/RandomFunction.h"

#include "tests/unit/accelerator/FunctionText.h"

namespace lockstep::test {
namespace {

class RandomFunction {
public:
  RandomFunction(uint64_t seed, int64_t tile) : f(seed), tile(tile) {}

  std::string make() {
    values.push_back(f.pick(0, 2) == 0 ? matrixArgument() : imageArgument());
    const int64_t layers = f.pick(1, 5);
    for (int64_t i = 0; i < layers; ++i)
      addLayer(values[static_cast<size_t>(f.pick(0, static_cast<int64_t>(values.size()) - 1))],
               i + 1 == layers);
    std::vector<TextValue> results = {values.back()};
    for (size_t i = 1; i + 1 < values.size(); ++i) // what nobody may read is a result too
      if (f.pick(0, 1) == 0)
        results.push_back(values[i]);
    return f.returning(results);
  }

private:
  int64_t extent() {
    switch (f.pick(0, 4)) {
    case 0:
      return 1;
    case 1:
      return tile * f.pick(1, 2) + f.pick(-1, 1);
    default:
      return f.pick(1, tile + 3);
    }
  }
  TextValue matrixArgument() { return f.argument({extent(), extent()}); }
  TextValue imageArgument() { return f.argument({f.pick(1, 2), f.pick(3, 9), f.pick(3, 9), extent()}); }

  TextValue finish(TextValue sum, int64_t terms, bool isLast) {
    if (isLast && f.pick(0, 3) == 0)
      return sum; // int32
    TextValue value = f.rescaleAtRandom(sum, terms, f.pick(0, 1));
    return f.pick(0, 1) ? value : f.clamp(value, f.pick(-128, 0), f.pick(1, 127));
  }

  WindowText window(const TextValue &image, int64_t height, int64_t width) {
    WindowText w;
    for (int64_t &pad : w.pad)
      pad = f.pick(0, 1);
    w.stride = {f.pick(1, 2), f.pick(1, 2)};
    if (height * 2 <= image.shape[1] && width * 2 <= image.shape[2])
      w.dilation = {f.pick(1, 2), f.pick(1, 2)};
    return w;
  }

  void addLayer(const TextValue &from, bool isLast) {
    if (from.shape.size() == 2)
      return values.push_back(isLast || f.pick(0, 1) ? dense(from, isLast) : square(from));
    if (f.pick(0, 5) == 0)
      return addLayer(f.reshape(from, {from.shape[0], from.shape[1] * from.shape[2] * from.shape[3]}),
                      isLast);
    const int64_t height = f.pick(1, std::min<int64_t>(3, from.shape[1]));
    const int64_t width = f.pick(1, std::min<int64_t>(3, from.shape[2]));
    const WindowText w = window(from, height, width);
    const int64_t zeroPoint = f.pick(-128, 127);
    if (from.shape[3] % 2 == 0 && f.pick(0, 2) == 0)
      return values.push_back(inTwoGroups(from, height, width, w, zeroPoint));
    if (f.pick(0, 2) == 0)
      return values.push_back(
          finish(f.depthwise(from, f.pick(1, 2), height, width, w, zeroPoint), height * width, isLast));
    values.push_back(finish(f.conv2d(from, extent(), height, width, w, zeroPoint),
                            height * width * from.shape[3], isLast));
  }

  /// Scales of the two groups are equal or differ.
  TextValue inTwoGroups(const TextValue &from, int64_t height, int64_t width, const WindowText &w,
                        int64_t zeroPoint) {
    const int64_t half = from.shape[3] / 2, outputs = extent(), scales = f.pick(0, 1) ? outputs : 1;
    const int64_t outputZeroPoint = f.pick(-20, 20);
    std::vector<TextValue> parts;
    for (int64_t first : {int64_t{0}, half}) {
      const TextValue part =
          f.slice(from, {0, 0, 0, first}, {from.shape[0], from.shape[1], from.shape[2], half});
      RescaleText scale{{}, {}, outputZeroPoint};
      for (int64_t i = 0; i < scales; ++i) {
        scale.multipliers.push_back(f.pick(1 << 30, 2147483647));
        scale.shifts.push_back(f.pick(37, 40));
      }
      parts.push_back(f.rescale(f.conv2d(part, outputs, height, width, w, zeroPoint), scale));
    }
    return f.concat(parts, 3);
  }

  TextValue dense(const TextValue &from, bool isLast) {
    return finish(f.fullyConnected(from, extent(), f.pick(-128, 127)), from.shape[1], isLast);
  }

  /// A product of a value with itself: neither operand is constant.
  TextValue square(const TextValue &from) {
    const TextValue one = f.reshape(from, {1, from.shape[0], from.shape[1]});
    const TextValue product =
        f.matmul(one, f.transpose(one, {0, 2, 1}), f.pick(-128, 127), f.pick(-128, 127));
    return f.reshape(finish(product, from.shape[1], false), {from.shape[0], from.shape[0]});
  }

  FunctionText f;
  int64_t tile;
  std::vector<TextValue> values;
};

} // namespace

std::string randomFunction(uint64_t seed, int64_t tile) { return RandomFunction(seed, tile).make(); }

} // namespace lockstep::test
