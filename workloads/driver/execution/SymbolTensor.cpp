#include "workloads/driver/execution/SymbolTensor.h"

#include <fmt/format.h>

namespace lockstep {
namespace {

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

} // namespace

uint64_t bytesOf(const Symbol &symbol) {
  return elementCount(symbol.shape) * elementBytes(symbol.element_type);
}

Status checkTensor(const Tensor &tensor, const Symbol &symbol) {
  bool raw = tensor.element_type.empty();
  if (!raw && (tensor.element_type != symbol.element_type || tensor.shape != symbol.shape))
    return usage(fmt::format("input {} is {} {}, but the program wants {} {}", symbol.name,
                             tensor.element_type, shapeText(tensor.shape), symbol.element_type,
                             shapeText(symbol.shape)));
  if (tensor.bytes.size() != bytesOf(symbol))
    return usage(fmt::format("input {} has {} bytes, but the program wants {}", symbol.name,
                             tensor.bytes.size(), bytesOf(symbol)));
  return {};
}

} // namespace lockstep
