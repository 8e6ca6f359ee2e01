// Rows of lanes of the vector unit: how they stand in memory, and the loops over them (manual, "Numbers").
#pragma once

#include "hw/numbers/Numbers.h"
#include "sim/kernel/Kernel.h"

#include <cstddef>
#include <cstdint>

namespace lockstep {

/// How a row stands in memory: what its type and its memory say together.
enum class LaneForm : uint8_t { Int8, Uint8, Int16, Int32, PairBytes, PairWords, WideWords, Immediate };

/// Of codes as the fields have them; type at most 7, memory at most 1.
LaneForm laneForm(uint64_t type, uint64_t memory);

/// An operand; strides in bytes, of any sign.
struct LaneRows {
  LaneForm form = LaneForm::Immediate;
  const uint8_t *first = nullptr; // lane 0 of row 0
  ptrdiff_t stride = 0;           // from row to row
  ptrdiff_t second = 0;           // PairBytes, PairWords, WideWords: from the high to the low half
};

/// Where results go: Int8 (also for uint8), Int16, Int32 or PairBytes.
struct LaneResults {
  LaneForm form = LaneForm::Int8;
  uint8_t *first = nullptr;
  ptrdiff_t stride = 0;
  ptrdiff_t second = 0;  // PairBytes
  size_t word_bytes = 0; // of the row, or of each half: bytes beyond the lanes become zero
};

struct LaneJob {
  LaneRows a, b;
  LaneResults output;
  size_t num_rows = 0, num_lanes = 0;
  LaneArithmetic arithmetic; // legal: clamps lie within the function's argument
  int32_t immediate = 0;
  int32_t pair_offset = 128; // of the low half; another one is a deliberate fault
};

/// Rows in order; results do not lie where operands are read.
using ComputeLanes = void (*)(const LaneJob &job);
void computeLanesPlain(const LaneJob &job);
void computeLanesAvx2(const LaneJob &job);
void computeLanesAvx512(const LaneJob &job);

/// One operand row as int32.
using ReadLanes = void (*)(const LaneRows &rows, const uint8_t *row, size_t numLanes, int32_t pairOffset,
                           int32_t *lanes);
void readLanesPlain(const LaneRows &rows, const uint8_t *row, size_t numLanes, int32_t pairOffset,
                    int32_t *lanes);
void readLanesAvx2(const LaneRows &rows, const uint8_t *row, size_t numLanes, int32_t pairOffset,
                   int32_t *lanes);
void readLanesAvx512(const LaneRows &rows, const uint8_t *row, size_t numLanes, int32_t pairOffset,
                     int32_t *lanes);

struct LaneFunctions {
  ComputeLanes compute;
  ReadLanes read;
};
LaneFunctions laneFunctions(KernelIsa isa);

} // namespace lockstep
