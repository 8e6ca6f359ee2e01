// The matrix unit's part of a chunk.
#include "compiler/recurrent/RecurrentEmitter.h"

#include <algorithm>
#include <utility>

namespace lockstep {
namespace {

uint64_t field(int64_t value) { return static_cast<uint64_t>(value); }

/// Those that are not 0.
template <typename Fields> void setWaits(Fields &instruction, const std::array<uint64_t, 3> &waits) {
  uint64_t *places[] = {&instruction.wait_0, &instruction.wait_1, &instruction.wait_2};
  size_t used = 0;
  for (uint64_t wait : waits)
    if (wait != 0)
      *places[used++] = wait;
}

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

/// `meanwhile` (the vector unit's work on the chunk before) is dispatched behind the first gate's products:
/// late enough that the array has work when the vector unit's queue is full, early enough that the work is
/// not late.
void RecurrentEmitter::products(const RecurrentPhase &phase, int64_t blocks, bool firstOfPhase,
                                const std::function<void()> &meanwhile) {
  first_waits = {code.waitFree(sums), firstOfPhase ? code.waitFull(phase.from_reset ? reset : state) : 0,
                 std::exchange(resident_wait, 0)};
  const int64_t gateSums = shape.passes * s.rows * blocks, slots = s.gateSlots(blocks);
  if (phase.hands_h)
    handState(phase, blocks);
  if (!s.streams()) {
    residentProducts(phase, phase.gates, blocks, blocks, code.postFull(sums));
    if (meanwhile)
      meanwhile();
    code.advance(sums_to, s.slot_stride);
    return;
  }
  if (!phase.hands_h)
    appendSync(std::exchange(first_waits, {}), 0); // the first product is a round of a loop
  const auto gate = [&] {
    gateProducts(phase, blocks);
    code.advance(sums_to, gateSums);
  };
  gate();
  if (meanwhile)
    meanwhile();
  rounds(phase.gates - 1, slots, gate);
  appendSync({}, code.postFull(sums));
  code.advance(sums_to, s.slot_stride - gateSums * phase.gates);
}

void RecurrentEmitter::appendSync(const std::array<uint64_t, 3> &waits, uint64_t post) {
  SyncInstruction sync;
  sync.unit = field(static_cast<int64_t>(Unit::Matrix));
  setWaits(sync, waits);
  sync.post_0 = post;
  code.append(sync);
}

/// A loop of so many rounds with so many slots each, of which only the first loads_left are followed by
/// loads: the rounds with all of their loads, one with some, those without.
void RecurrentEmitter::rounds(int64_t count, int64_t slots, const std::function<void()> &body) {
  if (count <= 0)
    return;
  if (!limited || slots == 0)
    return code.repeat(count, body);
  const int64_t before = loads_left, full = std::min(count, before / slots);
  if (full > 0)
    code.repeat(full, body);
  loads_left = before - full * slots;
  int64_t done = full;
  if (done < count && loads_left > 0) {
    body();
    loads_left = 0;
    ++done;
  }
  if (done < count)
    code.repeat(count - done, body);
}

/// All tiles of a gate's blocks. Resident and streamed tiles take turns, so that array and port both work all
/// the time.
void RecurrentEmitter::gateProducts(const RecurrentPhase &phase, int64_t blocks) {
  const int64_t parts = s.partCount();
  if (s.whole_slots) {
    residentProducts(phase, 1, blocks, blocks, 0);
    streamedPart(phase, 0, blocks);
    return;
  }
  rounds(blocks, parts, [&] {
    residentProducts(phase, 1, 1, blocks, 0);
    for (int64_t part = 0; part < parts; ++part)
      streamedPart(phase, part, blocks);
    code.advance(sums_to, shape.passes);
  });
  code.advance(sums_to, -shape.passes * blocks);
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
  if (product.wait_0 == 0)
    setWaits(product, std::exchange(first_waits, {}));
  code.append(product);
}

/// Of so many gates from the present one on, and of `count` blocks of a chunk of so many.
void RecurrentEmitter::residentProducts(const RecurrentPhase &phase, int64_t gates, int64_t count,
                                        int64_t blocks, uint64_t post) {
  const int64_t tiles = s.resident_tiles;
  if (tiles == 0)
    return;
  const AddressOperand at = code.at(resident_at, field(s.resident_weights.first));
  MatmulInstruction m = matmul(phase, blocks);
  m.stationary_address = at.address;
  m.stationary_register = at.reg;
  m.tile_count_0 = field(tiles);
  m.tile_count_1 = field(count);
  m.tile_accumulator_stride_1 = shape.passes;
  m.tile_count_2 = field(gates);
  m.tile_accumulator_stride_2 = shape.passes * s.rows * blocks;
  m.post_0 = post;
  appendProduct(m);
  code.advance(resident_at, tiles * count * gates * shape.tile_words);
}

void RecurrentEmitter::streamedPart(const RecurrentPhase &phase, int64_t part, int64_t blocks) {
  if (!limited)
    loadSlot();
  else if (loads_left > 0)
    loadSlot(), --loads_left;
  const int64_t held = s.resident_tiles;
  const int64_t first = part * s.partTiles();
  const int64_t tiles =
      s.whole_slots ? s.streamedTiles() : std::min(s.partTiles(), s.streamedTiles() - first);
  const AddressOperand at = code.at(weights_at, field(s.ring.first));
  MatmulInstruction m = matmul(phase, blocks);
  m.wait_0 = code.waitFull(weights);
  m.post_0 = code.postFree(weights);
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
