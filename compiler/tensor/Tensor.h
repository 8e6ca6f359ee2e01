// A tensor as bytes: what passes between files, compiler, host code and machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// Dense, row-major, little-endian. `element_type` is one of float16, bfloat16, float32, float64, int8, int16,
/// int32, int64, uint8, uint16, uint32, uint64 and bool (a byte each, 0 or 1).
struct Tensor {
  std::string element_type; // empty only for raw bytes whose file does not say
  std::vector<uint64_t> shape;
  std::vector<uint8_t> bytes;
};

struct NamedTensor {
  std::string name;
  Tensor tensor;
};
using NamedTensors = std::vector<NamedTensor>;

/// Bytes of an element; 0 for an unknown type.
uint64_t elementBytes(const std::string &elementType);
/// Product of the extents, 1 for a scalar; UINT64_MAX on overflow.
uint64_t elementCount(const std::vector<uint64_t> &shape);
/// "[2, 3]".
std::string shapeText(const std::vector<uint64_t> &shape);
/// All bytes zero.
Tensor zeroTensor(const std::string &elementType, const std::vector<uint64_t> &shape);

} // namespace lockstep
