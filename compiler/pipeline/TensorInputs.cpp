#include "compiler/pipeline/TensorInputs.h"

#include "compiler/onnx/OnnxModel.h"
#include "compiler/tensor/TensorFile.h"

#include <fmt/format.h>

#include <filesystem>

namespace lockstep {

Result<NamedTensors> readTensors(const std::string &file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored))
    return Error{ErrorKind::Usage, fmt::format("{}: there is no such file of tensors", file)};
  std::string ending = std::filesystem::path(file).extension().string();
  if (ending == ".npz")
    return readNpz(file);
  if (ending == ".pb") {
    auto tensor = readTensorPb(file);
    if (!tensor)
      return tensor.error();
    return NamedTensors{std::move(*tensor)};
  }
  if (ending != ".npy" && ending != ".bin")
    return Error{ErrorKind::Usage,
                 fmt::format("{}: tensors are read from .npz, .npy, .pb or .bin files", file)};
  auto tensor = readTensor(file);
  if (!tensor)
    return tensor.error();
  return NamedTensors{{"", std::move(*tensor)}};
}

} // namespace lockstep
