#include "workloads/random_models/ModelMaker.h"

#include <algorithm>

namespace lockstep {

bool ModelMaker::addActivation(const std::string &x) {
  const ModelShape shape = shapeOf(x);
  switch (random.below(8)) {
  case 0:
    append("Sigmoid", {x}, shape);
    return true;
  case 1:
    append("Tanh", {x}, shape);
    return true;
  case 2:
    append("Clip", {x, floats({}, -1, 0), floats({}, 0.1f, 3)}, shape);
    return true;
  case 3:
    append("LeakyRelu", {x}, shape, {{"alpha", 0.1f}});
    return true;
  default:
    append("Relu", {x}, shape);
    return true;
  }
}

bool ModelMaker::addBinary(const std::string &x) {
  std::string other = sameShape(x);
  if (other.empty()) {
    if (!random.chance(30))
      return false;
    other = x; // both operands the same tensor
  }
  append(random.chance(75) ? "Add" : "Mul", {x, other}, shapeOf(x));
  return true;
}

/// A constant for each channel, each element of the last axis, or all.
bool ModelMaker::addBinaryConstant(const std::string &x) {
  const ModelShape shape = shapeOf(x);
  ModelShape constant(shape.size(), 1);
  if (random.chance(70)) {
    size_t axis = shape.size() == 4 ? 1 : shape.size() - 1;
    constant[axis] = shape[axis];
  }
  append(random.chance(60) ? "Add" : "Mul", {x, floats(constant, -1, 1)}, shape);
  return true;
}

bool ModelMaker::addConcat(const std::string &x) {
  const ModelShape in = shapeOf(x);
  if (in.size() < 2)
    return false;
  std::vector<std::string> fitting;
  for (const std::string &tensor : tensors) {
    ModelShape shape = shapeOf(tensor);
    if (shape.size() == in.size()) {
      shape[1] = in[1];
      if (shape == in)
        fitting.push_back(tensor);
    }
  }
  std::string other = random.pick(fitting);
  ModelShape out = in;
  out[1] += shapeOf(other)[1];
  if (elementsOf(out) > kMostElements)
    return false;
  append("Concat", {x, other}, out, {{"axis", int64_t(1)}});
  return true;
}

bool ModelMaker::addFlatten(const std::string &x) {
  const ModelShape in = shapeOf(x);
  if (in.size() < 3)
    return false;
  append("Flatten", {x}, {in[0], elementsOf(in) / in[0]}, {{"axis", int64_t(1)}});
  return true;
}

/// [a, b, ...] to [a, b, the rest], or a matrix to a batch of matrices.
bool ModelMaker::addReshape(const std::string &x) {
  const ModelShape in = shapeOf(x);
  ModelShape out;
  if (in.size() == 4)
    out = {in[0], in[1], in[2] * in[3]};
  else if (in.size() == 3)
    out = {in[0] * in[1], in[2]};
  else if (in.size() == 2 && in[1] % 2 == 0)
    out = {in[0], 2, in[1] / 2};
  else
    return false;
  append("Reshape", {x, shapeConstant({out.begin(), out.end()})}, out);
  return true;
}

bool ModelMaker::addTranspose(const std::string &x) {
  const ModelShape in = shapeOf(x);
  std::vector<int64_t> permutation;
  for (size_t i = 0; i < in.size(); ++i)
    permutation.push_back(int64_t(i));
  for (size_t i = in.size(); i-- > 2;) // the batch stays in front
    std::swap(permutation[i], permutation[1 + random.below(i)]);
  if (in.size() == 2)
    std::swap(permutation[0], permutation[1]);
  ModelShape out;
  for (int64_t axis : permutation)
    out.push_back(in[size_t(axis)]);
  append("Transpose", {x}, out, {{"perm", permutation}});
  return true;
}

bool ModelMaker::addSoftmax(const std::string &x) {
  append("Softmax", {x}, shapeOf(x), {{"axis", int64_t(-1)}});
  return true;
}

bool ModelMaker::addReduceMean(const std::string &x) {
  ModelShape out = shapeOf(x);
  if (out.size() < 3)
    return false;
  out.back() = 1;
  append("ReduceMean", {x}, out, {{"axes", std::vector<int64_t>{-1}}, {"keepdims", int64_t(1)}});
  return true;
}

} // namespace lockstep
