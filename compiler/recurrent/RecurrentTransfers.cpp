// What the load and store units move.
#include "compiler/recurrent/RecurrentEmitter.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr int64_t kMaxRowBytes = (1 << 24) - 1;

uint64_t field(int64_t value) { return static_cast<uint64_t>(value); }

AddressOperand behind(AddressOperand operand, int64_t distance) {
  operand.address += field(distance);
  return operand;
}

template <typename Transfer>
void setPlaces(Transfer &t, const AddressOperand &external, const AddressOperand &local) {
  t.external_address = external.address;
  t.external_register = external.reg;
  t.local_address = local.address;
  t.local_register = local.reg;
}

/// Rows of int16 [batch, elements] with their words: one row of bytes for all blocks of a row of the batch
/// where its chunks are words of the same size; else a row for each block, a ragged one apart.
template <typename Transfer>
std::vector<Transfer> blockRows(const RecurrentSchedule &s, AddressOperand external, AddressOperand local,
                                int64_t batchStride, int64_t blocks, int64_t elements) {
  const RecurrentShape &shape = s.shape;
  const int64_t blockBytes = 2 * shape.unit, words = shape.half_words;
  Transfer t;
  setPlaces(t, external, local);
  t.count_0 = t.count_1 = t.count_2 = 1;
  if (shape.dense_halves) {
    t.row_bytes = field(2 * elements);
    t.chunk_bytes = field(std::min(shape.vector_bytes, blockBytes));
    t.chunk_stride = blockBytes <= shape.vector_bytes ? words : 1;
    t.count_0 = field(s.rows);
    t.external_stride_0 = batchStride;
    t.local_stride_0 = blocks * words;
    return {t};
  }
  t.chunk_bytes = field(shape.vector_bytes);
  t.chunk_stride = 1;
  t.count_1 = field(s.rows);
  t.external_stride_1 = batchStride;
  t.local_stride_1 = blocks * words;
  t.external_stride_0 = blockBytes;
  t.local_stride_0 = words;
  std::vector<Transfer> rows;
  if (elements >= shape.unit) {
    t.row_bytes = field(blockBytes);
    t.count_0 = field(elements / shape.unit);
    rows.push_back(t);
  }
  if (elements % shape.unit != 0) {
    const int64_t whole = elements / shape.unit;
    t.row_bytes = field(2 * (elements % shape.unit));
    t.count_0 = 1;
    setPlaces(t, behind(external, whole * blockBytes), behind(local, whole * words));
    rows.push_back(t);
  }
  return rows;
}

} // namespace

LoadInstruction RecurrentEmitter::words(AddressOperand external, AddressOperand local, int64_t count) const {
  LoadInstruction load;
  setPlaces(load, external, local);
  load.row_bytes = field(count * shape.vector_bytes);
  load.chunk_bytes = field(shape.vector_bytes);
  load.chunk_stride = 1;
  load.count_0 = load.count_1 = load.count_2 = 1;
  return load;
}

/// Consecutive bytes to consecutive words, in rows that the field can hold.
void RecurrentEmitter::loadWords(AddressOperand external, AddressOperand local, int64_t count, uint64_t wait,
                                 uint64_t post) {
  const int64_t most = kMaxRowBytes / shape.vector_bytes / 64 * 64;
  std::vector<LoadInstruction> loads;
  for (int64_t at = 0; at < count; at += most)
    loads.push_back(
        words(behind(external, at * shape.vector_bytes), behind(local, at), std::min(most, count - at)));
  appendLoads(std::move(loads), wait, post);
}

/// The first one waits, the last one posts.
void RecurrentEmitter::appendLoads(std::vector<LoadInstruction> loads, uint64_t wait, uint64_t post) {
  loads.front().wait_0 = wait;
  loads.back().post_0 = post;
  for (const LoadInstruction &load : loads)
    code.append(load);
}

void RecurrentEmitter::loadSlot() {
  loadWords(code.at(weights_from, addresses.constants + field(layout.streamed)),
            code.at(weights_to, field(s.ring.first)), s.slot_words, code.waitFree(weights),
            code.postFull(weights));
  code.advance(weights_from, s.slot_words * shape.vector_bytes);
  code.advance(weights_to, s.slot_words);
}

/// A chunk's share of the resident weights: the products of this step wait for it.
void RecurrentEmitter::residentWeights(const RecurrentPhase &phase, int64_t blocks) {
  const int64_t count = phase.gates * s.resident_tiles * blocks * shape.tile_words;
  if (count == 0)
    return;
  loadWords(code.at(resident_from, addresses.constants + field(layout.resident)),
            code.at(resident_at, field(s.resident_weights.first)), count, 0, code.postFull(first_weights));
  code.advance(resident_from, count * shape.vector_bytes);
  resident_wait = code.waitFull(first_weights);
}

/// Projected inputs of a chunk, with the parameters and, once in a step, the mask.
void RecurrentEmitter::inputs(const RecurrentPhase &phase, int64_t blocks, int64_t elements, bool firstOfStep,
                              const Step &kind) {
  if (kind.brings_weights)
    residentWeights(phase, blocks);
  std::vector<LoadInstruction> loads;
  if (shape.masked && firstOfStep) {
    LoadInstruction mask =
        words(code.at(mask_from, addresses.mask), code.at(mask_at, field(s.masks.first)), 1);
    mask.row_bytes = field(s.rows * machine.array_columns);
    mask.chunk_bytes = field(machine.array_columns);
    loads.push_back(mask);
  }
  const AddressOperand from = code.at(x_from, addresses.x + field(phase.first_gate * rowBytes()));
  for (LoadInstruction rows : blockRows<LoadInstruction>(s, from, code.at(x_at, field(s.x.first)),
                                                         shape.gates * rowBytes(), blocks, elements)) {
    (shape.dense_halves ? rows.count_1 : rows.count_2) = field(phase.gates);
    (shape.dense_halves ? rows.external_stride_1 : rows.external_stride_2) = rowBytes();
    (shape.dense_halves ? rows.local_stride_1 : rows.local_stride_2) = s.rows * blocks * shape.half_words;
    loads.push_back(rows);
  }
  if (!s.parameters_resident)
    loads.push_back(chunkParameters(phase, blocks));
  if (s.cells_in_memory)
    loads.push_back(chunkCells(phase, blocks));
  appendLoads(std::move(loads), code.waitFree(chunk_inputs), code.postFull(chunk_inputs));
  code.advance(x_from, 2 * elements);
  if (s.cells_in_memory)
    code.advance(cells_from, cellBytesOf(blocks));
  if (!s.parameters_resident)
    code.advance(parameters_from, parameterBytes(phase, blocks));
  nextInputSlot();
}

int64_t RecurrentEmitter::parameterBytes(const RecurrentPhase &phase, int64_t blocks) const {
  return shape.parameterRows(phase) * blocks * machine.accumulatorWordBytes();
}

LoadInstruction RecurrentEmitter::chunkParameters(const RecurrentPhase &phase, int64_t blocks) const {
  LoadInstruction load = words(code.at(parameters_from, addresses.constants + field(layout.parameters)),
                               code.at(parameters_at, field(s.parameters.first)), 1);
  load.local_memory = 1;
  load.row_bytes = field(parameterBytes(phase, blocks));
  load.chunk_bytes = field(machine.accumulatorWordBytes());
  return load;
}

/// As they were stored in the step before.
LoadInstruction RecurrentEmitter::chunkCells(const RecurrentPhase &phase, int64_t blocks) const {
  const AddressOperand to = behind(code.at(x_at, field(s.x.first)), phase.gates * s.cellWords(blocks));
  LoadInstruction load = words(code.at(cells_from, addresses.cells), to, s.cellWords(blocks));
  load.wait_0 = code.waitFull(stored_cells);
  return load;
}

/// The cells of an output slot; the load unit of the next step waits for them.
StoreInstruction RecurrentEmitter::storedCells(int64_t blocks) const {
  StoreInstruction t;
  setPlaces(t, code.at(cells_to, addresses.cells), behind(code.at(out_at, field(s.out.first)), s.y_c_offset));
  t.row_bytes = field(cellBytesOf(blocks));
  t.chunk_bytes = field(shape.vector_bytes);
  t.chunk_stride = 1;
  t.count_0 = t.count_1 = t.count_2 = 1;
  t.post_1 = code.postFull(stored_cells);
  return t;
}

/// The cells before the first step, once the vector unit has put them into an output slot.
void RecurrentEmitter::storeFirstCells(int64_t blocks) {
  StoreInstruction stored = storedCells(blocks);
  stored.wait_0 = code.waitFull(outputs);
  stored.post_0 = code.postFree(outputs);
  code.append(stored);
  code.advance(cells_to, cellBytesOf(blocks));
  code.advance(out_at, s.out_slot_words);
}

/// The initial states of a chunk's blocks: to where x goes, and on.
void RecurrentEmitter::stateInputs(int64_t blocks, int64_t elements, bool last) {
  std::vector<LoadInstruction> loads;
  std::vector<VectorOperation> operations;
  ChunkOperands chunk = operands(blocks);
  const auto bring = [&](uint64_t address, int64_t gate) {
    const AddressOperand to = behind(chunk.x, gate * s.rows * blocks * shape.half_words);
    for (const LoadInstruction &rows :
         blockRows<LoadInstruction>(s, code.at(state_rows, address), to, rowBytes(), blocks, elements))
      loads.push_back(rows);
  };
  if (p.initial_c) {
    bring(addresses.initial_c, p.initial_h);
    operations.push_back(cellFromRows(s, chunk, p.initial_h));
    if (s.cells_in_memory) {
      operations.back().instruction.wait_1 = code.waitFree(outputs);
      operations.back().instruction.post_2 = code.postFull(outputs);
    }
  }
  if (p.initial_h) {
    bring(addresses.initial_h, 0);
    chunk.new_state = code.at(hand_in, field(s.planes.first));
    operations.push_back(stateFromRows(s, chunk, 0));
    operations.back().instruction.post_1 = last ? code.postFull(state) : 0;
  }
  appendLoads(std::move(loads), code.waitFree(chunk_inputs), code.postFull(chunk_inputs));
  operations.front().instruction.wait_0 = code.waitFull(chunk_inputs);
  operations.back().instruction.post_0 = code.postFree(chunk_inputs);
  for (const VectorOperation &operation : operations)
    code.append(operation.instruction);
  if (p.initial_c && s.cells_in_memory)
    storeFirstCells(blocks);
  code.advance(state_rows, 2 * elements);
  if (p.initial_h)
    code.advance(hand_in, shape.passes * s.rows * blocks);
  if (p.initial_c && !s.cells_in_memory)
    code.advance(cell_at, s.rows * blocks * shape.half_words);
  code.advance(x_at, s.x_slot_words);
}

std::vector<StoreInstruction> RecurrentEmitter::outputRows(AddressOperand external, bool halves,
                                                           int64_t blocks, int64_t elements,
                                                           AddressOperand local) const {
  const int64_t batchStride = p.hidden * (halves ? 2 : 1);
  if (halves)
    return blockRows<StoreInstruction>(s, external, local, batchStride, blocks, elements);
  StoreInstruction t;
  setPlaces(t, external, local);
  t.row_bytes = field(elements);
  t.chunk_bytes = field(shape.unit);
  t.chunk_stride = 1;
  t.count_0 = field(s.rows);
  t.external_stride_0 = batchStride;
  t.local_stride_0 = blocks;
  t.count_1 = t.count_2 = 1;
  return {t};
}

void RecurrentEmitter::store(int64_t blocks, int64_t elements, bool final) {
  const AddressOperand from = code.at(out_at, field(s.out.first));
  const bool halves = p.output == RecurrentOutput::Int16;
  std::vector<StoreInstruction> stores;
  const auto put = [&](AddressOperand to, bool asHalves, int64_t offset) {
    for (const StoreInstruction &rows : outputRows(to, asHalves, blocks, elements, behind(from, offset)))
      stores.push_back(rows);
  };
  if (p.writes_y)
    put(code.at(y_to, addresses.y), halves, 0);
  if (final && p.writes_y_h)
    put(code.at(output_rows, addresses.y_h), halves, s.y_h_offset);
  if (final && p.writes_y_c)
    put(code.at(state_rows, addresses.y_c), true, s.y_c_offset);
  if (s.cells_in_memory && !final)
    stores.push_back(storedCells(blocks));
  if (!stores.empty()) {
    stores.front().wait_0 = code.waitFull(outputs);
    stores.back().post_0 = code.postFree(outputs);
  }
  for (const StoreInstruction &rows : stores)
    code.append(rows);
  if (!stores.empty())
    code.advance(out_at, s.out_slot_words);
  if (s.cells_in_memory)
    code.advance(cells_to, cellBytesOf(blocks));
  code.advance(y_to, elements * shape.output_bytes);
  if (!final)
    return;
  code.advance(state_rows, 2 * elements);
  if (output_rows != state_rows)
    code.advance(output_rows, elements);
}

} // namespace lockstep
