// Tensors in files: NumPy's .npy (format 1.0 to 3.0, C order) and raw bytes.
#pragma once

#include "hw/program/Program.h"
#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

struct Tensor {
  std::string element_type; // "int8", "uint8", "int32"; empty if the file does not say (.bin)
  std::vector<uint64_t> shape;
  std::vector<uint8_t> bytes; // row-major, little-endian
};

/// 1 or 4; 0 for an unknown type.
uint64_t elementBytes(const std::string &elementType);
/// Bytes of the symbol's tensor.
uint64_t bytesOf(const Symbol &symbol);

/// By the ending: .npy or .bin. Errors: Usage, with what is wrong in the file.
Result<Tensor> readTensor(const std::string &file);
/// Errors: Usage (unknown ending), System.
Status writeTensor(const Tensor &tensor, const std::string &file);

/// The bytes of a .npy file.
std::vector<uint8_t> encodeNpy(const Tensor &tensor);
/// Errors: Usage; `origin` is what messages call the file.
Result<Tensor> decodeNpy(const std::string &bytes, const std::string &origin);

/// Type, shape and size are the symbol's. Errors: Usage, naming both.
Status checkTensor(const Tensor &tensor, const Symbol &symbol);

} // namespace lockstep
