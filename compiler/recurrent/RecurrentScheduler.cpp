// The search: groups of the batch, blocks of a chunk, what stays on the chip.
#include "compiler/recurrent/RecurrentScheduler.h"

#include "compiler/recurrent/RecurrentEmitter.h"
#include "compiler/recurrent/RecurrentEstimate.h"
#include "compiler/recurrent/RecurrentPlacement.h"

#include <algorithm>
#include <optional>

namespace lockstep {
namespace {

constexpr int64_t kMaxTiles = 4095;       // of a matmul's level
constexpr int64_t kMaxBlocks = 64;        // of a chunk
constexpr int64_t kMaxStoredChunks = 120; // posts of stored cells that nobody has waited for: 127 at most

class Search {
public:
  Search(const RecurrentProblem &problem, const Parameters &parameters, const RecurrentOptions &options,
         size_t maxInstructions)
      : p(problem), m(parameters), options(options), max_instructions(maxInstructions),
        shape(shapeOf(problem, parameters)) {}

  std::optional<RecurrentSchedule> best() {
    int64_t before = 0;
    for (int64_t groups = 1; groups <= p.batch; ++groups) {
      const int64_t rows = ceilDivide(p.batch, groups);
      if (rows != before)
        tryRows(rows, false);
      if (rows != before && storesCells(rows))
        tryRows(rows, true);
      before = rows;
      if (found && groups > 2 * found->groups + 8)
        break; // smaller groups only load weights more often
    }
    return found;
  }

private:
  /// Only where cells take whole banks.
  bool storesCells(int64_t rows) const {
    return options.cells_in_memory && p.cell == CellKind::Lstm &&
           shape.blocks * rows * shape.half_words > m.scratchpadBankWords();
  }
  void tryRows(int64_t rows, bool cellsInMemory);
  void tryChunks(RecurrentSchedule schedule);
  void tryRings(const RecurrentSchedule &schedule);
  void consider(RecurrentSchedule schedule);

  const RecurrentProblem &p;
  const Parameters &m;
  const RecurrentOptions &options;
  const size_t max_instructions;
  const RecurrentShape shape;
  std::optional<RecurrentSchedule> found;
};

void Search::tryRows(int64_t rows, bool cellsInMemory) {
  RecurrentSchedule s;
  s.shape = shape;
  s.rows = rows;
  s.groups = ceilDivide(p.batch, rows);
  s.cells_in_memory = cellsInMemory;
  s.follows_first_step = s.groups == 1;
  for (s.chunk_blocks = 1; s.chunk_blocks <= std::min(shape.blocks, kMaxBlocks); ++s.chunk_blocks) {
    s.chunks = ceilDivide(shape.blocks, s.chunk_blocks);
    s.last_blocks = shape.blocks - (s.chunks - 1) * s.chunk_blocks;
    if (cellsInMemory && s.chunks > kMaxStoredChunks)
      continue;
    bool fits = false;
    for (const bool resident : {true, false}) {
      s.parameters_resident = resident;
      if (!placeState(p, m, s))
        continue;
      fits = true;
      tryChunks(s);
    }
    if (!fits)
      return; // larger chunks need more
  }
}

void Search::tryChunks(RecurrentSchedule s) {
  const bool reused = p.steps * s.groups > 1;
  RecurrentSchedule whole = s;
  if (placeResidentWeights(m, whole)) {
    consider(whole);
    if (reused)
      return;
  }
  tryRings(s);
}

void Search::tryRings(const RecurrentSchedule &schedule) {
  const bool reused = p.steps * schedule.groups > 1;
  for (const int64_t slots : {2, 3, 4, 6, 8})
    for (const int64_t parts : {0, 1, 2, 3, 4, 6, 8}) { // 0: slots of whole chunks
      RecurrentSchedule s = schedule;
      if (placeRing(m, {parts == 0, std::max<int64_t>(parts, 1), slots}, reused, s))
        consider(s);
    }
}

void Search::consider(RecurrentSchedule s) {
  s.predicted_cycles = estimateCycles(p, m, s);
  if (found && s.predicted_cycles >= found->predicted_cycles)
    return;
  if (RecurrentEmitter(p, s, {}, m).emit().size() <= max_instructions)
    found = std::move(s);
}

Error tooSmall(const RecurrentProblem &p, const Parameters &m) {
  return {ErrorKind::Usage, "Recurrent layer: a " + std::string(cellName(p.cell)) + " of " +
                                std::to_string(p.hidden) + " hidden units does not fit: machine " + m.name +
                                " has " + std::to_string(m.scratchpad_banks) + " banks of " +
                                std::to_string(m.scratchpadBankWords()) + " scratchpad words and " +
                                std::to_string(m.accumulator_banks) + " of " +
                                std::to_string(m.accumulatorBankWords()) + " accumulator words."};
}

Status checkMachine(const RecurrentShape &shape, const Parameters &m) {
  if (shape.tables > m.vector_tables)
    return Error{ErrorKind::Usage, "Recurrent layer: the cell needs " + std::to_string(shape.tables) +
                                       " function tables; machine " + m.name +
                                       " has vector.tables = " + std::to_string(m.vector_tables) + "."};
  if (shape.blocks > kMaxTiles)
    return Error{ErrorKind::Usage, "Recurrent layer: " + std::to_string(shape.blocks) +
                                       " slices of the hidden units; allowed are " +
                                       std::to_string(kMaxTiles) + "."};
  return {};
}

} // namespace

std::optional<RecurrentOptions> RecurrentOptions::shorter(size_t instructions, size_t own) const {
  const size_t others = instructions - own;
  if (instructions <= kMaxLayerInstructions || others >= kMaxLayerInstructions)
    return std::nullopt;
  RecurrentOptions options = *this;
  options.usual_instructions = kMaxLayerInstructions - others;
  return options;
}

Result<std::shared_ptr<const RecurrentSchedule>> scheduleRecurrent(const RecurrentProblem &problem,
                                                                   const Parameters &parameters,
                                                                   const RecurrentOptions &options) {
  if (Status s = checkRecurrentProblem(problem); !s)
    return s.error();
  if (Status s = checkMachine(shapeOf(problem, parameters), parameters); !s)
    return s.error();
  std::optional<RecurrentSchedule> best =
      Search(problem, parameters, options, options.usual_instructions).best();
  if (!best)
    best = Search(problem, parameters, options, kMaxRecurrentInstructions).best();
  if (!best)
    return tooSmall(problem, parameters);
  return std::make_shared<const RecurrentSchedule>(std::move(*best));
}

uint64_t predictedCycles(const RecurrentSchedule &schedule) { return schedule.predicted_cycles; }

} // namespace lockstep
