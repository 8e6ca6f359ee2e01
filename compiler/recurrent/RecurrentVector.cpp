// The vector unit's part of a chunk, with its semaphores.
#include "compiler/recurrent/RecurrentEmitter.h"

#include <algorithm>

namespace lockstep {
namespace {

uint64_t field(int64_t value) { return static_cast<uint64_t>(value); }

using Operations = std::vector<VectorOperation>;
using Property = bool VectorOperation::*;

void setFirstFree(std::initializer_list<uint64_t *> fields, uint64_t value) {
  for (uint64_t *each : fields)
    if (*each == 0) {
      *each = value;
      return;
    }
}

void waitAt(ElementwiseInstruction &i, uint64_t semaphore) {
  if (semaphore != 0)
    setFirstFree({&i.wait_0, &i.wait_1, &i.wait_2}, semaphore);
}
void postAt(ElementwiseInstruction &i, uint64_t semaphore) {
  if (semaphore != 0)
    setFirstFree({&i.post_0, &i.post_1, &i.post_2}, semaphore);
}

VectorOperation *firstWith(Operations &list, Property property) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const auto &each) { return each.*property; });
  return at == list.end() ? nullptr : &*at;
}
VectorOperation *lastWith(Operations &list, Property property) {
  const auto at = std::find_if(list.rbegin(), list.rend(), [&](const auto &each) { return each.*property; });
  return at == list.rend() ? nullptr : &*at;
}

} // namespace

ChunkOperands RecurrentEmitter::operands(int64_t blocks) const {
  ChunkOperands chunk;
  chunk.blocks = blocks;
  chunk.sums = code.at(sums_from, field(s.sums.first));
  chunk.parameters = code.at(parameters_at, field(s.parameters.first));
  chunk.x = code.at(x_at, field(s.x.first));
  if (shape.masked)
    chunk.mask = code.at(mask_at, field(s.masks.first));
  if (s.cells.words > 0)
    chunk.cell = code.at(cell_at, field(s.cells.first));
  chunk.new_state = code.at(state_out, field(s.planes.first));
  if (s.reset_planes.words > 0)
    chunk.reset_state = code.at(reset_out, field(s.reset_planes.first));
  chunk.out = code.at(out_at, field(s.out.first));
  return chunk;
}

void RecurrentEmitter::cell(const RecurrentPhase &phase, int64_t blocks, int64_t elements, const Step &kind,
                            bool lastOfPhase) {
  ChunkOperands chunk = operands(blocks);
  chunk.writes_final = kind.ends_group;
  Operations list = cellOperations(p, s, phase, chunk);
  finishOperations(list, lastOfPhase && !(phase.makes_state && kind.ends_group), phase.makes_state);
  for (const VectorOperation &operation : list)
    code.append(operation.instruction);
  code.advance(sums_from, s.slot_stride);
  if (s.parameters_resident)
    code.advance(parameters_at, shape.parameterRows(phase) * blocks);
  if (s.cells.words > 0)
    code.advance(cell_at, s.rows * blocks * shape.half_words);
  code.advance(phase.makes_state ? state_out : reset_out, shape.passes * s.rows * blocks);
  if (!phase.makes_state)
    return;
  store(blocks, elements, kind.ends_group);
  if (!lastOfPhase)
    return;
  code.advance(y_to, -p.hidden * shape.output_bytes);
  if (!kind.ends_group)
    return;
  code.advance(state_rows, -rowBytes());
  if (output_rows != state_rows)
    code.advance(output_rows, -p.hidden);
}

/// The first reader of a thing waits for it, its last reader frees it; the matrix unit hears of the state as
/// soon as it is written.
void RecurrentEmitter::finishOperations(Operations &list, bool postsState, bool makesState) {
  waitAt(firstWith(list, &VectorOperation::reads_sums)->instruction, code.waitFull(sums));
  postAt(lastWith(list, &VectorOperation::reads_sums)->instruction, code.postFree(sums));
  waitAt(firstWith(list, &VectorOperation::reads_inputs)->instruction, code.waitFull(chunk_inputs));
  postAt(lastWith(list, &VectorOperation::reads_inputs)->instruction, code.postFree(chunk_inputs));
  if (postsState)
    postAt(lastWith(list, &VectorOperation::writes_state)->instruction,
           code.postFull(makesState ? state : reset));
  if (VectorOperation *first = firstWith(list, &VectorOperation::writes_out)) {
    waitAt(first->instruction, code.waitFree(outputs));
    postAt(lastWith(list, &VectorOperation::writes_out)->instruction, code.postFull(outputs));
  }
}

} // namespace lockstep
