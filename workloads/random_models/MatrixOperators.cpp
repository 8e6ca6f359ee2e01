#include "workloads/random_models/ModelMaker.h"

#include <algorithm>

namespace lockstep {

bool ModelMaker::addGemm(const std::string &x) {
  const ModelShape in = shapeOf(x);
  if (in.size() != 2)
    return false;
  uint64_t k = in[1], n = extent(33);
  if (in[0] * k * n > kMostMacs)
    return false;
  bool transposed = random.chance(60);
  std::vector<std::string> inputs = {
      x, weights(transposed ? ModelShape{n, k} : ModelShape{k, n}, k, transposed ? 0 : 1)};
  if (random.chance(80))
    inputs.push_back(bias(n));
  append("Gemm", inputs, {in[0], n}, {{"transB", int64_t(transposed)}});
  return true;
}

bool ModelMaker::addMatMul(const std::string &x) {
  const ModelShape in = shapeOf(x);
  uint64_t k = in.back(), n = extent(33);
  if (in.size() < 2 || elementsOf(in) * n > kMostMacs)
    return false;
  ModelShape out = in;
  out.back() = n;
  if (elementsOf(out) > kMostElements)
    return false;
  std::string product = append("MatMul", {x, weights({k, n}, k, 1)}, out);
  if (random.chance(50))
    append("Add", {product, bias(n)}, out);
  return true;
}

/// Of two activations: x with the transpose of a tensor of its shape (or of itself), as in attention.
bool ModelMaker::addMatMulOfTwo(const std::string &x) {
  const ModelShape in = shapeOf(x);
  if (in.size() < 2 || in.size() > 3)
    return false;
  std::string other = sameShape(x);
  if (other.empty())
    other = x;
  ModelShape turned = in, out = in;
  std::swap(turned[turned.size() - 1], turned[turned.size() - 2]);
  out.back() = in[in.size() - 2];
  if (elementsOf(out) > kMostElements || elementsOf(out) * in.back() > kMostMacs)
    return false;
  std::vector<int64_t> permutation =
      in.size() == 2 ? std::vector<int64_t>{1, 0} : std::vector<int64_t>{0, 2, 1};
  std::string transposed = append("Transpose", {other}, turned, {{"perm", permutation}});
  append("MatMul", {x, transposed}, out);
  return true;
}

} // namespace lockstep
