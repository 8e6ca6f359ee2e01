// Where a schedule's things lie on the chip.
#pragma once

#include "compiler/recurrent/RecurrentSchedule.h"
#include "hw/support/Result.h"

namespace lockstep {

/// How streamed weights come: slots of whole chunks, or so many parts of each gate's block; at most 120 slots
/// (semaphore_c3).
struct RingChoice {
  bool whole_slots = false;
  int64_t parts = 1, slots = 4;
};

/// Rows, blocks and parameters_resident are given; fills in all places but those of the weights. False: not
/// enough banks.
bool placeState(const RecurrentProblem &problem, const Parameters &parameters, RecurrentSchedule &schedule);

/// Behind placeState(): all weights resident; false if they do not fit.
bool placeResidentWeights(const Parameters &parameters, RecurrentSchedule &schedule);

/// Behind placeState(): a ring, and as many resident tiles as fit beside it (none if `reused` is false).
/// False: the ring does not fit.
bool placeRing(const Parameters &parameters, const RingChoice &choice, bool reused,
               RecurrentSchedule &schedule);

} // namespace lockstep
