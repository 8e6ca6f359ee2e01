#include "compiler/recurrent/RecurrentSchedule.h"
#include "compiler/recurrent/RecurrentScheduler.h"

namespace lockstep {

int64_t RecurrentSchedule::slotsPerStep() const {
  return shape.gates * ((chunks - 1) * gateSlots(chunk_blocks) + gateSlots(last_blocks));
}

uint64_t cellBytes(const RecurrentSchedule &s) {
  return s.cells_in_memory ? static_cast<uint64_t>(s.cellWords(s.shape.blocks) * s.shape.vector_bytes) : 0;
}

ConstantLayout layOutConstants(const RecurrentSchedule &s, const Parameters &m) {
  ConstantLayout layout;
  const int64_t word = s.shape.vector_bytes, tile = s.shape.tile_words * word;
  int64_t next = 0;
  const auto place = [&](int64_t bytes) {
    const int64_t at = next;
    next = ceilDivide(next + bytes, 64) * 64;
    return at;
  };
  layout.parameter_bytes = s.shape.parameterRowsOfBlock() * s.shape.blocks * m.accumulatorWordBytes();
  layout.resident_bytes = s.shape.gates * s.resident_tiles * s.shape.blocks * tile;
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
