// Where the rings of a patch schedule lie in the on-chip memories.
#pragma once

#include "compiler/conv/PatchShape.h"
#include "compiler/gemm/Placement.h"
#include "hw/support/Result.h"

namespace lockstep {

/// Weights, patches and outputs in disjoint banks of the scratchpad (matmul_c8, matmul_c9, race_c2); each
/// accumulator slot and the parameters in whole banks of their own (race_c2).
struct PatchPlacement {
  Ring weights, patch, output;                         // scratchpad
  Ring accumulator, parameters;                        // accumulator
  int64_t scratchpad_banks = 0, accumulator_banks = 0; // used
};

/// Errors (Usage): the schedule does not fit into the machine, and by how much.
Result<PatchPlacement> placePatch(const PatchShape &shape, const PatchSchedule &schedule,
                                  const Parameters &parameters);

/// The largest slot of each ring, in words.
struct PatchSlots {
  int64_t weights = 0, patch = 0, output = 0, accumulator = 0, parameters = 0;
};
PatchSlots slotsOf(const PatchShape &shape, const PatchSchedule &schedule);

/// Consecutive rings from bank to bank.
class RingPlacer {
public:
  explicit RingPlacer(int64_t bankWords) : bank_words(bankWords) {}
  Ring place(int64_t slotWords, int64_t slots) {
    const Ring ring{banks * bank_words, slotWords, slots};
    banks += ceilDivide(ring.words(), bank_words);
    return ring;
  }
  int64_t banks = 0; // used so far

private:
  int64_t bank_words;
};

/// Errors (Usage): `used` banks of a memory that has `available`.
Status checkConvBanks(const char *memory, int64_t used, int64_t available);

} // namespace lockstep
