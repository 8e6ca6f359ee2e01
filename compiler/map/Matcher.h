// All ways to express a computation by a unit of the machine.
#pragma once

#include "compiler/map/IndexExpression.h"
#include "hw/graph/ArchitectureGraph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// Which iterators lie where. `rows`, `columns`: at once in the array (outermost first; several are joined to
/// one); `streams`: one vector after the other; `loops`: tile counters, chunks, blocks.
struct MappingWay {
  bool stationary_is_left = false; // the left operand lies in the array, the right one streams
  std::vector<unsigned> rows, columns, streams, loops;
  bool turned_streamed = false;   // the streamed operand is loaded by the transposer
  bool turned_stationary = false; // a word of a stationary tile is a column of it
  bool turned_output = false;     // the vector unit turns blocks
  std::string diagonal; // not empty: this iterator lies on rows and columns, the weights are block-diagonal
  std::string refusal;  // not empty: why not
  /// Cycles in which vectors stream, if nothing else costs: streams * tiles * loops.
  uint64_t array_cycles = 0;
  double array_share = 0; // useful multiply-accumulates of those that the array could do in these cycles
};

/// An iterator may lie on the array's rows if it is a reduction in both operands, on the columns if it is in
/// the stationary operand and the result, and it may stream if it is in the streamed operand and the result:
/// the signatures of the unit's own iterators. What is in all three (a batch, groups) is looped over, or laid
/// on rows and columns at once with zeros in the stationary operand, if that is constant. Legal ways first,
/// those with the fewest array cycles before others; refused ones last. Deterministic.
std::vector<MappingWay> matchUnit(const IndexExpression &computation, const Capability &unit,
                                  mlir::MLIRContext &context);

/// "rows s c, columns k, streams n y x, loops r; right operand in the array".
std::string printWay(const MappingWay &way, const IndexExpression &computation);

} // namespace lockstep
