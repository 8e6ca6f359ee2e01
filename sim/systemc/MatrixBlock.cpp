#include "sim/systemc/MatrixBlock.h"

namespace lockstep {
namespace {

bool isPossible(const MatmulInstruction &m) {
  return m.tile_count_0 && m.tile_count_1 && m.tile_count_2 && m.tile_count_3 && m.stream_count_0 &&
         m.stream_count_1 && m.last_rows && m.last_columns;
}

} // namespace

void MatrixBlock::reset(RunState &newRun, Semaphores &newSemaphores, SequencerBlock &newSequencer) {
  UnitBlock::reset(newRun, newSemaphores, newSequencer);
  timeline = MatrixTimeline(run->parameters, run->hasFault(kFaultWeightSwap) ? 2 : 1);
  finishes = {};
  loader_free = busy = active = active_until = 0;
}

uint64_t MatrixBlock::earliestStart() {
  const uint64_t number = startedInstructions();
  return number < kMaxStarted ? loader_free : std::max(loader_free, finishes[number % kMaxStarted] + 1);
}

void MatrixBlock::begin(const QueuedInstruction &head, uint64_t start) {
  uint64_t natural = start + 1; // sync
  loader_free = start + 1;
  if (const auto *matmul = std::get_if<MatmulInstruction>(&head.instruction)) {
    if (!isPossible(*matmul))
      return failImpossible(head);
    natural = runTiles(head, *matmul, start);
  }
  const uint64_t number = startedInstructions() - 1;
  finishes[number % kMaxStarted] = finish(startedOf(head, start), natural);
}

uint64_t MatrixBlock::runTiles(const QueuedInstruction &head, const MatmulInstruction &matmul,
                               uint64_t start) {
  const uint64_t tiles =
      matmul.tile_count_0 * matmul.tile_count_1 * matmul.tile_count_2 * matmul.tile_count_3;
  const uint64_t vectors = matmul.stream_count_0 * matmul.stream_count_1;
  if (!run->mayReach(start + static_cast<unsigned __int128>(tiles) * vectors))
    return start;
  timeline.run(matmul, start);
  loader_free = timeline.loaderFree();
  const uint64_t end = timeline.streamFree(); // e + 1
  busy += tiles * vectors;
  active += end - std::max(start, active_until);
  active_until = end;
  run->result.macs += countMacs(matmul, run->parameters);
  execute(head, matmul);
  const Parameters &p = run->parameters;
  return end - 1 + p.stageRowCount() + p.stageColumnCount() + 2;
}

void MatrixBlock::execute(const QueuedInstruction &head, const MatmulInstruction &matmul) {
  if (!run->kernel)
    return;
  if (run->hasFault(kFaultAccumulateIgnored) && matmul.accumulate) {
    MatmulInstruction wrong = matmul;
    wrong.accumulate = 0;
    run->kernel->execute(wrong, run->chip);
  } else if (!run->kernel->execute(matmul, run->chip)) {
    failImpossible(head);
  }
}

std::vector<std::pair<std::string, uint64_t>> MatrixBlock::workClasses(uint64_t inProgress) const {
  return {{"busy", busy}, {"stall_weights", active - busy}, {"stall_drain", inProgress - active}};
}

} // namespace lockstep
