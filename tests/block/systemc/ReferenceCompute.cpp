#include "ReferenceCompute.h"

#include <algorithm>

namespace lockstep::reference {

bool ReferenceMatrix::mayStart() {
  return to_load.empty() && cycle() >= loader_free && unfinished.size() < 16;
}

void ReferenceMatrix::start(const Pending &pending) {
  loader_free = cycle() + 1;
  const auto *m = std::get_if<MatmulInstruction>(&pending.instruction);
  if (!m)
    return newestFinishesAt(cycle() + 1);
  const uint64_t vectors = m->stream_count_0 * m->stream_count_1;
  for (uint64_t t3 = 0; t3 < m->tile_count_3; ++t3)
    for (uint64_t t = 0; t < m->tile_count_2 * m->tile_count_1; ++t)
      for (uint64_t t0 = 0; t0 < m->tile_count_0; ++t0) {
        const uint64_t rows = t0 + 1 == m->tile_count_0 ? m->last_rows : w.p.array_rows;
        const uint64_t columns = t3 + 1 == m->tile_count_3 ? m->last_columns : w.p.array_columns;
        to_load.push_back({cycle(), m->transpose_stationary ? columns : rows, vectors, false});
      }
  to_load.back().ends_instruction = true;
  to_stream.insert(to_stream.end(), to_load.begin(), to_load.end());
}

void ReferenceMatrix::work() {
  // Stream: the oldest tile, once loaded and once the tile before has been streamed.
  streams = false;
  const uint64_t index = num_streamed;
  if (stream_left == 0 && !to_stream.empty() && to_stream.front().loaded_in < cycle())
    stream_left = to_stream.front().vectors;
  if (stream_left > 0) {
    streams = true;
    if (--stream_left == 0) {
      streamed_before = streamed_in;
      streamed_in = cycle();
      ++num_streamed;
      if (to_stream.front().ends_instruction)
        oldestFinishesAt(cycle() + static_cast<uint64_t>(w.p.stageRowCount() + w.p.stageColumnCount()) + 2);
      to_stream.pop_front();
    }
  }
  // Loader: one of two buffers; tile k needs tile k - 2 to have been streamed in an earlier cycle.
  if (load_left == 0 && !to_load.empty() && cycle() >= to_load.front().started + 1 &&
      num_loading < index + 2) {
    load_left = to_load.front().words;
    ++num_loading;
  }
  if (load_left == 0)
    return;
  load_left -= std::min(load_left, static_cast<uint64_t>(w.p.weightWordsPerCycle()));
  loader_free = cycle() + 1;
  if (load_left > 0)
    return;
  to_load.pop_front();
  to_stream[num_loading - 1 - num_streamed].loaded_in = cycle();
}

std::string ReferenceMatrix::workClass() {
  if (streams)
    return "busy";
  return to_stream.empty() ? "stall_drain" : "stall_weights";
}

void ReferenceVector::start(const Pending &pending) {
  newestFinishesAt(finishOfVector(pending.instruction, w.p, cycle()));
}

} // namespace lockstep::reference
