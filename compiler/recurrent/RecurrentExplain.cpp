// A schedule's decisions, for people.
#include "compiler/recurrent/RecurrentSchedule.h"
#include "compiler/recurrent/RecurrentScheduler.h"

#include <sstream>

namespace lockstep {
namespace {

void explainWeights(const RecurrentSchedule &s, std::ostream &text) {
  const int64_t tiles = s.shape.blocks, held = s.resident_tiles;
  text << "weights: " << held << " of the " << tiles << " tiles of each gate's block are resident ("
       << s.resident_weights.words * s.shape.vector_bytes << " bytes)";
  if (s.holdsWeights())
    text << (s.follows_first_step ? ", loaded in the course of the first step"
                                  : ", loaded before the first step");
  if (s.streams())
    text << "; the rest through a ring of " << s.ring_slots << " slots of "
         << s.slot_words / s.shape.tile_words << " tiles ("
         << (s.whole_slots ? "a gate of a chunk" : "a gate's block in " + std::to_string(s.parts) + " parts")
         << "), " << s.slots_ahead << " slots ahead";
  text << "\n";
}

} // namespace

std::string explain(const RecurrentSchedule &s) {
  std::ostringstream text;
  text << "batch: " << s.groups << " group" << (s.groups > 1 ? "s" : "") << " of " << s.rows << " rows\n"
       << "hidden units: " << s.shape.blocks << " blocks of " << s.shape.unit << " in " << s.chunks
       << " chunks of " << s.chunk_blocks << " (the last of " << s.last_blocks << "), "
       << s.shape.phases.size() << " phase" << (s.shape.phases.size() > 1 ? "s" : "") << " in a step\n";
  explainWeights(s, text);
  text << "parameters: " << (s.parameters_resident ? "resident" : "loaded with each chunk") << "\n"
       << "scratchpad words: outputs " << s.out.words << ", cells " << s.cells.words
       << (s.cells_in_memory ? " (in memory)" : "") << ", state " << s.planes.words + s.reset_planes.words
       << ", inputs " << s.x.words + s.masks.words << ", weights "
       << s.identity.words + s.resident_weights.words + s.ring.words << "\n"
       << "accumulator words: sums " << s.sums.words << ", temporaries " << s.temporaries.words
       << ", parameters " << s.parameters.words << "\n"
       << "predicted cycles: " << s.predicted_cycles << "\n";
  return text.str();
}

} // namespace lockstep
