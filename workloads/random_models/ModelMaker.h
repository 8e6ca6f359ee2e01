// Grows a random model operator by operator.
#pragma once

#include "workloads/random_models/Random.h"
#include "workloads/random_models/RandomModel.h"

#include <string>
#include <vector>

namespace lockstep {

/// Keeps the model valid after every call. Each add... function takes a tensor that is there and appends an
/// operator on it, or returns false if none of its kind fits (rank, size).
class ModelMaker {
public:
  explicit ModelMaker(uint64_t seed) : random(seed) {}
  RandomModel make();

private:
  // Operators on images [n, c, h, w]. ImageOperators.cpp
  bool addConv(const std::string &x);
  bool addDepthwiseConv(const std::string &x);
  bool addPointwiseConv(const std::string &x);
  bool addConvTranspose(const std::string &x);
  bool addBatchNorm(const std::string &x);
  bool addPool(const std::string &x);
  bool addGlobalPool(const std::string &x);
  bool conv(const std::string &x, uint64_t outChannels, uint64_t groups, const ModelShape &kernel);

  // Matrix products. MatrixOperators.cpp
  bool addGemm(const std::string &x);
  bool addMatMul(const std::string &x);
  bool addMatMulOfTwo(const std::string &x);

  // Sequences [steps, n, c] or [n, steps, c]. RecurrentOperators.cpp
  bool addRecurrent(const std::string &x);
  std::string lengthInput(uint64_t batch, uint64_t steps);
  void appendRecurrent(const std::string &type, const std::vector<std::string> &inputs,
                       const std::vector<GraphAttribute> &attributes, const ModelShape &all,
                       const ModelShape &last, bool batchFirst);

  // Everything else. CommonOperators.cpp
  bool addActivation(const std::string &x);
  bool addBinary(const std::string &x);
  bool addBinaryConstant(const std::string &x);
  bool addConcat(const std::string &x);
  bool addFlatten(const std::string &x);
  bool addReshape(const std::string &x);
  bool addTranspose(const std::string &x);
  bool addSoftmax(const std::string &x);
  bool addReduceMean(const std::string &x);

  /// Appends the node and its result's shape; gives the result's name.
  std::string append(const std::string &type, const std::vector<std::string> &inputs, const ModelShape &shape,
                     const std::vector<GraphAttribute> &attributes = {});
  std::string constant(const Tensor &tensor);
  /// Values of about 1 / sqrt(fanIn), now and then extreme in a channel or as a whole; channels along `axis`.
  std::string weights(const ModelShape &shape, uint64_t fanIn, unsigned axis);
  std::string bias(uint64_t channels);
  std::string floats(const ModelShape &shape, float low, float high);
  std::string shapeConstant(const std::vector<int64_t> &values);

  void addInputs();
  bool addOperator();
  void chooseOutputs();
  const ModelShape &shapeOf(const std::string &name) const { return model.shapes.at(name); }
  /// A tensor that is there: mostly one of the last.
  std::string someTensor();
  /// Another tensor of the same shape, or an empty name.
  std::string sameShape(const std::string &x);
  /// An extent at or near a tile's edge, at most `most`.
  uint64_t extent(uint64_t most);

  ModelRandom random;
  RandomModel model;
  std::vector<std::string> tensors; // activations, oldest first
};

uint64_t elementsOf(const ModelShape &shape);
constexpr uint64_t kMostElements = 6000; // of an activation
constexpr uint64_t kMostMacs = 400'000;  // of an operator

} // namespace lockstep
