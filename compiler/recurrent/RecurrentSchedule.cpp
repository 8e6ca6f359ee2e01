#include "compiler/recurrent/RecurrentSchedule.h"

namespace lockstep {

int64_t RecurrentSchedule::slotsOf(const RecurrentPhase &phase, int64_t blockCount) const {
  int64_t slots = 0;
  for (int64_t gate = 0; gate < phase.gates; ++gate)
    slots += slotsOf(phase.first_gate + gate, blockCount);
  return slots;
}

int64_t RecurrentSchedule::slotsPerStep() const {
  int64_t slots = 0;
  for (const RecurrentPhase &phase : shape.phases)
    slots += (chunks - 1) * slotsOf(phase, chunk_blocks) + slotsOf(phase, last_blocks);
  return slots;
}

int64_t RecurrentSchedule::residentTiles(const RecurrentPhase &phase) const {
  int64_t tiles = 0;
  for (int64_t gate = 0; gate < phase.gates; ++gate)
    tiles += resident[static_cast<size_t>(phase.first_gate + gate)];
  return tiles;
}

int64_t RecurrentSchedule::streamedTiles(const RecurrentPhase &phase) const {
  return phase.gates * shape.blocks - residentTiles(phase);
}

ConstantLayout layOutConstants(const RecurrentSchedule &s, const Parameters &m) {
  ConstantLayout layout;
  const int64_t word = s.shape.vector_bytes, tile = s.shape.tile_words * word;
  int64_t resident = 0;
  for (const RecurrentPhase &phase : s.shape.phases)
    resident += s.residentTiles(phase);
  int64_t next = 0;
  const auto place = [&](int64_t bytes) {
    const int64_t at = next;
    next = ceilDivide(next + bytes, 64) * 64;
    return at;
  };
  layout.parameter_bytes = s.shape.parameterRowsOfBlock() * s.shape.blocks * m.accumulatorWordBytes();
  layout.resident_bytes = resident * s.shape.blocks * tile;
  layout.streamed_bytes = s.slotsPerStep() * s.slot_words * word;
  layout.identity = place(s.shape.handsState() ? tile : 0);
  layout.tables = place(s.shape.tables * s.shape.table_words * word);
  layout.parameters = place(layout.parameter_bytes);
  layout.resident = place(layout.resident_bytes);
  layout.streamed = place(layout.streamed_bytes);
  layout.bytes = next;
  return layout;
}

} // namespace lockstep
