// A ring of slots between a unit that fills them and a unit that empties them, in straight-line code.
#pragma once

#include "compiler/gemm/Placement.h"

#include <cstdint>

namespace lockstep {

/// Fills are numbered from 0; fill i takes slot i mod slots. `full` is posted by the producer for each fill,
/// `free` by the consumer only if a later fill waits for it: so both semaphores are at zero in the end.
class SlotRing {
public:
  SlotRing() = default;
  /// `number` of the ring in its program: it takes semaphores 2 number and 2 number + 1.
  SlotRing(const Ring &place, int64_t fills, unsigned number)
      : place(place), fills(fills), full(2 * uint64_t{number} + 1), free(full + 1) {}

  uint64_t word(int64_t fill) const {
    return static_cast<uint64_t>(place.base_word + fill % place.slots * place.slot_words);
  }
  uint64_t fullField() const { return full; }
  /// What fill `fill` waits for, or 0.
  uint64_t waitFree(int64_t fill) const { return fill >= place.slots ? free : 0; }
  /// What the consumer posts when it is done with `fill`, or 0.
  uint64_t postFree(int64_t fill) const { return fill + place.slots < fills ? free : 0; }

private:
  Ring place;
  int64_t fills = 0;
  uint64_t full = 0, free = 0; // fields: semaphore + 1
};

} // namespace lockstep
