// When external memory answers: cycles only, no bytes. Both engines call the same model, burst by burst.
// Rules: manual, chapter "External memory and its ports".
#pragma once

#include "hw/machine/Parameters.h"

#include <cstdint>
#include <memory>

namespace lockstep {

/// Core cycles of the first and the last beat of a read burst; the beats between follow without gaps.
struct BurstTiming {
  uint64_t first_beat = 0, last_beat = 0;
};

/// Calls come in order of arrival: a read arrives in the cycle of its request, a write in the cycle of its
/// last beat; of the same cycle the read comes first. A burst asks for `bytes` bytes from `address` on and
/// moves `beats` (>= 1) beats; what the memory touches are all bytes of these beats, so `bytes` never changes
/// a cycle.
class MemoryModel {
public:
  virtual ~MemoryModel() = default;

  /// Beats of the read that is requested in `request_cycle`; never before request_cycle + 1.
  virtual BurstTiming read(uint64_t request_cycle, uint64_t address, uint32_t bytes, uint32_t beats) = 0;

  /// Cycle of the response to the write whose last beat is in `last_beat_cycle`; responses come in order.
  virtual uint64_t write(uint64_t last_beat_cycle, uint64_t address, uint32_t bytes, uint32_t beats) = 0;

  /// True if reads and writes do not influence each other (then closed forms over trains of either are
  /// allowed).
  virtual bool channelsAreIndependent() const = 0;

  /// A copy with the same past, to predict with.
  virtual std::unique_ptr<MemoryModel> clone() const = 0;

  /// Forgets the past: as at the start of a run.
  virtual void reset() = 0;
};

/// The model that `memory.model` names, at the start of a run.
std::unique_ptr<MemoryModel> makeMemoryModel(const Parameters &parameters);

} // namespace lockstep
