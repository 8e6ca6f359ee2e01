#include "compiler/gemm/Emitter.h"

#include <algorithm>
#include <cassert>

namespace lockstep {

GemmEmitter::GemmEmitter(const GemmProblem &problem, const GemmRoles &roles, const GemmSchedule &schedule,
                         const Placement &placement, const GemmAddresses &addresses,
                         const Parameters &parameters, const GemmBatch &batch)
    : problem(problem), roles(roles), schedule(schedule), placement(placement), addresses(addresses),
      batch(batch), shape(problem, roles, parameters), transfers(problem, roles, parameters),
      has_parameters(problem.has_bias || problem.per_column) {
  const int64_t chunks = blockCount(schedule.reduction_split);
  addStream(streamed, schedule.streamed_residency, !schedule.columns_outer, placement.streamed, Unit::Matrix,
            chunks);
  addStream(stationary, schedule.stationary_residency, schedule.columns_outer, placement.stationary,
            Unit::Matrix, chunks);
  if (has_parameters)
    addStream(channel, schedule.parameter_residency, roles.channels_are_streams != schedule.columns_outer,
              placement.parameters, Unit::Vector, 1);
  if (has_parameters)
    channel.read_position = code.addPointer(static_cast<uint64_t>(placement.parameters.words()));
  addGates();
}

/// How often a slot of the ring is filled in the whole run.
int64_t GemmEmitter::fills(const Stream &stream) const {
  const int64_t outer = blockCount(schedule.columns_outer ? schedule.column_split : schedule.stream_split);
  const int64_t inner = blockCount(schedule.columns_outer ? schedule.stream_split : schedule.column_split);
  switch (stream.residency) {
  case Residency::Chunk:
    return batch.count * outer * inner * stream.chunks;
  case Residency::Panel:
    return batch.count * outer * stream.chunks;
  case Residency::Whole:
    return batch.count * inner * stream.chunks;
  }
  return 0;
}

void GemmEmitter::addStream(Stream &stream, Residency residency, bool followsOuter, const Ring &ring,
                            Unit consumer, int64_t chunks) {
  stream.residency = residency;
  stream.follows_outer = followsOuter;
  stream.ring = ring;
  stream.chunks = chunks;
  stream.external = code.addPointer(0);
  stream.position = code.addPointer(static_cast<uint64_t>(ring.words()));
  stream.gate = code.addGate(Unit::Load, consumer, ring.slots, fills(stream) > ring.slots);
}

void GemmEmitter::addGates() {
  const int64_t blocks = batch.count * blockCount(schedule.stream_split) * blockCount(schedule.column_split);
  output_external = code.addPointer(0);
  output_position = code.addPointer(static_cast<uint64_t>(placement.output.words()));
  accumulator_position = code.addPointer(static_cast<uint64_t>(placement.accumulator.words()));
  accumulator_read_position = code.addPointer(static_cast<uint64_t>(placement.accumulator.words()));
  accumulator_gate = code.addGate(Unit::Matrix, Unit::Vector, placement.accumulator.slots,
                                  blocks > placement.accumulator.slots);
  output_gate =
      code.addGate(Unit::Vector, Unit::Store, placement.output.slots, blocks > placement.output.slots);
  serial_gate = code.addGate(Unit::Load, Unit::Store, 1, schedule.serial && blocks > 1);
}

std::vector<GemmEmitter::Segment> GemmEmitter::segments(const BlockSplit &split, bool peelFirst,
                                                        bool peelLast) const {
  std::vector<Segment> list;
  int64_t index = 0;
  const int64_t total = blockCount(split);
  for (const BlockRun &run : split)
    for (int64_t left = run.count; left > 0;) {
      const bool first = index == 0;
      int64_t count = schedule.unrolled || (first && peelFirst) ? 1 : left;
      if (peelLast && index + count == total && count > 1)
        --count;
      list.push_back({run.size, count, first, index + count == total});
      index += count;
      left -= count;
    }
  return list;
}

std::vector<Instruction> GemmEmitter::emit() {
  emitBlocks();
  code.append(HaltInstruction{});
  return code.instructions();
}

std::vector<Instruction> GemmEmitter::emitLayer() {
  emitBlocks();
  code.drain();
  return code.instructions();
}

void GemmEmitter::emitBlocks() {
  code.repeat(batch.count, [&] {
    emitProduct();
    if (batch.count > 1)
      moveAfterProduct();
  });
}

/// What is held for the whole product is released in its last outer block, if there is another product.
void GemmEmitter::emitProduct() {
  const bool wholeOperand = streamed.residency == Residency::Whole ||
                            stationary.residency == Residency::Whole ||
                            (has_parameters && channel.residency == Residency::Whole);
  const BlockSplit &outer = schedule.columns_outer ? schedule.column_split : schedule.stream_split;
  for (const Segment &segment :
       segments(outer, wholeOperand || schedule.peeled_start, wholeOperand && batch.count > 1))
    code.repeat(segment.count, [&] { emitOuter(segment); });
}

void GemmEmitter::emitOuter(const Segment &outer) {
  const bool panel = streamed.residency == Residency::Panel || stationary.residency == Residency::Panel ||
                     (has_parameters && channel.residency == Residency::Panel);
  const bool peelFirst = panel || (schedule.peeled_start && outer.first);
  const BlockSplit &inner = schedule.columns_outer ? schedule.stream_split : schedule.column_split;
  for (const Segment &segment : segments(inner, peelFirst, panel))
    emitSegment({outer, segment});
  emitPendingOutput();
  moveAfterInner(outer);
}

/// With late output, the first block takes the output of what was before along; a loop's iterations take each
/// other's.
void GemmEmitter::emitSegment(const Place &place) {
  if (!schedule.late_output || place.inner.count == 1) {
    code.repeat(place.inner.count, [&] { emitBlock(place); });
    return;
  }
  emitBlock(place);
  code.repeat(place.inner.count - 1, [&] { emitBlock(place); });
}

void GemmEmitter::emitPendingOutput() {
  if (!pending)
    return;
  emitOutput(*pending);
  moveAfterOutput(*pending);
  pending.reset();
}

bool GemmEmitter::loads(const Stream &stream, const Place &place) const {
  return stream.residency == Residency::Chunk ||
         (stream.residency == Residency::Panel && place.inner.first) ||
         (stream.residency == Residency::Whole && place.outer.first);
}

bool GemmEmitter::releases(const Stream &stream, const Place &place) const {
  return stream.residency == Residency::Chunk || (stream.residency == Residency::Panel && place.inner.last) ||
         (stream.residency == Residency::Whole && place.outer.last && batch.count > 1);
}

BlockExtent GemmEmitter::extentOf(const Place &place, int64_t reduction) const {
  return schedule.columns_outer ? BlockExtent{place.inner.size, place.outer.size, reduction}
                                : BlockExtent{place.outer.size, place.inner.size, reduction};
}

bool GemmEmitter::fits(const BlockExtent &extent) const {
  const int64_t channels = roles.channels_are_streams ? extent.streams : extent.columns;
  return shape.stationaryWords(extent.columns, extent.reduction) <= stationary.ring.slot_words &&
         shape.streamedWords(extent.streams, extent.reduction) <= streamed.ring.slot_words &&
         shape.accumulatorWords(extent.streams, extent.columns) <= placement.accumulator.slot_words &&
         shape.outputWords(extent.streams, extent.columns, schedule.transposed_output) <=
             placement.output.slot_words &&
         (!has_parameters || shape.parameterWords(channels) <= channel.ring.slot_words);
}

void GemmEmitter::emitBlock(const Place &place) {
  // The first chunk overwrites the accumulator and the last one hands it over: both stand alone.
  for (const Segment &chunk : segments(schedule.reduction_split, true, true))
    code.repeat(chunk.count, [&] { emitChunk(place, chunk); });
  const int64_t back = -roles.reduction;
  if (loads(streamed, place))
    code.advance(streamed.external, back * roles.streamed_reduction_stride);
  if (loads(stationary, place))
    code.advance(stationary.external, back * roles.stationary_reduction_stride);
  for (const Stream *stream : {&streamed, &stationary})
    if (stream->residency == Residency::Panel && !releases(*stream, place))
      code.advance(stream->position, -stream->chunks * stream->ring.slot_words);
  if (schedule.late_output)
    emitPendingOutput();
  pending = place;
  if (!schedule.late_output)
    emitPendingOutput();
  moveAfterBlock(place);
}

void GemmEmitter::emitChunk(const Place &place, const Segment &chunk) {
  const BlockExtent extent = extentOf(place, chunk.size);
  assert(fits(extent));
  const bool loadsStationary = loads(stationary, place), loadsStreamed = loads(streamed, place);
  if (loadsStationary)
    emitOperandLoads(stationary, transfers.loadStationary(extent),
                     roles.stationary_is_a ? addresses.a : addresses.b, chunk.first);
  if (loadsStreamed)
    emitOperandLoads(streamed, transfers.loadStreamed(extent),
                     roles.stationary_is_a ? addresses.b : addresses.a, chunk.first && !loadsStationary);
  if (has_parameters && chunk.first && loads(channel, place))
    emitParameterLoad(place);

  MatmulInstruction matmul = transfers.matmul(extent, !chunk.first);
  const AddressOperand w = code.at(stationary.position, static_cast<uint64_t>(stationary.ring.base_word));
  const AddressOperand x = code.at(streamed.position, static_cast<uint64_t>(streamed.ring.base_word));
  const AddressOperand y =
      code.at(accumulator_position, static_cast<uint64_t>(placement.accumulator.base_word));
  matmul.stationary_address = w.address;
  matmul.stationary_register = w.reg;
  matmul.streamed_address = x.address;
  matmul.streamed_register = x.reg;
  matmul.accumulator_address = y.address;
  matmul.accumulator_register = y.reg;
  matmul.wait_0 = loadsStationary ? code.waitFull(stationary.gate) : 0;
  matmul.wait_1 = loadsStreamed ? code.waitFull(streamed.gate) : 0;
  matmul.wait_2 = chunk.first ? code.waitFree(accumulator_gate) : 0;
  matmul.post_0 = releases(stationary, place) ? code.postFree(stationary.gate) : 0;
  matmul.post_1 = releases(streamed, place) ? code.postFree(streamed.gate) : 0;
  matmul.post_2 = chunk.last ? code.postFull(accumulator_gate) : 0;
  code.append(matmul);

  code.advance(stationary.position, stationary.ring.slot_words);
  code.advance(streamed.position, streamed.ring.slot_words);
  if (loadsStationary)
    code.advance(stationary.external, chunk.size * roles.stationary_reduction_stride);
  if (loadsStreamed)
    code.advance(streamed.external, chunk.size * roles.streamed_reduction_stride);
}

/// The first load waits for the slot, the last one tells that it is full.
void GemmEmitter::emitOperandLoads(const Stream &stream, std::vector<LoadInstruction> loads, uint64_t base,
                                   bool startsBlock) {
  for (size_t i = 0; i < loads.size(); ++i) {
    LoadInstruction &load = loads[i];
    const AddressOperand source = code.at(stream.external, base + load.external_address);
    const AddressOperand target =
        code.at(stream.position, static_cast<uint64_t>(stream.ring.base_word) + load.local_address);
    load.external_address = source.address;
    load.external_register = source.reg;
    load.local_address = target.address;
    load.local_register = target.reg;
    load.wait_0 = i == 0 ? code.waitFree(stream.gate) : 0;
    load.wait_1 = i == 0 && startsBlock ? code.waitFree(serial_gate) : 0;
    load.post_0 = i + 1 == loads.size() ? code.postFull(stream.gate) : 0;
    code.append(load);
  }
}

void GemmEmitter::emitParameterLoad(const Place &place) {
  emitOperandLoads(channel, {transfers.loadParameters(extentOf(place, 0), addresses.parameter_array_bytes)},
                   addresses.parameters, false);
}

void GemmEmitter::emitOutput(const Place &place) {
  const BlockExtent extent = extentOf(place, 0);
  const std::vector<OutputPiece> pieces = transfers.pieces(extent, schedule.output_pieces);
  for (size_t i = 0; i < pieces.size(); ++i) {
    const bool first = i == 0, last = i + 1 == pieces.size();
    RequantizeInstruction requantize = transfers.requantize(extent, pieces[i]);
    const AddressOperand y =
        code.at(accumulator_read_position,
                static_cast<uint64_t>(placement.accumulator.base_word) + requantize.accumulator_address);
    const AddressOperand q = code.at(output_position, static_cast<uint64_t>(placement.output.base_word) +
                                                          requantize.local_address);
    requantize.accumulator_address = y.address;
    requantize.accumulator_register = y.reg;
    requantize.local_address = q.address;
    requantize.local_register = q.reg;
    requantize.wait_0 = first ? code.waitFull(accumulator_gate) : 0;
    requantize.wait_1 = first ? code.waitFree(output_gate) : 0;
    requantize.post_0 = last ? code.postFree(accumulator_gate) : 0;
    requantize.post_1 = code.postFull(output_gate);
    if (has_parameters) {
      const AddressOperand p = code.at(channel.read_position, static_cast<uint64_t>(channel.ring.base_word) +
                                                                  requantize.parameter_address);
      requantize.parameter_address = p.address;
      requantize.parameter_register = p.reg;
      requantize.wait_2 = first && loads(channel, place) ? code.waitFull(channel.gate) : 0;
      requantize.post_2 = last && releases(channel, place) ? code.postFree(channel.gate) : 0;
    } else {
      requantize.parameter_address = 0;
    }
    code.append(requantize);
    emitStores(extent, pieces[i], last);
  }
}

void GemmEmitter::emitStores(const BlockExtent &extent, const OutputPiece &piece, bool lastPiece) {
  std::vector<StoreInstruction> stores = transfers.store(extent, piece);
  for (size_t i = 0; i < stores.size(); ++i) {
    StoreInstruction &store = stores[i];
    const bool last = lastPiece && i + 1 == stores.size();
    const AddressOperand target = code.at(output_external, addresses.c + store.external_address);
    const AddressOperand source =
        code.at(output_position, static_cast<uint64_t>(placement.output.base_word) + store.local_address);
    store.external_address = target.address;
    store.external_register = target.reg;
    store.local_address = source.address;
    store.local_register = source.reg;
    store.wait_0 = i == 0 ? code.waitFull(output_gate) : 0;
    store.post_0 = last ? code.postFree(output_gate) : 0;
    store.post_1 = last ? code.postFree(serial_gate) : 0;
    code.append(store);
  }
}

int64_t GemmEmitter::outerStride(const Stream &stream) const {
  if (&stream == &streamed)
    return roles.streamed_stream_stride;
  return &stream == &stationary ? roles.stationary_column_stride : 4;
}

/// Operands of the inner loop go on to the next block.
void GemmEmitter::moveAfterBlock(const Place &place) {
  const int64_t size = place.inner.size;
  for (const Stream *stream : {&streamed, &stationary, &channel})
    if (!stream->follows_outer && (stream != &channel || has_parameters) && loads(*stream, place))
      code.advance(stream->external, size * outerStride(*stream));
  code.advance(accumulator_position, placement.accumulator.slot_words);
  if (has_parameters && channel.residency != Residency::Panel)
    code.advance(channel.position, channel.ring.slot_words);
}

void GemmEmitter::moveAfterOutput(const Place &place) {
  const int64_t bytes = elementBytes(problem.output);
  const int64_t step = schedule.columns_outer ? roles.output_stream_stride : roles.output_column_stride;
  code.advance(output_external, place.inner.size * step * bytes);
  code.advance(output_position, placement.output.slot_words);
  code.advance(accumulator_read_position, placement.accumulator.slot_words);
  if (has_parameters && channel.residency != Residency::Panel)
    code.advance(channel.read_position, channel.ring.slot_words);
}

int64_t GemmEmitter::innerTotal() const { return schedule.columns_outer ? roles.streams : roles.columns; }

/// Operands of the inner loop go back to its begin, those of the outer loop on to the next block.
void GemmEmitter::moveAfterInner(const Segment &outer) {
  const int64_t bytes = elementBytes(problem.output);
  const int64_t innerStep = schedule.columns_outer ? roles.output_stream_stride : roles.output_column_stride;
  const int64_t outerStep = schedule.columns_outer ? roles.output_column_stride : roles.output_stream_stride;
  code.advance(output_external, (outer.size * outerStep - innerTotal() * innerStep) * bytes);
  for (const Stream *stream : {&streamed, &stationary, &channel}) {
    if (stream == &channel && !has_parameters)
      continue;
    if (stream->follows_outer)
      code.advance(stream->external, outer.size * outerStride(*stream));
    else if (stream->residency == Residency::Chunk)
      code.advance(stream->external, -innerTotal() * outerStride(*stream));
  }
  if (has_parameters && channel.residency == Residency::Panel)
    for (CodeBuilder::Pointer pointer : {channel.position, channel.read_position})
      code.advance(pointer, channel.ring.slot_words);
}

int64_t GemmEmitter::outerTotal() const { return schedule.columns_outer ? roles.columns : roles.streams; }

/// Operands go on to the next product, parameters back to their begin.
void GemmEmitter::moveAfterProduct() {
  const int64_t bytes = elementBytes(problem.output);
  const int64_t outerStep = schedule.columns_outer ? roles.output_column_stride : roles.output_stream_stride;
  code.advance(output_external, batch.c_stride - outerTotal() * outerStep * bytes);
  const int64_t stationaryStride = roles.stationary_is_a ? batch.a_stride : batch.b_stride;
  const int64_t streamedStride = roles.stationary_is_a ? batch.b_stride : batch.a_stride;
  for (const auto &[stream, stride] :
       {std::pair{&streamed, streamedStride}, {&stationary, stationaryStride}, {&channel, int64_t{0}}}) {
    if (stream == &channel && !has_parameters)
      continue;
    const int64_t moved = stream->follows_outer                   ? outerTotal()
                          : stream->residency == Residency::Whole ? innerTotal()
                                                                  : 0;
    code.advance(stream->external, stride - moved * outerStride(*stream));
  }
}

} // namespace lockstep
