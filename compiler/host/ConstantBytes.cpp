#include "compiler/host/ConstantBytes.h"

#include <mlir/IR/BuiltinTypes.h>
#include <mlir/IR/DialectResourceBlobManager.h>

namespace lockstep {
namespace {

using namespace mlir;

size_t storedBytes(Type type) {
  if (type.isIndex())
    return 8;
  return type.isIntOrFloat() ? (type.getIntOrFloatBitWidth() + 7) / 8 : 0;
}

std::vector<char> repeated(ArrayRef<char> element, size_t count) {
  std::vector<char> bytes(element.size() * count);
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = element[i % element.size()];
  return bytes;
}

/// MLIR packs i1 into bits, and one splat value into a byte of ones.
std::vector<char> boolBytes(DenseElementsAttr attribute) {
  std::vector<char> bytes;
  bytes.reserve(attribute.getNumElements());
  for (bool value : attribute.getValues<bool>())
    bytes.push_back(value);
  return bytes;
}

} // namespace

std::optional<std::vector<char>> constantBytes(ElementsAttr attribute) {
  const size_t count = attribute.getNumElements();
  const size_t size = storedBytes(attribute.getElementType());
  if (size == 0)
    return std::nullopt;
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute)) {
    if (attribute.getElementType().isInteger(1))
      return boolBytes(dense);
    ArrayRef<char> raw = dense.getRawData();
    if (dense.isSplat())
      return repeated(raw.take_front(size), count);
    return std::vector<char>(raw.begin(), raw.end());
  }
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      if (blob->getData().size() == count * size)
        return std::vector<char>(blob->getData().begin(), blob->getData().end());
  return std::nullopt;
}

} // namespace lockstep
