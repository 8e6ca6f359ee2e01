// The constants of a layer as its schedule wants them in memory.
#include "compiler/recurrent/RecurrentSchedule.h"
#include "compiler/recurrent/RecurrentScheduler.h"

#include <algorithm>
#include <cstring>

namespace lockstep {
namespace {

size_t sizeOf(int64_t value) { return static_cast<size_t>(value); }

class Packer {
public:
  Packer(const RecurrentProblem &problem, const RecurrentSchedule &schedule,
         const RecurrentConstants &constants, const Parameters &parameters)
      : p(problem), s(schedule), shape(schedule.shape), constants(constants), machine(parameters),
        layout(layOutConstants(schedule, parameters)), bytes(sizeOf(layout.bytes)) {}

  std::vector<uint8_t> pack() {
    packIdentity();
    packTables();
    int64_t parameter = layout.parameters, resident = layout.resident, streamed = layout.streamed;
    for (const RecurrentPhase &phase : shape.phases)
      for (int64_t chunk = 0; chunk < s.chunks; ++chunk) {
        packParameters(phase, chunk, parameter);
        for (int64_t gate = phase.first_gate; gate < phase.first_gate + phase.gates; ++gate)
          packGate(gate, chunk, resident, streamed);
      }
    return std::move(bytes);
  }

private:
  void packIdentity();
  void packTables();
  void packTable(int64_t number, const FunctionTable &table);
  void packParameters(const RecurrentPhase &phase, int64_t chunk, int64_t &at);
  template <typename Value> void packRow(int64_t block, const Value *values /* [hidden] */, int64_t &at);
  void packGate(int64_t gate, int64_t chunk, int64_t &resident, int64_t &streamed);
  void packTile(int64_t gate, int64_t block, int64_t slice, int64_t &at);
  int64_t slotBytes() const { return s.slot_words * shape.vector_bytes; }

  const RecurrentProblem &p;
  const RecurrentSchedule &s;
  const RecurrentShape &shape;
  const RecurrentConstants &constants;
  const Parameters &machine;
  const ConstantLayout layout;
  std::vector<uint8_t> bytes;
};

void Packer::packIdentity() {
  if (!shape.handsState())
    return;
  for (int64_t i = 0; i < shape.unit; ++i)
    bytes[sizeOf(layout.identity + i * shape.vector_bytes + i)] = shape.passes == 2 ? 1 : 64;
}

void Packer::packTables() {
  if (p.cell == CellKind::Rnn)
    return packTable(0, constants.g);
  packTable(0, constants.f);
  packTable(1, constants.g);
  if (shape.tables > 2)
    packTable(2, constants.h);
}

/// Two bytes of each entry, as many entries in a word as fit.
void Packer::packTable(int64_t number, const FunctionTable &table) {
  const int64_t perWord = shape.vector_bytes / 2;
  for (size_t i = 0; i < table.size(); ++i) {
    const int64_t word = number * shape.table_words + static_cast<int64_t>(i) / perWord;
    std::memcpy(&bytes[sizeOf(layout.tables + word * shape.vector_bytes) + 2 * (i % sizeOf(perWord))],
                &table[i], 2);
  }
}

/// A block's values as int32 lanes, zero behind the layer's end.
template <typename Value> void Packer::packRow(int64_t block, const Value *values, int64_t &at) {
  for (int64_t lane = 0; lane < shape.units(block, 1); ++lane) {
    const auto value = static_cast<int32_t>(values[block * shape.unit + lane]);
    std::memcpy(&bytes[sizeOf(at + 4 * lane)], &value, 4);
  }
  at += machine.accumulatorWordBytes();
}

void Packer::packParameters(const RecurrentPhase &phase, int64_t chunk, int64_t &at) {
  const int64_t first = chunk * s.chunk_blocks, end = first + s.blocksOf(chunk);
  for (const std::vector<int32_t> *values : {&constants.bias, &constants.multiplier})
    for (int64_t gate = phase.first_gate; gate < phase.first_gate + phase.gates; ++gate)
      for (int64_t block = first; block < end; ++block)
        packRow(block, values->data() + gate * p.hidden, at);
  for (int64_t which = 0; which < shape.peephole_rows; ++which)
    for (int64_t block = first; block < end; ++block)
      packRow(block, constants.peepholes.data() + which * p.hidden, at);
}

/// Row r, column c of a tile: the weight from hidden unit r of the slice to unit c of the block.
void Packer::packTile(int64_t gate, int64_t block, int64_t slice, int64_t &at) {
  const int8_t *weights = constants.weights.data() + gate * p.hidden * p.hidden;
  const int64_t rows = shape.units(slice, 1), columns = shape.units(block, 1);
  for (int64_t c = 0; c < columns; ++c) {
    const int8_t *from = weights + (block * shape.unit + c) * p.hidden + slice * shape.unit;
    for (int64_t r = 0; r < rows; ++r)
      bytes[sizeOf(at + r * shape.vector_bytes + c)] = static_cast<uint8_t>(from[r]);
  }
  at += shape.tile_words * shape.vector_bytes;
}

void Packer::packGate(int64_t gate, int64_t chunk, int64_t &resident, int64_t &streamed) {
  const int64_t first = chunk * s.chunk_blocks, end = first + s.blocksOf(chunk);
  const int64_t held = s.resident_tiles, parts = s.partCount();
  const int64_t partTiles = s.whole_slots ? shape.blocks : s.partTiles();
  for (int64_t block = first; block < end; ++block) {
    for (int64_t slice = 0; slice < held; ++slice)
      packTile(gate, block, slice, resident);
    for (int64_t part = 0; part < parts; ++part) {
      int64_t at = streamed;
      const int64_t begin = held + part * partTiles;
      for (int64_t slice = begin; slice < std::min(shape.blocks, begin + partTiles); ++slice)
        packTile(gate, block, slice, at);
      streamed = s.whole_slots ? at : streamed + slotBytes();
    }
  }
  if (s.whole_slots && parts > 0)
    streamed += slotBytes() - (shape.blocks - held) * (end - first) * shape.tile_words * shape.vector_bytes;
}

} // namespace

std::vector<uint8_t> packRecurrentConstants(const RecurrentProblem &problem,
                                            const RecurrentSchedule &schedule,
                                            const RecurrentConstants &constants,
                                            const Parameters &parameters) {
  return Packer(problem, schedule, constants, parameters).pack();
}

uint64_t packedConstantBytes(const RecurrentProblem &, const RecurrentSchedule &schedule,
                             const Parameters &parameters) {
  return static_cast<uint64_t>(layOutConstants(schedule, parameters).bytes);
}

} // namespace lockstep
