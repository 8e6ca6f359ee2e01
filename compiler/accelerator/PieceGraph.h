// A piece for the machine without MLIR: tensors, and layers in an order in which they can run.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "compiler/gemm/GemmProblem.h"
#include "compiler/recurrent/RecurrentProblem.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// A dense row-major tensor in external memory.
struct PieceTensor {
  /// Mask: int8 [steps, batch, array columns], all lanes of (t, b) are t < argument[b]; made by who fills the
  /// inputs.
  enum class Role : uint8_t { Input, Output, Workspace, Constant, Mask };
  Role role = Role::Workspace;
  uint64_t number = 0;      // Input, Mask: argument of the function; Output: its result
  std::string element_type; // "int8", "int16", "int32"
  std::vector<uint64_t> shape;
  std::vector<uint8_t> bytes; // Constant
};

/// Channel parameters of a layer; empty where the problem has none. One value for each column n or output
/// channel.
struct ChannelParameters {
  std::vector<int32_t> bias, multiplier, shift;
};

/// A result of a recurrent layer: all of a tensor, or a part where several directions share it.
struct RecurrentResult {
  std::optional<unsigned> tensor; // absent: the layer does not write it
  uint64_t offset_bytes = 0;
  int64_t step_bytes = 0; // of y; 0: dense
};

/// One direction of a recurrent layer behind its input projection. Inputs that it does not have are absent.
struct RecurrentPart {
  RecurrentProblem problem;
  std::shared_ptr<const RecurrentConstants> constants;
  std::optional<unsigned> initial_h, initial_c, mask;
  RecurrentResult y, y_h, y_c;
};

/// One matrix product (or several of the same shape), one convolution or one recurrent layer, with what
/// happens to its result.
struct PieceLayer {
  enum class Kind : uint8_t { Product, Convolution, Recurrent };
  std::string label;     // ONNX node
  std::string operation; // "matmul 1x16x64 * 1x64x10"
  Kind kind = Kind::Product;
  unsigned input = 0, other = 0,
           output = 0; // tensors; other: B or the weights; a recurrent layer has other outputs
  GemmProblem product;
  int64_t batch = 1; // so many products, operands and results one behind the other
  ConvProblem convolution;
  std::vector<int8_t> weights; // of a convolution: [groups, r, s, c, k]
  ChannelParameters channels;
  RecurrentPart recurrent;
  /// The members that name tensors which the layer writes.
  std::vector<unsigned *> outputs();
};

struct PieceGraph {
  std::vector<PieceTensor> tensors;
  std::vector<PieceLayer> layers;
};

} // namespace lockstep
