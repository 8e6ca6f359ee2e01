#include "workloads/conformance/TensorComparison.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

namespace lockstep {

namespace {

template <typename T> T loadAs(const Tensor &tensor, uint64_t index) {
  T value;
  std::memcpy(&value, tensor.bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

double halfToDouble(uint16_t bits) {
  int exponent = (bits >> 10) & 31, fraction = bits & 1023;
  double sign = bits >> 15 ? -1 : 1;
  if (exponent == 31)
    return fraction ? NAN : sign * INFINITY;
  return sign * (exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24));
}

double brainToDouble(uint16_t bits) {
  uint32_t wide = uint32_t(bits) << 16;
  float value;
  std::memcpy(&value, &wide, 4);
  return value;
}

bool isFloating(const std::string &type) { return type.find("float") != std::string::npos; }

bool isClose(double found, double expected, const Tolerance &tolerance) {
  if (std::isnan(found) || std::isnan(expected))
    return std::isnan(found) && std::isnan(expected);
  if (std::isinf(found) || std::isinf(expected))
    return found == expected;
  return std::abs(found - expected) <= tolerance.absolute + tolerance.relative * std::abs(expected);
}

bool isSame(const Tensor &found, const Tensor &expected, uint64_t index, const Tolerance &tolerance) {
  if (expected.element_type == "bfloat16")
    return std::abs(int(loadAs<uint16_t>(found, index)) - int(loadAs<uint16_t>(expected, index))) <= 1 ||
           isClose(elementAsDouble(found, index), elementAsDouble(expected, index), tolerance);
  if (isFloating(expected.element_type))
    return isClose(elementAsDouble(found, index), elementAsDouble(expected, index), tolerance);
  uint64_t size = elementBytes(expected.element_type);
  return std::memcmp(&found.bytes[index * size], &expected.bytes[index * size], size) == 0;
}

} // namespace

double elementAsDouble(const Tensor &tensor, uint64_t index) {
  const std::string &type = tensor.element_type;
  if (type == "float32")
    return loadAs<float>(tensor, index);
  if (type == "float64")
    return loadAs<double>(tensor, index);
  if (type == "float16")
    return halfToDouble(loadAs<uint16_t>(tensor, index));
  if (type == "bfloat16")
    return brainToDouble(loadAs<uint16_t>(tensor, index));
  bool isUnsigned = type[0] == 'u' || type == "bool";
  switch (elementBytes(type)) {
  case 1:
    return isUnsigned ? double(loadAs<uint8_t>(tensor, index)) : double(loadAs<int8_t>(tensor, index));
  case 2:
    return isUnsigned ? double(loadAs<uint16_t>(tensor, index)) : double(loadAs<int16_t>(tensor, index));
  case 4:
    return isUnsigned ? double(loadAs<uint32_t>(tensor, index)) : double(loadAs<int32_t>(tensor, index));
  default:
    return isUnsigned ? double(loadAs<uint64_t>(tensor, index)) : double(loadAs<int64_t>(tensor, index));
  }
}

std::string differenceOf(const Tensor &found, const Tensor &expected, const Tolerance &tolerance) {
  if (found.element_type != expected.element_type || found.shape != expected.shape)
    return fmt::format("{} {} instead of {} {}", found.element_type, shapeText(found.shape),
                       expected.element_type, shapeText(expected.shape));
  uint64_t count = elementCount(expected.shape), differing = 0, first = 0;
  if (found.bytes.size() != expected.bytes.size() ||
      found.bytes.size() != count * elementBytes(found.element_type))
    return fmt::format("{} bytes instead of {}", found.bytes.size(), expected.bytes.size());
  for (uint64_t i = count; i-- > 0;)
    if (!isSame(found, expected, i, tolerance)) {
      first = i;
      ++differing;
    }
  if (differing == 0)
    return "";
  return fmt::format("{} of {} elements differ, the first is element {}: {} instead of {}", differing, count,
                     first, elementAsDouble(found, first), elementAsDouble(expected, first));
}

} // namespace lockstep
