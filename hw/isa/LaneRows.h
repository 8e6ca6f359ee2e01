// How rows of the vector unit lie in the on-chip memories: words of a row by the type of its lanes.
#pragma once

#include "hw/machine/Parameters.h"
#include "hw/numbers/Numbers.h"

namespace lockstep {

/// Words that `bytes` contiguous bytes take in the scratchpad.
inline int64_t scratchpadWordsOf(int64_t bytes, const Parameters &parameters) {
  return (bytes + parameters.vectorBytes() - 1) / parameters.vectorBytes();
}

/// Words of a row of C lanes (manual, "Values of the vector unit"): 1, 2, N2 or N4 in the scratchpad, 1 or 2
/// in the accumulator; 0 for an immediate.
inline int64_t wordsOfRow(LaneType type, bool inAccumulator, const Parameters &parameters) {
  switch (type) {
  case LaneType::Int8:
  case LaneType::Uint8:
    return 1;
  case LaneType::Int16:
    return inAccumulator ? 1 : scratchpadWordsOf(2 * parameters.array_columns, parameters);
  case LaneType::Int32:
    return inAccumulator ? 1 : scratchpadWordsOf(4 * parameters.array_columns, parameters);
  case LaneType::Pair:
  case LaneType::Wide:
    return 2;
  case LaneType::Immediate:
    break;
  }
  return 0;
}

/// Scratchpad words that hold the entries of a table: int16 entries in pairs of lanes, int8 ones in lanes.
inline int64_t wordsOfTable(bool int8, const Parameters &parameters) {
  const int64_t entries = int8 ? 256 : 513;
  const int64_t entriesOfAWord = int8 ? parameters.vectorBytes() : parameters.vectorBytes() / 2;
  return (entries + entriesOfAWord - 1) / entriesOfAWord;
}

} // namespace lockstep
