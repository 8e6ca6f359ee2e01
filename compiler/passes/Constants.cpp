#include "compiler/passes/Constants.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/Matchers.h>

#include <cstring>

namespace lockstep {

using namespace mlir;

ElementsAttr constantOf(Value value) {
  ElementsAttr elements;
  return matchPattern(value, m_Constant(&elements)) ? elements : ElementsAttr();
}

std::optional<std::vector<float>> constantFloats(Value value) {
  ElementsAttr elements = constantOf(value);
  if (!elements || !elements.getElementType().isF32())
    return std::nullopt;
  auto range = elements.tryGetValues<float>();
  if (!range)
    return std::nullopt;
  return std::vector<float>(range->begin(), range->end());
}

std::optional<std::vector<int64_t>> constantIntegers(Value value) {
  ElementsAttr elements = constantOf(value);
  if (!elements || !isa<IntegerType>(elements.getElementType()))
    return std::nullopt;
  auto range = elements.tryGetValues<APInt>();
  if (!range)
    return std::nullopt;
  std::vector<int64_t> values;
  values.reserve(elements.getNumElements());
  for (const APInt &element : *range)
    values.push_back(element.getSExtValue());
  return values;
}

std::optional<float> splatFloat(Value value) {
  ElementsAttr elements = constantOf(value);
  if (!elements || !elements.getElementType().isF32() || elements.getNumElements() == 0)
    return std::nullopt;
  if (elements.isSplat())
    return elements.getSplatValue<float>();
  return std::nullopt;
}

Value buildConstant(OpBuilder &builder, Location loc, DenseElementsAttr elements) {
  return builder.create<tosa::ConstOp>(loc, elements.getType(), elements);
}

namespace {

template <typename Element> DenseElementsAttr denseIntegers(RankedTensorType type, ArrayRef<int64_t> values) {
  std::vector<Element> narrow(values.begin(), values.end());
  return DenseElementsAttr::get(type, ArrayRef<Element>(narrow));
}

} // namespace

Value buildIntegers(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, unsigned bits,
                    ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get(shape, builder.getIntegerType(bits));
  return buildConstant(builder, loc,
                       bits == 8    ? denseIntegers<int8_t>(type, values)
                       : bits == 16 ? denseIntegers<int16_t>(type, values)
                       : bits == 32 ? denseIntegers<int32_t>(type, values)
                                    : denseIntegers<int64_t>(type, values));
}

std::vector<int64_t> permuted(ArrayRef<int64_t> values, ArrayRef<int64_t> perms) {
  std::vector<int64_t> result;
  for (int64_t dimension : perms)
    result.push_back(values[dimension]);
  return result;
}

std::vector<int64_t> inverted(ArrayRef<int64_t> perms) {
  std::vector<int64_t> result(perms.size());
  for (size_t i = 0; i < perms.size(); ++i)
    result[perms[i]] = static_cast<int64_t>(i);
  return result;
}

namespace {

/// Elements of a tensor of `shape` from those of another: element [i, j, ...] is that at origin + i
/// strides[0] + ...
DenseElementsAttr gatherElements(DenseElementsAttr elements, ArrayRef<int64_t> shape, int64_t origin,
                                 ArrayRef<int64_t> strides) {
  auto type = RankedTensorType::get(shape, elements.getElementType());
  if (elements.isSplat())
    return elements.resizeSplat(type);
  const size_t size = elements.getElementType().getIntOrFloatBitWidth() / 8;
  ArrayRef<char> source = elements.getRawData();
  std::vector<char> target(type.getNumElements() * size);
  std::vector<int64_t> index(shape.size(), 0);
  for (size_t at = 0; at < target.size(); at += size) {
    int64_t offset = origin;
    for (size_t i = 0; i < index.size(); ++i)
      offset += index[i] * strides[i];
    std::memcpy(&target[at], &source[offset * size], size);
    for (size_t i = index.size(); i-- > 0 && ++index[i] == shape[i];)
      index[i] = 0;
  }
  return DenseElementsAttr::getFromRawBuffer(type, target);
}

std::vector<int64_t> stridesOf(ArrayRef<int64_t> shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t i = strides.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

} // namespace

DenseElementsAttr transposeElements(DenseElementsAttr elements, ArrayRef<int64_t> perms) {
  auto shape = elements.getType().getShape();
  return gatherElements(elements, permuted(shape, perms), 0, permuted(stridesOf(shape), perms));
}

DenseElementsAttr sliceElements(DenseElementsAttr elements, ArrayRef<int64_t> start, ArrayRef<int64_t> size) {
  const auto strides = stridesOf(elements.getType().getShape());
  int64_t origin = 0;
  for (size_t i = 0; i < strides.size(); ++i)
    origin += start[i] * strides[i];
  return gatherElements(elements, size, origin, strides);
}

DenseElementsAttr reverseElements(DenseElementsAttr elements, int64_t axis) {
  auto shape = elements.getType().getShape();
  auto strides = stridesOf(shape);
  const int64_t origin = (shape[axis] - 1) * strides[axis];
  strides[axis] = -strides[axis];
  return gatherElements(elements, shape, origin, strides);
}

} // namespace lockstep
