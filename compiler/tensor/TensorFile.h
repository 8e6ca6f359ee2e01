// Tensors in files: NumPy's .npy (format 1.0 to 3.0, C order) and .npz, ONNX's .pb, and raw bytes.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <string>

namespace lockstep {

/// By the ending: .npy, or .bin (raw: type and shape empty). Errors: Usage, with what is wrong in the file.
Result<Tensor> readTensor(const std::string &file);
/// By the ending: .npy or .bin. Errors: Usage (unknown ending), System.
Status writeTensor(const Tensor &tensor, const std::string &file);

/// All arrays of an .npz (stored or deflated), in the order of the archive. Errors: Usage.
Result<NamedTensors> readNpz(const std::string &file);
/// Errors: System.
Status writeNpz(const NamedTensors &tensors, const std::string &file);

/// The bytes of a .npy file.
std::vector<uint8_t> encodeNpy(const Tensor &tensor);
/// Errors: Usage; `origin` is what messages call the file.
Result<Tensor> decodeNpy(const std::string &bytes, const std::string &origin);

} // namespace lockstep
