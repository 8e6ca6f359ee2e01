// A small model as a list that can be printed as ONNX and shrunk.
#pragma once

#include "compiler/onnx/GraphBuilder.h"
#include "compiler/tensor/Tensor.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lockstep {

using ModelShape = std::vector<uint64_t>;

struct ModelNode {
  std::string type, label;
  std::vector<std::string> inputs; // activations and constants
  std::string output;
  unsigned output_number = 0; // those before it are absent
  std::vector<GraphAttribute> attributes;
};

/// Float32 activations, and int32 inputs. Nodes are in an order in which they can run; every name is defined
/// before its use.
struct RandomModel {
  std::vector<std::string> inputs, outputs; // activations
  std::map<std::string, ModelShape> shapes; // of all activations
  std::map<std::string, uint64_t> lengths;  // of the inputs: int32 from 1 to so much
  std::map<std::string, Tensor> constants;  // weights, biases, shapes
  std::vector<ModelNode> nodes;

  bool isConstant(const std::string &name) const { return constants.count(name) != 0; }
};

/// A valid model of a few operators. The same seed gives the same model everywhere.
RandomModel randomModel(uint64_t seed);

/// The bytes of the .onnx file.
std::string onnxOf(const RandomModel &model);

/// `samples` values for each input, along axis 0, from a seed: in the range of -1 to 1, now and then zeros,
/// constants or values far outside; lengths in their range.
NamedTensors randomInputs(const RandomModel &model, uint64_t samples, uint64_t seed);

/// Without what no output needs: nodes, constants, inputs.
RandomModel withoutUnused(RandomModel model);

/// Smaller models that may fail like this one: fewer outputs, nodes cut off (their result becomes an input)
/// or left out (their input takes its place), constants simplified. Most promising first.
std::vector<RandomModel> smallerModels(const RandomModel &model);

/// The smallest model found for which `fails` holds as it does for the given one, after at most `tries`
/// calls.
RandomModel shrinkModel(RandomModel model, const std::function<bool(const RandomModel &)> &fails,
                        unsigned tries);

} // namespace lockstep
