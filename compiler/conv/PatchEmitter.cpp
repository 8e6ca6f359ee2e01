#include "compiler/conv/PatchEmitter.h"

#include "compiler/conv/TransferLevels.h"

namespace lockstep {

PatchEmitter::PatchEmitter(const ConvProblem &problem, const PatchShape &shape, const PatchSchedule &schedule,
                           const PatchPlacement &placement, const ConvAddresses &addresses)
    : problem(problem), shape(shape), schedule(schedule), placement(placement), addresses(addresses),
      transfers(problem, shape), layout(shape, schedule), pixels(pixelBlocks(problem, schedule)),
      channels(channelBlocks(schedule)), chunks(reductionChunks(schedule)) {
  int64_t part = -1;
  for (const ReductionChunk &chunk : chunks)
    patch_part.push_back(part += chunk.first_of_patch);
  addOperand(patch, schedule.patch_residency, placement.patch, part + 1);
  addOperand(weights, schedule.weight_residency, placement.weights, static_cast<int64_t>(chunks.size()));
  const Residency perGroup = schedule.columns_outer ? Residency::Panel : Residency::Whole;
  addOperand(parameters, schedule.parameters_whole ? perGroup : Residency::Chunk, placement.parameters, 1);
  const int64_t blocks = fillsOf(Residency::Chunk, 1);
  accumulator = SlotRing(placement.accumulator, blocks, rings++);
  output = SlotRing(placement.output, blocks, rings++);
}

int64_t PatchEmitter::fillsOf(Residency residency, int64_t parts) const {
  const auto outer = static_cast<int64_t>(schedule.columns_outer ? channels.size() : pixels.size());
  const auto inner = static_cast<int64_t>(schedule.columns_outer ? pixels.size() : channels.size());
  const int64_t times = residency == Residency::Chunk   ? outer * inner
                        : residency == Residency::Panel ? outer
                                                        : inner;
  return shape.group_count * times * parts;
}

void PatchEmitter::addOperand(Operand &operand, Residency residency, const Ring &ring, int64_t parts) {
  operand.residency = residency;
  operand.parts = parts;
  operand.ring = SlotRing(ring, fillsOf(residency, parts), rings++);
  const size_t inner = schedule.columns_outer ? pixels.size() : channels.size();
  operand.held.resize((residency == Residency::Whole ? inner : 1) * static_cast<size_t>(parts));
}

bool PatchEmitter::loads(const Operand &operand, const Place &place) const {
  return operand.residency == Residency::Chunk ||
         (operand.residency == Residency::Panel && place.inner == 0) ||
         (operand.residency == Residency::Whole && place.outer == 0);
}

bool PatchEmitter::releases(const Operand &operand, const Place &place) const {
  const size_t outer = schedule.columns_outer ? channels.size() : pixels.size();
  const size_t inner = schedule.columns_outer ? pixels.size() : channels.size();
  return operand.residency == Residency::Chunk ||
         (operand.residency == Residency::Panel && place.inner + 1 == inner) ||
         (operand.residency == Residency::Whole && place.outer + 1 == outer);
}

int64_t &PatchEmitter::fillOf(Operand &operand, const Place &place, int64_t part) const {
  const size_t block = operand.residency == Residency::Whole ? place.inner : 0;
  return operand.held[block * static_cast<size_t>(operand.parts) + static_cast<size_t>(part)];
}

const PixelBlock &PatchEmitter::pixelsOf(const Place &place) const {
  return pixels[schedule.columns_outer ? place.inner : place.outer];
}
size_t PatchEmitter::channelIndex(const Place &place) const {
  return schedule.columns_outer ? place.outer : place.inner;
}

std::vector<Instruction> PatchEmitter::emit() {
  const size_t outer = schedule.columns_outer ? channels.size() : pixels.size();
  const size_t inner = schedule.columns_outer ? pixels.size() : channels.size();
  Place place;
  for (place.group = 0; place.group < shape.group_count; ++place.group)
    for (place.outer = 0; place.outer < outer; ++place.outer)
      for (place.inner = 0; place.inner < inner; ++place.inner)
        emitBlock(place);
  return std::move(list);
}

void PatchEmitter::emitBlock(const Place &place) {
  for (size_t chunk = 0; chunk < chunks.size(); ++chunk)
    emitChunk(place, chunk);
  emitOutput(place);
  ++block_number;
}

void PatchEmitter::emitChunk(const Place &place, size_t chunk) {
  const size_t block = channelIndex(place);
  if (loads(weights, place))
    emitLoads(weights, place, static_cast<int64_t>(chunk),
              addresses.weights + convField(layout.offset(place.group, block, chunk)),
              {transfers.loadWeights(layout.bytes(block, chunk))});
  if (chunks[chunk].first_of_patch && loads(patch, place))
    emitLoads(patch, place, patch_part[chunk], addresses.input,
              transfers.loadPatch(place.group, pixelsOf(place), chunks[chunk]));
  if (chunk == 0 && shape.parameter_rows > 0 && loads(parameters, place))
    emitLoads(parameters, place, 0, addresses.parameters,
              {transfers.loadParameters(place.group, channels[block], addresses.parameter_array_bytes)});
  emitMatmul(place, chunk);
}

namespace {

/// Adds the slot's word to a load or fill, and to a load its tensor's address.
void moveTo(LoadInstruction &load, uint64_t external, uint64_t word) {
  load.external_address += external;
  load.local_address += word;
}
void moveTo(FillInstruction &fill, uint64_t, uint64_t word) { fill.local_address += word; }

template <typename Transfer>
Instruction placed(Transfer transfer, uint64_t external, uint64_t word, uint64_t wait, uint64_t post) {
  moveTo(transfer, external, word);
  transfer.wait_0 = wait;
  transfer.post_0 = post;
  return transfer;
}

} // namespace

/// The first one waits for the slot, the last one tells that it is full.
void PatchEmitter::emitLoads(Operand &operand, const Place &place, int64_t part, uint64_t external,
                             std::vector<Instruction> instructions) {
  const int64_t fill = fillOf(operand, place, part) = operand.next++;
  for (size_t i = 0; i < instructions.size(); ++i) {
    const uint64_t wait = i == 0 ? operand.ring.waitFree(fill) : 0;
    const uint64_t post = i + 1 == instructions.size() ? operand.ring.fullField() : 0;
    if (const auto *load = std::get_if<LoadInstruction>(&instructions[i]))
      list.push_back(placed(*load, external, operand.ring.word(fill), wait, post));
    else if (const auto *words = std::get_if<FillInstruction>(&instructions[i]))
      list.push_back(placed(*words, external, operand.ring.word(fill), wait, post));
  }
}

void PatchEmitter::emitMatmul(const Place &place, size_t index) {
  const ReductionChunk &chunk = chunks[index];
  const int64_t weightFill = fillOf(weights, place, static_cast<int64_t>(index));
  const int64_t patchFill = fillOf(patch, place, patch_part[index]);
  MatmulInstruction m = transfers.matmul(pixelsOf(place), channels[channelIndex(place)], chunk);
  m.stationary_address += weights.ring.word(weightFill);
  m.streamed_address += patch.ring.word(patchFill);
  m.accumulator_address += accumulator.word(block_number);
  m.wait_0 = loads(weights, place) ? weights.ring.fullField() : 0;
  m.wait_1 = chunk.first_of_patch && loads(patch, place) ? patch.ring.fullField() : 0;
  m.wait_2 = index == 0 ? accumulator.waitFree(block_number) : 0;
  m.post_0 = releases(weights, place) ? weights.ring.postFree(weightFill) : 0;
  m.post_1 = chunk.last_of_patch && releases(patch, place) ? patch.ring.postFree(patchFill) : 0;
  m.post_2 = index + 1 == chunks.size() ? accumulator.fullField() : 0;
  list.push_back(m);
}

void PatchEmitter::emitOutput(const Place &place) {
  const std::vector<ConvPiece> pieces = transfers.pieces(pixelsOf(place), schedule.output_pieces);
  for (size_t i = 0; i < pieces.size(); ++i) {
    const bool last = i + 1 == pieces.size();
    emitRequantize(place, pieces[i], i == 0, last);
    emitStores(place, pieces[i], last);
  }
}

void PatchEmitter::emitRequantize(const Place &place, const ConvPiece &piece, bool first, bool last) {
  RequantizeInstruction r = transfers.requantize(pixelsOf(place), channels[channelIndex(place)], piece);
  r.accumulator_address += accumulator.word(block_number);
  r.local_address += output.word(block_number);
  r.wait_0 = first ? accumulator.fullField() : 0;
  r.wait_1 = first ? output.waitFree(block_number) : 0;
  r.post_0 = last ? accumulator.postFree(block_number) : 0;
  r.post_1 = output.fullField();
  if (shape.parameter_rows > 0) {
    const int64_t fill = fillOf(parameters, place, 0);
    r.parameter_address = parameters.ring.word(fill);
    r.wait_2 = first && loads(parameters, place) ? parameters.ring.fullField() : 0;
    r.post_2 = last && releases(parameters, place) ? parameters.ring.postFree(fill) : 0;
  }
  list.push_back(r);
}

void PatchEmitter::emitStores(const Place &place, const ConvPiece &piece, bool lastPiece) {
  std::vector<StoreInstruction> stores =
      transfers.store(place.group, pixelsOf(place), channels[channelIndex(place)], piece);
  for (size_t i = 0; i < stores.size(); ++i) {
    StoreInstruction &store = stores[i];
    store.external_address += addresses.output;
    store.local_address += output.word(block_number);
    store.wait_0 = i == 0 ? output.fullField() : 0;
    store.post_0 = lastPiece && i + 1 == stores.size() ? output.postFree(block_number) : 0;
    list.push_back(store);
  }
}

} // namespace lockstep
