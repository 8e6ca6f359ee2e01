#include "compiler/tensor/Tensor.h"

#include <map>

namespace lockstep {

uint64_t elementBytes(const std::string &elementType) {
  static const std::map<std::string, uint64_t> bytes = {
      {"float16", 2}, {"bfloat16", 2}, {"float32", 4}, {"float64", 8}, {"int8", 1},   {"int16", 2}, {"int32", 4},
      {"int64", 8},   {"uint8", 1},    {"uint16", 2},  {"uint32", 4},  {"uint64", 8}, {"bool", 1}};
  auto found = bytes.find(elementType);
  return found == bytes.end() ? 0 : found->second;
}

uint64_t elementCount(const std::vector<uint64_t> &shape) {
  uint64_t count = 1;
  for (uint64_t extent : shape)
    if (__builtin_mul_overflow(count, extent, &count))
      return UINT64_MAX;
  return count;
}

std::string shapeText(const std::vector<uint64_t> &shape) {
  std::string text;
  for (uint64_t extent : shape)
    text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "[" + text + "]";
}

Tensor zeroTensor(const std::string &elementType, const std::vector<uint64_t> &shape) {
  return {elementType, shape, std::vector<uint8_t>(elementCount(shape) * elementBytes(elementType))};
}

} // namespace lockstep
