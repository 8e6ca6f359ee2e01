// All decisions of one way to compute a GEMM, and what they are predicted to cost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// `count` consecutive blocks of `size` elements.
struct BlockRun {
  int64_t size = 0, count = 0;
};
/// A dimension cut into blocks, first block first.
using BlockSplit = std::vector<BlockRun>;

int64_t blockCount(const BlockSplit &split);
int64_t largestBlock(const BlockSplit &split);

/// How long a chunk of an operand stays in its ring.
enum class Residency : uint8_t {
  Chunk, // for one matmul: loaded again for each block that needs it
  Panel, // operand of the outer loop: for all blocks of the inner loop
  Whole, // operand of the inner loop: loaded during the first outer block, for the whole run
};

/// The array holds tiles of the stationary operand, [reduction, column]; vectors of the other operand,
/// [stream, reduction], stream through. Stationary B: streams are rows m, columns are n. Stationary A:
/// streams are n, columns are m. Loop nest: outer blocks, inner blocks, chunks of the reduction, one matmul
/// in each chunk.
struct GemmSchedule {
  bool stationary_is_a = false;
  bool transposed_output = false; // requantized blocks are turned before they are stored
  bool columns_outer =
      true;              // outer loop over column blocks, inner over stream blocks; or the other way round
  bool unrolled = false; // no hardware loops
  bool peeled_start = false; // the first block stands before the loops: it needs no credits
  bool late_output =
      false; // a block's output is dispatched behind the next block's chunks, so loads run further ahead
  bool serial = false;        // blocks do not overlap (machines with two scratchpad banks)
  BlockSplit stream_split;    // sum: streams
  BlockSplit column_split;    // sum: columns; all but the last block are multiples of array columns
  BlockSplit reduction_split; // sum: k; all but the last block are multiples of array rows
  Residency streamed_residency = Residency::Chunk;
  Residency stationary_residency = Residency::Chunk;
  Residency parameter_residency =
      Residency::Chunk; // bias, multiplier, shift: per block, per outer block, or whole
  int64_t streamed_slots = 2, stationary_slots = 2; // chunks in the operand rings
  int64_t accumulator_slots = 2, output_slots = 2;  // output blocks in the accumulator and in the scratchpad
  int64_t parameter_slots = 0;                      // blocks of parameter rows in the accumulator
  int64_t output_pieces = 1;                        // a block is requantized and stored in so many pieces

  // What the scheduler says of it.
  uint64_t predicted_cycles = 0;
  uint64_t bound_cycles = 0; // of the problem: compute, bytes in, bytes out
  int64_t scratchpad_peak_words = 0, scratchpad_peak_banks = 0;
  int64_t accumulator_peak_words = 0, accumulator_peak_banks = 0;
};

/// One line per decision, for people.
std::string explain(const GemmSchedule &schedule);

} // namespace lockstep
