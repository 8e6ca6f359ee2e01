// Random recurrent layers, at the edges of a machine's tiles and memories.
#pragma once

#include "hw/machine/Parameters.h"
#include "workloads/driver/recurrent/RecurrentSpec.h"

#include <cstdint>

namespace lockstep {

/// A layer with every variant that ONNX has, the same for the same seed and machine everywhere. Sizes lie at
/// multiples of the array's and one beside; one of five has more weights than the scratchpad holds, one of
/// eight more sequences than an accumulator bank has words for a tile. Few steps; at most a million cycles or
/// so.
RecurrentSpec randomRecurrent(uint64_t seed, const Parameters &parameters);

} // namespace lockstep
