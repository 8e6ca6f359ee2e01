// Tensors as users hand them in: NumPy's files and ONNX's, by one function.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <string>

namespace lockstep {

/// All tensors of a file. By the ending: .npz (named), .npy and .bin (one, without a name), .pb (an ONNX
/// TensorProto with its name). Errors: Usage, with what is wrong in the file.
Result<NamedTensors> readTensors(const std::string &file);

} // namespace lockstep
