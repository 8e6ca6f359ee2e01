#include "compiler/onnx/ConstantMovement.h"

#include <algorithm>
#include <cstring>

namespace lockstep {

namespace {

using Shape = llvm::ArrayRef<int64_t>;

std::vector<uint64_t> unsignedShape(Shape shape) { return {shape.begin(), shape.end()}; }

std::vector<int64_t> rowMajorStrides(const std::vector<uint64_t> &shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * int64_t(shape[i]);
  return strides;
}

/// Element (i, j, ...) of the result is element offset + i strides[0] + j strides[1] + ... of the source.
Tensor copied(const Tensor &source, Shape shape, int64_t offset, Shape strides) {
  Tensor result = zeroTensor(source.element_type, unsignedShape(shape));
  size_t bytes = elementBytes(source.element_type);
  std::vector<int64_t> index(shape.size(), 0);
  for (size_t at = 0; at < result.bytes.size(); at += bytes) {
    std::memcpy(&result.bytes[at], &source.bytes[size_t(offset) * bytes], bytes);
    for (size_t axis = shape.size(); axis-- > 0;) {
      offset += strides[axis];
      if (++index[axis] < shape[axis])
        break;
      offset -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

} // namespace

Tensor reshapedTensor(Tensor tensor, Shape shape) {
  tensor.shape = unsignedShape(shape);
  return tensor;
}

Tensor transposedTensor(const Tensor &tensor, Shape permutation) {
  std::vector<int64_t> from = rowMajorStrides(tensor.shape), shape, strides;
  for (int64_t axis : permutation) {
    shape.push_back(int64_t(tensor.shape[size_t(axis)]));
    strides.push_back(from[size_t(axis)]);
  }
  return copied(tensor, shape, 0, strides);
}

Tensor slicedTensor(const Tensor &tensor, Shape start, Shape size, Shape stride) {
  std::vector<int64_t> strides = rowMajorStrides(tensor.shape);
  int64_t offset = 0;
  for (size_t i = 0; i < strides.size(); ++i) {
    offset += start[i] * strides[i];
    strides[i] *= stride[i];
  }
  return copied(tensor, size, offset, strides);
}

Tensor expandedTensor(const Tensor &tensor, Shape shape) {
  std::vector<int64_t> from = rowMajorStrides(tensor.shape), strides(shape.size(), 0);
  size_t leading = shape.size() - tensor.shape.size();
  for (size_t i = 0; i < from.size(); ++i)
    strides[leading + i] = tensor.shape[i] == 1 ? 0 : from[i];
  return copied(tensor, shape, 0, strides);
}

Tensor concatenatedTensor(const std::vector<Tensor> &tensors, int64_t axis) {
  Tensor result{tensors.front().element_type, tensors.front().shape, {}};
  result.shape[size_t(axis)] = 0;
  for (const Tensor &tensor : tensors)
    result.shape[size_t(axis)] += tensor.shape[size_t(axis)];
  uint64_t outer = 1;
  for (size_t i = 0; i < size_t(axis); ++i)
    outer *= result.shape[i];
  for (uint64_t i = 0; i < outer; ++i)
    for (const Tensor &tensor : tensors) {
      size_t run = tensor.bytes.size() / outer;
      result.bytes.insert(result.bytes.end(), tensor.bytes.begin() + ptrdiff_t(i * run),
                          tensor.bytes.begin() + ptrdiff_t((i + 1) * run));
    }
  return result;
}

Tensor gatheredTensor(const Tensor &tensor, int64_t axis, const std::vector<int64_t> &indices,
                      Shape indicesShape) {
  std::vector<int64_t> size(tensor.shape.begin(), tensor.shape.end()), start(size.size(), 0),
      one(size.size(), 1);
  size[size_t(axis)] = 1;
  std::vector<Tensor> parts;
  for (int64_t index : indices) {
    start[size_t(axis)] = index;
    parts.push_back(slicedTensor(tensor, start, size, one));
  }
  std::vector<int64_t> shape(tensor.shape.begin(), tensor.shape.end());
  shape.erase(shape.begin() + axis);
  shape.insert(shape.begin() + axis, indicesShape.begin(), indicesShape.end());
  if (parts.empty())
    return zeroTensor(tensor.element_type, unsignedShape(shape));
  return reshapedTensor(concatenatedTensor(parts, axis), shape);
}

} // namespace lockstep
