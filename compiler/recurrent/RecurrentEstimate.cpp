#include "compiler/recurrent/RecurrentEstimate.h"

#include "compiler/recurrent/RecurrentCells.h"

#include <algorithm>
#include <map>
#include <utility>

namespace lockstep {
namespace {

/// Of two schedules that take about the same time, the one that moves less is better: energy, and room for
/// others.
constexpr double kTransferPrice = 0.003;

/// Costs of one phase of a step, in cycles.
struct PhaseCost {
  double array = 0, read = 0, vector = 0, end = 0;
  double cycles() const { return std::max({array, read, vector}) + end; }
};

class Estimate {
public:
  Estimate(const RecurrentProblem &problem, const Parameters &parameters, const RecurrentSchedule &schedule)
      : p(problem), m(parameters), s(schedule), shape(schedule.shape),
        tile(std::max(ceilDivide(m.array_rows, m.weightWordsPerCycle()), shape.passes * s.rows)) {}

  double total() const {
    double step = 0, read = 0;
    for (const RecurrentPhase &phase : shape.phases) {
      const PhaseCost cost = costOf(phase);
      step += cost.cycles() + kTransferPrice * cost.read;
      read += cost.read;
    }
    const auto steps = static_cast<double>(p.steps) * static_cast<double>(s.groups);
    return steps * step + beginning() + firstWeights(step, read);
  }

private:
  PhaseCost costOf(const RecurrentPhase &phase) const;
  double cellCycles(const RecurrentPhase &phase, int64_t blocks) const;
  double countCellCycles(const RecurrentPhase &phase, int64_t blocks) const;
  int64_t instructionsOf(const RecurrentPhase &phase, int64_t blocks) const;
  double productsOf(const RecurrentPhase &phase, int64_t blocks) const;
  double starved(const RecurrentPhase &phase, int64_t blocks, int64_t tiles) const;
  double beginning() const;
  double firstWeights(double step, double read) const;
  double ringCycles(const RecurrentPhase &phase) const;
  int64_t codeOf(const RecurrentPhase &phase) const;
  double readCycles(double bytes) const { return bytes / static_cast<double>(m.memory_read_bytes_per_cycle); }
  double wordBytes() const { return static_cast<double>(shape.vector_bytes); }

  const RecurrentProblem &p;
  const Parameters &m;
  const RecurrentSchedule &s;
  const RecurrentShape &shape;
  const int64_t tile;                                                // cycles of a tile
  mutable std::map<std::pair<int64_t, int64_t>, double> cell_cycles; // by a phase's first gate and blocks
};

/// Words of the instructions' operands, one per cycle, and about 11 cycles from the last row to the next
/// instruction.
double Estimate::cellCycles(const RecurrentPhase &phase, int64_t blocks) const {
  const auto [known, isNew] = cell_cycles.try_emplace({phase.first_gate, blocks}, 0.0);
  if (isNew)
    known->second = countCellCycles(phase, blocks);
  return known->second;
}

double Estimate::countCellCycles(const RecurrentPhase &phase, int64_t blocks) const {
  ChunkOperands chunk;
  chunk.blocks = blocks;
  double cycles = 0;
  const int64_t lanes = m.array_columns / m.vector_lanes, halves = shape.half_words;
  const auto words = [&](uint64_t type, uint64_t memory, bool accumulator) -> int64_t {
    if (type == 7 || (memory == 1) != accumulator)
      return 0;
    return type == 4 || type == 5 ? 2 : type == 3 ? halves : 1;
  };
  for (const VectorOperation &operation : cellOperations(p, s, phase, chunk)) {
    const ElementwiseInstruction &i = operation.instruction;
    const int64_t rows = static_cast<int64_t>(i.count_0 * i.count_1 * i.count_2);
    const int64_t each =
        std::max({int64_t{1}, lanes, words(i.a_type, i.a_memory, true) + words(i.b_type, i.b_memory, true),
                  words(i.a_type, i.a_memory, false) + words(i.b_type, i.b_memory, false),
                  i.output_memory ? 1 : words(i.output_type, 0, false)});
    cycles += static_cast<double>(rows * each + 11 + lanes);
  }
  return cycles;
}

/// Matrix instructions of a chunk.
int64_t Estimate::instructionsOf(const RecurrentPhase &phase, int64_t blocks) const {
  const int64_t turns = s.streams() && !s.whole_slots ? blocks : 1;
  return s.phaseSlots(phase, blocks) + (s.holdsWeights() ? (s.streams() ? phase.gates * turns : 1) : 0) +
         phase.hands_h;
}

/// Tiles, and what is between instructions: a cycle where the array waits for each tile's load.
double Estimate::productsOf(const RecurrentPhase &phase, int64_t blocks) const {
  const int64_t handed = phase.hands_h ? shape.identityTiles() * blocks : 0;
  const int64_t tiles = phase.gates * blocks * shape.blocks + handed,
                instructions = instructionsOf(phase, blocks);
  const bool loadBound = tile == ceilDivide(m.array_rows, m.weightWordsPerCycle());
  return double(tiles * tile) + (loadBound ? 1.5 : 0.25) * double(instructions) +
         starved(phase, blocks, tiles);
}

/// While the vector unit's queue is full the array lives from its own: a few instructions.
double Estimate::starved(const RecurrentPhase &phase, int64_t blocks, int64_t tiles) const {
  if (!s.streams())
    return 0;
  const double each = double(tiles * tile) / double(instructionsOf(phase, blocks));
  const double queued = double(m.sequencer_queue_depth) * each;
  return std::max(0.0, 0.7 * cellCycles(phase, s.chunk_blocks) - queued);
}

/// A slot is taken from the begin of its load to the end of its products, and waits while resident tiles have
/// their turn.
double Estimate::ringCycles(const RecurrentPhase &phase) const {
  if (!s.streams())
    return 0;
  const auto slots =
      double((s.chunks - 1) * s.phaseSlots(phase, s.chunk_blocks) + s.phaseSlots(phase, s.last_blocks));
  const double load = readCycles(double(s.slot_words) * wordBytes());
  const int64_t turn = s.resident_tiles * (s.whole_slots ? s.chunk_blocks : 1);
  const double products = double((s.slot_words / shape.tile_words + turn) * tile);
  const double onTheWay = double(m.memory_latency_cycles + m.stageRowCount() + m.stageColumnCount()) + 24;
  // The last chunk's padded slots take as long to load as full ones, and its products less.
  const double last = double(s.phaseSlots(phase, s.last_blocks)) * load - productsOf(phase, s.last_blocks) -
                      double(s.ring_slots - 1) * load;
  const double padded = s.whole_slots ? std::max(0.0, last) : 0;
  const double full = double(s.chunks - 1) * productsOf(phase, s.chunk_blocks);
  return std::max(slots * (load + products + onTheWay) / double(s.ring_slots),
                  full + productsOf(phase, s.last_blocks) + padded);
}

/// Instructions of a chunk's loop.
int64_t Estimate::codeOf(const RecurrentPhase &phase) const {
  ChunkOperands chunk;
  const auto cell = static_cast<int64_t>(cellOperations(p, s, phase, chunk).size());
  const int64_t body = (s.whole_slots ? 5 : 4 + 5 * s.parts) + 2 * s.holdsWeights() + 1;
  const int64_t products = s.streams() ? body * (phase.gates > 1 ? 2 : 1) + 4 : 3;
  return cell + products + 15;
}

PhaseCost Estimate::costOf(const RecurrentPhase &phase) const {
  PhaseCost cost;
  const auto further = static_cast<double>(s.chunks - 1);
  const auto over = [&](auto &&of) { return further * of(s.chunk_blocks) + of(s.last_blocks); };
  cost.array = std::max(over([&](int64_t blocks) { return productsOf(phase, blocks); }), ringCycles(phase));
  cost.vector = over([&](int64_t blocks) { return cellCycles(phase, blocks); });
  const double slots = over([&](int64_t blocks) { return double(s.phaseSlots(phase, blocks)); });
  const double rowBeats = readCycles(2.0 * double(shape.units(0, s.chunk_blocks))) + 0.5;
  const double x = double(s.chunks * phase.gates * s.rows) * std::max(1.0, rowBeats);
  const double parameters =
      s.parameters_resident
          ? 0
          : readCycles(double(shape.parameterRows(phase) * shape.blocks * m.accumulatorWordBytes()));
  // A chunk's code stays in the instruction buffer if it is short; else it is fetched anew.
  const int64_t code = codeOf(phase);
  const bool fetched = code + m.sequencer_fetch_ahead >= m.sequencer_instruction_buffer;
  const double fetches = fetched ? double(s.chunks * code) * readCycles(64) : 0;
  cost.read = slots * readCycles(double(s.slot_words) * wordBytes()) + x + parameters + fetches +
              readCycles(s.cells_in_memory ? double(s.cellWords(shape.blocks)) * wordBytes() : 0);
  const double sequencer = 2.0 * double(s.chunks * code) + 20 * slots;
  cost.vector = std::max(cost.vector, sequencer);
  const double drain = double(m.stageRowCount() + m.stageColumnCount() + 12);
  const double before =
      s.chunks > 1 ? cellCycles(phase, s.chunk_blocks) - productsOf(phase, s.last_blocks) : 0;
  cost.end = std::max(0.0, before) + cellCycles(phase, s.last_blocks) + drain;
  return cost;
}

double Estimate::beginning() const {
  const double slot = s.streams() ? readCycles(double(s.slot_words) * wordBytes()) : 0;
  const double tables = s.tables_first ? double(shape.tables) * 520 : 0;
  return double(s.groups) * 40 + 2.0 * double(m.memory_latency_cycles) + slot + tables + 60;
}

/// Resident weights that come in the first step are hidden behind its work as far as the port allows, but for
/// the first chunk's.
double Estimate::firstWeights(double step, double read) const {
  const double load = readCycles(double(s.resident_weights.words) * wordBytes());
  if (!s.follows_first_step || !s.holdsWeights())
    return load;
  const double perChunk = load / double(s.chunks) + double(m.memory_latency_cycles) + 100;
  return perChunk + std::max(0.0, std::max(read + load, double(s.chunks) * perChunk) - step);
}

} // namespace

uint64_t estimateCycles(const RecurrentProblem &problem, const Parameters &parameters,
                        const RecurrentSchedule &schedule) {
  return static_cast<uint64_t>(Estimate(problem, parameters, schedule).total());
}

} // namespace lockstep
