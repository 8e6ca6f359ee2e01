#include "compiler/recurrent/RecurrentPlacement.h"

#include "compiler/recurrent/RecurrentCells.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr int64_t kMaxChunkRows = 16383; // strides have 16 bits, and a row of lanes at most two words

/// Hands out whole banks, from the first one on.
class Banks {
public:
  Banks(int64_t banks, int64_t bankWords) : banks(banks), bank_words(bankWords) {}
  WordRange take(int64_t words) {
    const WordRange range = {next * bank_words, words};
    next += ceilDivide(words, bank_words);
    return range;
  }
  bool fits() const { return next <= banks; }
  int64_t wordsLeft() const { return std::max<int64_t>(0, banks - next) * bank_words; }
  int64_t firstFree() const { return next * bank_words; }

private:
  int64_t banks, bank_words, next = 0;
};

/// Sums of a chunk lie in banks of their own, so that both units can work; so do the temporaries. Parameters
/// that come once may share the temporaries' banks: the load unit has finished with them before the vector
/// unit begins.
bool placeAccumulator(const RecurrentProblem &p, const Parameters &m, RecurrentSchedule &s) {
  const int64_t u = s.chunkRows(), bank = m.accumulatorBankWords();
  int64_t slotWords = 0, slotParameters = 0;
  for (const RecurrentPhase &phase : s.shape.phases) {
    slotWords = std::max(slotWords, s.shape.slotGates(phase) * s.shape.passes * u);
    slotParameters = std::max(slotParameters, s.shape.parameterRows(phase) * s.chunk_blocks);
  }
  Banks banks(m.accumulator_banks, bank);
  s.slot_stride = roundUp(slotWords, bank);
  s.sums = banks.take(2 * s.slot_stride);
  const int64_t temporaries = temporariesOf(p) * u;
  const int64_t resident = s.shape.parameterRowsOfBlock() * s.shape.blocks;
  s.temporaries = banks.take(temporaries + (s.parameters_resident ? resident : 0));
  s.parameter_slot_words = slotParameters;
  if (s.parameters_resident) {
    s.parameters = {s.temporaries.first + temporaries, resident};
    s.temporaries.words = temporaries;
  } else {
    s.parameters = banks.take(2 * slotParameters);
  }
  return banks.fits();
}

/// Words of a slot of the output ring, and where in it the three outputs begin.
int64_t placeOutputs(const RecurrentProblem &p, RecurrentSchedule &s) {
  const int64_t u = s.chunkRows();
  int64_t words = p.writes_y ? u * s.shape.output_words : 0;
  s.y_h_offset = 0;
  if (p.writes_y_h && (!p.writes_y || s.shape.masked)) {
    s.y_h_offset = words;
    words += u * s.shape.output_words;
  }
  s.y_c_offset = words;
  return words + (p.writes_y_c || s.cells_in_memory ? u * s.shape.half_words : 0);
}

int64_t identityWords(const RecurrentSchedule &s) { return s.shape.handsState() ? s.shape.tile_words : 0; }

} // namespace

bool placeState(const RecurrentProblem &p, const Parameters &m, RecurrentSchedule &s) {
  if (s.chunkRows() > kMaxChunkRows || !placeAccumulator(p, m, s))
    return false;
  const RecurrentShape &shape = s.shape;
  const int64_t u = s.chunkRows(), bank = m.scratchpadBankWords();
  int64_t xGates = p.initial_h && p.initial_c ? 2 : 1;
  for (const RecurrentPhase &phase : shape.phases)
    xGates = std::max(xGates, phase.gates + s.cells_in_memory);
  const bool resetsFirst = shape.phases.size() > 1;
  const int64_t planeWords = shape.passes * shape.blocks * s.rows;
  Banks banks(m.scratchpad_banks, bank);
  s.out_slot_words = placeOutputs(p, s);
  s.out_slots = std::clamp<int64_t>(bank / s.out_slot_words, 2, 4);
  s.out = banks.take(s.out_slots * s.out_slot_words);
  const bool holdsCells = (p.cell == CellKind::Lstm && !s.cells_in_memory) || resetsFirst;
  s.cells = banks.take(holdsCells ? s.cellWords(shape.blocks) : 0);
  s.planes = banks.take((2 + resetsFirst) * planeWords);
  s.reset_planes = {s.planes.first + 2 * planeWords, resetsFirst ? planeWords : 0};
  s.planes.words = 2 * planeWords;
  s.x_slots = 2;
  s.x_slot_words = xGates * u * shape.half_words;
  s.mask_slots = shape.masked ? 2 : 0;
  s.x = banks.take(s.x_slots * s.x_slot_words + s.mask_slots * s.rows);
  s.x.words = s.x_slots * s.x_slot_words;
  s.masks = {s.x.end(), s.mask_slots * s.rows};
  const int64_t staged = shape.tables * shape.table_words;
  s.tables_first = staged > s.cells.first;
  s.identity = {banks.firstFree(), identityWords(s)};
  return banks.wordsLeft() > identityWords(s) && staged <= m.scratchpadWords();
}

bool placeResidentWeights(const Parameters &m, RecurrentSchedule &s) {
  const int64_t words = s.shape.gates * s.shape.blocks * s.shape.blocks * s.shape.tile_words;
  s.resident_weights = {s.identity.end(), words};
  s.ring = {s.resident_weights.end(), 0};
  s.resident_tiles = s.shape.blocks;
  s.ring_slots = s.slot_words = s.slots_ahead = 0;
  s.whole_slots = false;
  s.parts = 1;
  return s.ring.end() <= m.scratchpadWords();
}

bool placeRing(const Parameters &m, const RingChoice &choice, bool reused, RecurrentSchedule &s) {
  const RecurrentShape &shape = s.shape;
  const int64_t left = m.scratchpadWords() - s.identity.end();
  const int64_t step =
      shape.gates * shape.blocks * shape.tile_words; // words of one more resident tile of each block
  s.whole_slots = choice.whole_slots;
  s.parts = choice.parts;
  const int64_t most = std::min(left / step, shape.blocks - 1);
  for (int64_t steps = reused ? most : 0; steps >= 0; --steps) {
    s.resident_tiles = steps;
    s.ring_slots = choice.slots;
    const int64_t streamed = s.streamedTiles();
    s.slot_words =
        shape.tile_words * (s.whole_slots ? streamed * s.chunk_blocks : ceilDivide(streamed, s.parts));
    s.resident_weights = {s.identity.end(), steps * step};
    s.ring = {s.resident_weights.end(), s.ring_slots * s.slot_words};
    if (s.ring.end() > m.scratchpadWords())
      continue;
    s.slots_ahead = std::min(s.ring_slots - 1, s.slotsPerStep());
    return true;
  }
  return false;
}

} // namespace lockstep
