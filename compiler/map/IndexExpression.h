// Computations and capabilities as index expressions: iterators, and affine maps from them to tensors.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "compiler/gemm/GemmProblem.h"
#include "hw/graph/ArchitectureGraph.h"

#include <mlir/IR/AffineMap.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

struct IndexIterator {
  std::string name;
  int64_t extent = 1;
  bool is_reduction = false;
};

struct IndexOperand {
  std::string name;
  mlir::AffineMap map;            // from the iterators to the tensor's axes; linear
  std::vector<int64_t> shape;     // row-major; an index outside of it is padding
  bool is_constant = false;       // may be packed while compiling
  bool turned_on_the_way = false; // of a capability: either order of its two axes in memory
};

/// result[..] += left[..] * right[..] over all iterators: linalg's structured operations of that body.
struct IndexExpression {
  std::vector<IndexIterator> iterators; // outermost first
  IndexOperand left, right, result;
  int64_t element_bytes_of_result = 1;

  bool uses(const IndexOperand &operand, unsigned iterator) const;
  /// Elements from one value of the iterator to the next in the operand's memory.
  int64_t stride(const IndexOperand &operand, unsigned iterator) const;
  /// Lowest and highest index along an axis of the operand.
  std::pair<int64_t, int64_t> range(const IndexOperand &operand, unsigned axis) const;
  /// Product of the extents.
  int64_t extent(const std::vector<unsigned> &chosen) const;
};

/// `batch` products; iterators b (if batch > 1), m, n, k.
IndexExpression productExpression(const GemmProblem &problem, int64_t batch, bool constantB,
                                  mlir::MLIRContext &context);
/// Iterators n, y, x, g, k, r, s, c, as far as their extents are above 1 (k and c always); the input's axes y
/// and x are windows. Weights [g, r, s, c, k] are constant.
IndexExpression convolutionExpression(const ConvProblem &problem, mlir::MLIRContext &context);
/// A unit's product of the form y[...] (+)= sum x[...] w[...]; extents are the tiles that the hardware
/// handles at once.
IndexExpression capabilityExpression(const Capability &capability, mlir::MLIRContext &context);

/// "y[m, n] += x[m, k] * w[k, n], m 16, n 10, k 64"; the sum's iterators are those of which is_reduction
/// holds.
std::string printExpression(const IndexExpression &expression);

} // namespace lockstep
