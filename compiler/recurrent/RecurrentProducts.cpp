// The matrix unit's part of a chunk.
#include "compiler/recurrent/RecurrentEmitter.h"

#include <algorithm>
#include <utility>

namespace lockstep {
namespace {

uint64_t field(int64_t value) { return static_cast<uint64_t>(value); }

} // namespace

/// A matmul over all rows of the batch and all passes of their state; tiles come from outside of it.
MatmulInstruction RecurrentEmitter::matmul(const RecurrentPhase &phase, int64_t blocks) const {
  const int64_t passes = shape.passes;
  const AddressOperand planes = phase.from_reset ? AddressOperand{field(s.reset_planes.first), 0}
                                                 : code.at(state_in, field(s.planes.first));
  const AddressOperand to = code.at(sums_to, field(s.sums.first));
  MatmulInstruction m;
  m.streamed_address = planes.address;
  m.streamed_register = planes.reg;
  m.accumulator_address = to.address;
  m.accumulator_register = to.reg;
  m.stationary_stride = field(shape.tile_words);
  m.last_rows = field(machine.array_rows);
  m.last_columns = field(machine.array_columns);
  m.tile_count_0 = m.tile_count_1 = m.tile_count_2 = m.tile_count_3 = 1;
  m.tile_streamed_stride_0 = passes * s.rows;
  m.stream_count_0 = field(s.rows);
  m.stream_streamed_stride_0 = passes;
  m.stream_accumulator_stride_0 = passes * blocks;
  m.stream_count_1 = field(passes);
  m.stream_streamed_stride_1 = m.stream_accumulator_stride_1 = 1;
  return m;
}

bool RecurrentEmitter::holdsEverything(const RecurrentPhase &phase) const {
  return s.residentTiles(phase) == phase.gates * shape.blocks;
}

/// `meanwhile` (the vector unit's work on the chunk before) is dispatched behind the first gate's products:
/// late enough that the array has work when the vector unit's queue is full, early enough that the work is
/// not late.
void RecurrentEmitter::products(const RecurrentPhase &phase, int64_t blocks, bool firstOfPhase,
                                const std::function<void()> &meanwhile) {
  sums_wait = code.waitFree(sums);
  state_wait = firstOfPhase ? code.waitFull(phase.from_reset ? reset : state) : 0;
  const int64_t slots = s.slotsOf(phase, blocks);
  unrolled = limited && loads_left > 0 && loads_left < slots;
  const int64_t groupGates = holdsEverything(phase) ? phase.gates : 1;
  const int64_t gateSums = shape.passes * s.rows * blocks;
  if (phase.hands_h)
    handState(phase, blocks);
  for (int64_t gate = 0; gate < phase.gates; gate += groupGates) {
    last_gate = gate + groupGates == phase.gates;
    if (holdsEverything(phase) || s.whole_slots)
      residentProducts(phase, gate, groupGates, blocks, blocks);
    streamedProducts(phase, gate, blocks);
    code.advance(sums_to, last_gate ? s.slot_stride - gateSums * gate : gateSums);
    if (gate == 0 && meanwhile)
      meanwhile();
  }
}

/// Old state times 1 (or 4 times 64): the vector unit must not read the planes while the matrix unit does.
void RecurrentEmitter::handState(const RecurrentPhase &phase, int64_t blocks) {
  MatmulInstruction m = matmul(phase, blocks);
  const AddressOperand from = code.at(hand_in, field(s.planes.first));
  m.streamed_address = from.address;
  m.streamed_register = from.reg;
  m.accumulator_address += field(phase.gates * shape.passes * s.rows * blocks);
  m.stationary_address = field(s.identity.first);
  m.stationary_stride = 0;
  m.tile_count_0 = field(shape.identityTiles());
  m.tile_streamed_stride_0 = 0;
  m.tile_count_1 = field(blocks);
  m.tile_streamed_stride_1 = shape.passes * s.rows;
  m.tile_accumulator_stride_1 = shape.passes;
  appendProduct(m);
  code.advance(hand_in, shape.passes * s.rows * blocks);
}

/// The first product of a chunk waits for its place among the sums, the first of a phase for the state.
void RecurrentEmitter::appendProduct(MatmulInstruction product) {
  uint64_t *waits[] = {&product.wait_0, &product.wait_1, &product.wait_2};
  size_t used = product.wait_0 != 0;
  for (uint64_t *wait : {&sums_wait, &state_wait})
    if (*wait != 0) {
      *waits[used++] = *wait;
      *wait = 0;
    }
  code.append(product);
}

/// Of `count` blocks of a chunk of so many.
void RecurrentEmitter::residentProducts(const RecurrentPhase &phase, int64_t gate, int64_t gates,
                                        int64_t count, int64_t blocks) {
  const int64_t tiles = s.resident[static_cast<size_t>(phase.first_gate + gate)];
  if (tiles == 0)
    return;
  const AddressOperand at = code.at(resident_at, field(s.resident_weights.first));
  MatmulInstruction m = matmul(phase, blocks);
  m.wait_0 = std::exchange(resident_wait, 0);
  m.stationary_address = at.address;
  m.stationary_register = at.reg;
  m.tile_count_0 = field(tiles);
  m.tile_count_1 = field(count);
  m.tile_accumulator_stride_1 = shape.passes;
  m.tile_count_2 = field(gates);
  m.tile_accumulator_stride_2 = shape.passes * s.rows * blocks;
  const bool last = last_gate && s.streamed(phase.first_gate + gate) == 0;
  m.post_0 = last ? code.postFull(sums) : 0;
  appendProduct(m);
  code.advance(resident_at, tiles * count * gates * shape.tile_words);
}

void RecurrentEmitter::streamedProducts(const RecurrentPhase &phase, int64_t gate, int64_t blocks) {
  const int64_t parts = s.partsOf(phase.first_gate + gate);
  if (s.whole_slots || parts == 0) {
    if (parts > 0)
      streamedPart(phase, gate, 0, blocks, true);
    return;
  }
  // Resident and streamed tiles take turns, so that array and port both work all the time.
  const auto block = [&](bool last) {
    residentProducts(phase, gate, 1, 1, blocks);
    for (int64_t part = 0; part < parts; ++part)
      streamedPart(phase, gate, part, blocks, last && part == parts - 1);
    code.advance(sums_to, shape.passes);
  };
  // The first product of a chunk waits and the last one posts: these are no rounds of a loop.
  const int64_t first = std::min<int64_t>(blocks, sums_wait != 0 || state_wait != 0 || resident_wait != 0);
  const int64_t end = std::max(first, unrolled ? first : last_gate ? blocks - 1 : blocks);
  for (int64_t i = 0; i < first; ++i)
    block(i == blocks - 1);
  const int64_t before = loads_left;
  if (end > first) {
    code.repeat(end - first, [&] { block(false); });
    loads_left = before - (end - first) * (before - loads_left);
  }
  for (int64_t i = end; i < blocks; ++i)
    block(i == blocks - 1);
  code.advance(sums_to, -shape.passes * blocks);
}

void RecurrentEmitter::streamedPart(const RecurrentPhase &phase, int64_t gate, int64_t part, int64_t blocks,
                                    bool last) {
  if (!limited)
    loadSlot();
  else if (loads_left > 0)
    loadSlot(), --loads_left;
  const int64_t number = phase.first_gate + gate, held = s.resident[static_cast<size_t>(number)];
  const int64_t first = part * s.partTiles(number);
  const int64_t tiles =
      s.whole_slots ? s.streamed(number) : std::min(s.partTiles(number), s.streamed(number) - first);
  const AddressOperand at = code.at(weights_at, field(s.ring.first));
  MatmulInstruction m = matmul(phase, blocks);
  m.wait_0 = code.waitFull(weights);
  m.post_0 = code.postFree(weights);
  m.post_1 = last && last_gate ? code.postFull(sums) : 0;
  m.accumulate = held > 0 || first > 0;
  m.stationary_address = at.address;
  m.stationary_register = at.reg;
  m.streamed_address += field((held + first) * shape.passes * s.rows);
  m.tile_count_0 = field(tiles);
  if (s.whole_slots) {
    m.tile_count_1 = field(blocks);
    m.tile_accumulator_stride_1 = shape.passes;
  }
  appendProduct(m);
  code.advance(weights_at, s.slot_words);
}

} // namespace lockstep
