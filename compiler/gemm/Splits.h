// Ways to cut a dimension into blocks.
#pragma once

#include "compiler/gemm/GemmSchedule.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// `blocks` blocks of multiples of `unit`, as equal as that allows, larger ones first; the last one takes
/// what is ragged.
BlockSplit evenSplit(int64_t total, int64_t unit, int64_t blocks);

/// Blocks of `size`, and one of the rest.
BlockSplit uniformSplit(int64_t total, int64_t size);

/// The last block cut in two, `parts` - 1 times over: sizes fall by halves, in multiples of `unit`.
BlockSplit taperedSplit(const BlockSplit &split, int64_t unit, int64_t parts);

/// The first block cut in two, `parts` - 1 times over: sizes rise; what is ragged stays in the last part.
BlockSplit risingSplit(const BlockSplit &split, int64_t unit, int64_t parts);

/// Block sizes worth a trial for a dimension of `units`, up to `limit`: all that give a different number of
/// blocks while they are small, then about a quarter apart. Descending number of blocks.
std::vector<int64_t> trialSizes(int64_t units, int64_t limit);

} // namespace lockstep
