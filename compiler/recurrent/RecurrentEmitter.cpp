#include "compiler/recurrent/RecurrentEmitter.h"

#include <algorithm>

namespace lockstep {
namespace {

uint64_t field(int64_t value) { return static_cast<uint64_t>(value); }

} // namespace

RecurrentEmitter::RecurrentEmitter(const RecurrentProblem &problem, const RecurrentSchedule &schedule,
                                   const RecurrentAddresses &addresses, const Parameters &parameters)
    : p(problem), s(schedule), shape(schedule.shape), addresses(addresses), machine(parameters),
      layout(layOutConstants(schedule, parameters)), plane_words(shape.passes * shape.blocks * schedule.rows),
      y_step_bytes(addresses.y_step_bytes ? addresses.y_step_bytes
                                          : p.batch * p.hidden * shape.output_bytes) {
  addPointers();
  addGates();
}

void RecurrentEmitter::addPointers() {
  const auto ring = [&](int64_t words) { return code.addPointer(field(std::max<int64_t>(words, 1))); };
  const auto linear = [&] { return code.addPointer(0); };
  x_from = linear();
  y_to = linear();
  if (shape.masked) {
    mask_from = linear();
    mask_at = ring(s.masks.words);
  }
  state_rows = linear();
  output_rows = shape.output_bytes == 2 ? state_rows : linear();
  if (s.streams()) {
    weights_from = ring(layout.streamed_bytes);
    weights_to = ring(s.ring.words);
    weights_at = ring(s.ring.words);
  }
  if (s.holdsWeights()) {
    resident_from = linear();
    resident_at = ring(s.resident_weights.words);
  }
  parameters_at = ring(s.parameters.words);
  if (!s.parameters_resident)
    parameters_from = ring(layout.parameter_bytes);
  state_in = ring(s.planes.words);
  if (shape.handsState() || p.initial_h)
    hand_in = ring(s.planes.words);
  state_out = ring(s.planes.words);
  code.advance(state_out, plane_words);
  if (s.reset_planes.words > 0)
    reset_out = ring(s.reset_planes.words);
  if (s.cells.words > 0)
    cell_at = ring(s.cells.words);
  if (s.cells_in_memory) {
    cells_from = ring(cellBytesOf(shape.blocks));
    cells_to = ring(cellBytesOf(shape.blocks));
  }
  x_at = ring(s.x.words);
  out_at = ring(s.out.words);
  sums_to = ring(s.sums.words);
  sums_from = ring(s.sums.words);
}

void RecurrentEmitter::addGates() {
  const int64_t steps = s.groups * p.steps, phases = static_cast<int64_t>(shape.phases.size());
  const int64_t fills = steps * phases * s.chunks;
  const int64_t begins = p.initial_h || p.initial_c ? s.groups * s.chunks : 0;
  const int64_t writes =
      s.cells_in_memory ? fills + s.groups * s.chunks : (p.writes_y ? steps : s.groups) * s.chunks;
  weights = code.addGate(Unit::Load, Unit::Matrix, s.ring_slots, steps * s.slotsPerStep() > s.ring_slots);
  first_weights = code.addGate(Unit::Load, Unit::Matrix, 1, false);
  setup = code.addGate(Unit::Load, Unit::Vector, 1, false);
  chunk_inputs = code.addGate(Unit::Load, Unit::Vector, s.x_slots, fills + begins > s.x_slots);
  sums = code.addGate(Unit::Matrix, Unit::Vector, 2, fills > 2);
  state = code.addGate(Unit::Vector, Unit::Matrix, 1, false);
  reset = code.addGate(Unit::Vector, Unit::Matrix, 1, false);
  outputs = code.addGate(Unit::Vector, Unit::Store, s.out_slots, writes > s.out_slots);
  tables_done = code.addGate(Unit::Vector, Unit::Load, 1, false);
  stored_cells = code.addGate(Unit::Store, Unit::Load, 1, false);
}

std::vector<Instruction> RecurrentEmitter::emit() {
  if (p.reverse) {
    code.advance(x_from, (p.steps - 1) * p.batch * shape.gates * rowBytes());
    code.advance(y_to, (p.steps - 1) * y_step_bytes);
    if (shape.masked)
      code.advance(mask_from, (p.steps - 1) * p.batch * machine.array_columns);
  }
  begin();
  if (!s.tables_first && (s.groups > 1 || s.cells_in_memory))
    readTables(); // before cells go out from where the tables are
  if (s.groups > 1) {
    code.repeat(s.groups - 1, [&] {
      group(false);
      nextGroup(s.rows);
    });
    nextGroup(p.batch - s.groups * s.rows); // the last group may repeat rows of the one before
  }
  group(true);
  code.drain();
  return code.instructions();
}

/// What is needed first comes first: the identity and the first weights before tables and parameters.
void RecurrentEmitter::begin() {
  if (s.tables_first) {
    loadTables();
    readTables();
    SyncInstruction sync;
    sync.unit = field(static_cast<int64_t>(Unit::Load));
    sync.wait_0 = code.waitFull(tables_done);
    code.append(sync);
  }
  if (shape.handsState())
    loadWords({addresses.constants + field(layout.identity), 0}, {field(s.identity.first), 0},
              shape.tile_words, 0,
              s.holdsWeights() && !s.follows_first_step ? 0 : code.postFull(first_weights));
  if (s.holdsWeights() && !s.follows_first_step)
    loadWeightsAtOnce();
  if (shape.handsState() || (s.holdsWeights() && !s.follows_first_step)) {
    SyncInstruction sync;
    sync.unit = field(static_cast<int64_t>(Unit::Matrix));
    sync.wait_0 = code.waitFull(first_weights);
    code.append(sync);
  }
  for (int64_t slot = 0; slot < s.slots_ahead; ++slot)
    loadSlot();
  if (!s.tables_first)
    loadTables();
  loadParameters();
}

void RecurrentEmitter::loadTables() {
  const uint64_t post = s.tables_first || !s.parameters_resident ? code.postFull(setup) : 0;
  loadWords({addresses.constants + field(layout.tables), 0}, {0, 0}, shape.tables * shape.table_words, 0,
            post);
}

void RecurrentEmitter::readTables() {
  for (int64_t table = 0; table < shape.tables; ++table) {
    TableInstruction read;
    read.table = field(table);
    read.local_address = field(table * shape.table_words);
    if (table == 0)
      read.wait_0 = code.waitFull(setup);
    if (table == shape.tables - 1 && s.tables_first)
      read.post_0 = code.postFull(tables_done);
    code.append(read);
  }
}

void RecurrentEmitter::loadParameters() {
  if (!s.parameters_resident)
    return;
  LoadInstruction load;
  load.local_memory = 1;
  load.external_address = addresses.constants + field(layout.parameters);
  load.local_address = field(s.parameters.first);
  load.row_bytes = field(layout.parameter_bytes);
  load.chunk_bytes = field(machine.accumulatorWordBytes());
  load.chunk_stride = 1;
  load.count_0 = load.count_1 = load.count_2 = 1;
  load.post_0 = code.postFull(setup);
  code.append(load);
  if (!s.tables_first)
    return;
  SyncInstruction sync;
  sync.unit = field(static_cast<int64_t>(Unit::Vector));
  sync.wait_0 = code.waitFull(setup);
  code.append(sync);
}

void RecurrentEmitter::loadWeightsAtOnce() {
  loadWords({addresses.constants + field(layout.resident), 0}, {field(s.resident_weights.first), 0},
            s.resident_weights.words, 0, code.postFull(first_weights));
}

/// All steps of some rows of the batch.
void RecurrentEmitter::group(bool last) {
  beginState();
  if (!s.tables_first && s.groups == 1 && !s.cells_in_memory)
    readTables();
  Step first, middle, final;
  first.brings_weights = s.holdsWeights() && s.follows_first_step;
  final.ends_group = true;
  final.ends_all = last;
  if (p.steps == 1)
    final.brings_weights = first.brings_weights;
  const int64_t whole = first.brings_weights && p.steps > 1 ? 1 : 0;
  if (whole)
    step(first);
  if (p.steps - whole > 1)
    code.repeat(p.steps - 1 - whole, [&] { step(middle); });
  step(final);
}

/// From the end of a group to the begin of the one that is so many rows behind it.
void RecurrentEmitter::nextGroup(int64_t rows) {
  code.advance(x_from, rows * shape.gates * rowBytes());
  code.advance(y_to, rows * p.hidden * shape.output_bytes);
  if (shape.masked)
    code.advance(mask_from, rows * machine.array_columns);
  code.advance(state_rows, rows * rowBytes());
  if (output_rows != state_rows)
    code.advance(output_rows, rows * p.hidden);
}

void RecurrentEmitter::step(const Step &kind) {
  limited = kind.ends_all && s.streams();
  loads_left = s.slotsPerStep() - s.slots_ahead;
  for (const RecurrentPhase &each : shape.phases)
    phase(each, kind);
  code.advance(state_in, plane_words);
  if (p.initial_h && !shape.handsState())
    code.advance(hand_in, plane_words);
  const int64_t further = kind.ends_group ? 1 - p.steps : 1; // back to the group's first step
  code.advance(x_from, direction() * further * p.batch * shape.gates * rowBytes());
  code.advance(y_to, direction() * further * y_step_bytes);
  if (shape.masked) {
    code.advance(mask_from, direction() * further * p.batch * machine.array_columns);
    code.advance(mask_at, s.rows);
  }
}

int64_t RecurrentEmitter::elementsOf(int64_t chunk) const {
  return shape.units(chunk * s.chunk_blocks, s.blocksOf(chunk));
}

void RecurrentEmitter::phase(const RecurrentPhase &each, const Step &kind) {
  const int64_t last = s.chunks - 1, full = s.chunk_blocks * shape.unit;
  const bool opens = !each.from_reset;
  if (last > 0) {
    inputs(each, s.chunk_blocks, full, opens, kind);
    products(each, s.chunk_blocks, true, {});
    middleChunks(each, kind);
  }
  inputs(each, s.last_blocks, elementsOf(last), opens && last == 0, kind);
  products(each, s.last_blocks, last == 0, [&] {
    if (last > 0)
      cell(each, s.chunk_blocks, full, kind, false);
  });
  nextInputSlot(); // the inputs of the last chunk: of two slots, the one before is the one behind
  cell(each, s.last_blocks, elementsOf(last), kind, true);
  nextInputSlot();
  code.advance(x_from, -rowBytes());
  if (each.hands_h && !each.makes_state)
    code.advance(hand_in, -plane_words); // the next phase hands the same state over
}

void RecurrentEmitter::nextInputSlot() {
  code.advance(x_at, s.x_slot_words);
  if (!s.parameters_resident)
    code.advance(parameters_at, s.parameter_slot_words);
}

void RecurrentEmitter::middleChunks(const RecurrentPhase &each, const Step &kind) {
  const int64_t full = s.chunk_blocks * shape.unit;
  rounds(s.chunks - 2, s.phaseSlots(each, s.chunk_blocks), [&] {
    inputs(each, s.chunk_blocks, full, false, kind);
    products(each, s.chunk_blocks, false, [&] { cell(each, s.chunk_blocks, full, kind, false); });
  });
}

// ---- the begin of a group ----

void RecurrentEmitter::beginState() {
  const bool fromMemory = p.initial_h || p.initial_c;
  if (p.cell == CellKind::Lstm && !p.initial_c && !s.cells_in_memory)
    code.append(zeroCells(s, {}).instruction);
  if (!p.initial_h) {
    ElementwiseInstruction zero = zeroState(s, code.at(state_in, field(s.planes.first))).instruction;
    zero.post_0 = code.postFull(state);
    code.append(zero);
  }
  if (s.cells_in_memory && !p.initial_c) {
    if (s.chunks > 1)
      code.repeat(s.chunks - 1, [&] { beginCells(s.chunk_blocks); });
    beginCells(s.last_blocks);
  }
  if (!fromMemory)
    return;
  const auto chunk = [&](int64_t blocks, int64_t elements, bool last) {
    stateInputs(blocks, elements, last);
  };
  if (s.chunks > 1)
    code.repeat(s.chunks - 1, [&] { chunk(s.chunk_blocks, s.chunk_blocks * shape.unit, false); });
  chunk(s.last_blocks, elementsOf(s.chunks - 1), true);
  code.advance(state_rows, -rowBytes());
  if (p.initial_h)
    code.advance(hand_in, -plane_words);
}

/// Zero, by way of the outputs.
void RecurrentEmitter::beginCells(int64_t blocks) {
  ElementwiseInstruction zero = zeroCells(s, operands(blocks)).instruction;
  zero.wait_0 = code.waitFree(outputs);
  zero.post_0 = code.postFull(outputs);
  code.append(zero);
  storeFirstCells(blocks);
}

} // namespace lockstep
