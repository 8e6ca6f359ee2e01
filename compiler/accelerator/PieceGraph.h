// A piece for the machine without MLIR: tensors, and layers in an order in which they can run.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "compiler/gemm/GemmProblem.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// A dense row-major tensor in external memory.
struct PieceTensor {
  enum class Role : uint8_t { Input, Output, Workspace, Constant };
  Role role = Role::Workspace;
  uint64_t number = 0;      // Input: argument of the function; Output: its result
  std::string element_type; // "int8", "int32"
  std::vector<uint64_t> shape;
  std::vector<uint8_t> bytes; // Constant
};

/// Channel parameters of a layer; empty where the problem has none. One value for each column n or output
/// channel.
struct ChannelParameters {
  std::vector<int32_t> bias, multiplier, shift;
};

/// One matrix product (or several of the same shape) or one convolution, with what happens to its result.
struct PieceLayer {
  enum class Kind : uint8_t { Product, Convolution };
  std::string label;     // ONNX node
  std::string operation; // "matmul 1x16x64 * 1x64x10"
  Kind kind = Kind::Product;
  unsigned input = 0, other = 0, output = 0; // tensors; other: B or the weights
  GemmProblem product;
  int64_t batch = 1; // so many products, operands and results one behind the other
  ConvProblem convolution;
  std::vector<int8_t> weights; // of a convolution: [groups, r, s, c, k]
  ChannelParameters channels;
};

struct PieceGraph {
  std::vector<PieceTensor> tensors;
  std::vector<PieceLayer> layers;
};

} // namespace lockstep
