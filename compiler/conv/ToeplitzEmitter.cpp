#include "compiler/conv/ToeplitzEmitter.h"

#include "compiler/conv/PatchPlacement.h"
#include "compiler/conv/TransferLevels.h"

#include <algorithm>

namespace lockstep {

std::vector<ChannelBlock> toeplitzGroups(const ToeplitzShape &shape, const ToeplitzSchedule &schedule) {
  std::vector<ChannelBlock> groups;
  for (int64_t first = 0; first < shape.channels; first += schedule.channels)
    groups.push_back({first, std::min(schedule.channels, shape.channels - first)});
  return groups;
}

Result<ToeplitzPlacement> placeToeplitz(const ConvProblem &problem, const ToeplitzShape &shape,
                                        const ToeplitzSchedule &s, const Parameters &parameters) {
  if (s.blocks < 1 || s.rows < 1 || s.channels < 1 || s.channels % shape.block_channels != 0 ||
      s.weight_slots < 1 || s.position_slots < 1 || s.accumulator_slots < 1 || s.output_slots < 1)
    return Error{ErrorKind::Usage, "convolution schedule: channels of a group are not a multiple of " +
                                       std::to_string(shape.block_channels) +
                                       ", or a block or ring is empty."};
  const ToeplitzTransfers transfers(problem, shape);
  const ChannelBlock group{0, std::min(s.channels, shape.channels)};
  ToeplitzStep step;
  for (const ToeplitzRange &range : shape.ranges(s))
    step.range.count = std::max(step.range.count, range.count);
  step.rows = std::min(s.rows, problem.outHeight());
  const int64_t bankWords = parameters.accumulatorBankWords();
  ToeplitzPlacement placement;
  RingPlacer scratchpad(parameters.scratchpadBankWords());
  placement.weights = scratchpad.place(transfers.weightWords(group), s.weight_slots);
  placement.positions = scratchpad.place(transfers.positionWords(step, group), s.position_slots);
  placement.output = scratchpad.place(transfers.outputWords(step), s.output_slots);
  RingPlacer accumulator(bankWords);
  const int64_t words = std::min(shape.block_channels, group.count) * step.streams();
  placement.accumulator = accumulator.place(roundUp(words, bankWords), s.accumulator_slots);
  if (shape.patch.parameter_rows > 0)
    placement.parameters =
        accumulator.place(shape.patch.columnTiles(shape.channels) * shape.patch.parameter_rows, 1);
  if (Status status = checkConvBanks("scratchpad", scratchpad.banks, parameters.scratchpad_banks); !status)
    return status.error();
  if (Status status = checkConvBanks("accumulator", accumulator.banks, parameters.accumulator_banks); !status)
    return status.error();
  return placement;
}

namespace {

/// The banded tile of a channel and kernel row: lane i meets pixel j at tap s if their positions agree.
void packTile(const ConvProblem &p, const ToeplitzShape &shape, bool descends, const int8_t *taps,
              int8_t *tile) {
  for (int64_t pixel = 0; pixel < shape.outputs; ++pixel)
    for (int64_t s = 0; s < p.kernel_width; ++s) {
      const int64_t position = pixel * p.stride_w + s * p.dilation_w;
      const int64_t lane = descends ? shape.lanes - 1 - position : position;
      tile[lane * shape.patch.columns + pixel] = taps[s];
    }
}

} // namespace

std::vector<int8_t> packToeplitzWeights(const ConvProblem &p, const ToeplitzShape &shape,
                                        const ToeplitzSchedule &schedule,
                                        const std::vector<int8_t> &weights) {
  const ToeplitzTransfers transfers(p, shape);
  const int64_t tileBytes = shape.tile_words * shape.patch.columns;
  std::vector<int8_t> packed;
  for (const ChannelBlock &group : toeplitzGroups(shape, schedule)) {
    const size_t base = packed.size();
    packed.resize(base + static_cast<size_t>(transfers.weightBytes(group)),
                  static_cast<int8_t>(p.weight_zero_point));
    for (int64_t descends : {0, 1})
      for (int64_t c = 0; c < group.count; ++c)
        for (int64_t r = 0; r < p.kernel_height; ++r)
          packTile(p, shape, descends != 0,
                   weights.data() + ((group.first + c) * p.kernel_height + r) * p.kernel_width,
                   packed.data() + base + ((descends * group.count + c) * p.kernel_height + r) * tileBytes);
  }
  return packed;
}

ToeplitzEmitter::ToeplitzEmitter(const ConvProblem &problem, const ToeplitzShape &shape,
                                 const ToeplitzSchedule &schedule, const ToeplitzPlacement &placement,
                                 const ConvAddresses &addresses)
    : problem(problem), shape(shape), addresses(addresses), transfers(problem, shape),
      groups(toeplitzGroups(shape, schedule)), steps(shape.steps(problem, schedule)) {
  const auto numSteps = static_cast<int64_t>(steps.size()), numGroups = static_cast<int64_t>(groups.size());
  const int64_t blocks = numSteps * ceilDivide(shape.channels, shape.block_channels);
  weights = SlotRing(placement.weights, numGroups, 0);
  parameters = SlotRing(placement.parameters, 1, 1);
  positions = SlotRing(placement.positions, numGroups * numSteps, 2);
  accumulator = SlotRing(placement.accumulator, blocks, 3);
  output = SlotRing(placement.output, blocks, 4);
}

std::vector<Instruction> ToeplitzEmitter::emit() {
  for (size_t group = 0; group < groups.size(); ++group) {
    emitWeights(group);
    if (group == 0)
      emitParameters();
    for (const ToeplitzStep &step : steps) {
      emitPositions(group, step);
      const ChannelBlock &all = groups[group];
      for (int64_t first = 0; first < all.count; first += shape.block_channels)
        emitBlock(group, step, {all.first + first, std::min(shape.block_channels, all.count - first)});
      ++fill_number;
    }
  }
  return std::move(list);
}

void ToeplitzEmitter::emitParameters() {
  if (shape.patch.parameter_rows == 0)
    return;
  LoadInstruction load = transfers.loadParameters(addresses.parameter_array_bytes);
  load.external_address += addresses.parameters;
  load.local_address += parameters.word(0);
  load.post_0 = parameters.fullField();
  list.push_back(load);
}

void ToeplitzEmitter::emitWeights(size_t group) {
  const auto number = static_cast<int64_t>(group);
  LoadInstruction load = transfers.loadWeights(groups[group]);
  load.external_address += addresses.weights + weight_bytes;
  load.local_address += weights.word(number);
  load.wait_0 = weights.waitFree(number);
  load.post_0 = weights.fullField();
  list.push_back(load);
  weight_bytes += convField(transfers.weightBytes(groups[group]));
}

void ToeplitzEmitter::emitPositions(size_t group, const ToeplitzStep &step) {
  std::vector<Instruction> loads = transfers.loadPositions(step, groups[group]);
  for (size_t i = 0; i < loads.size(); ++i) {
    const uint64_t wait = i == 0 ? positions.waitFree(fill_number) : 0;
    const uint64_t post = i + 1 == loads.size() ? positions.fullField() : 0;
    if (auto *load = std::get_if<LoadInstruction>(&loads[i])) {
      load->external_address += addresses.input;
      load->local_address += positions.word(fill_number);
      load->wait_0 = wait;
      load->post_0 = post;
    } else if (auto *fill = std::get_if<FillInstruction>(&loads[i])) {
      fill->local_address += positions.word(fill_number);
      fill->wait_0 = wait;
      fill->post_0 = post;
    }
    list.push_back(loads[i]);
  }
}

void ToeplitzEmitter::emitBlock(size_t group, const ToeplitzStep &step, const ChannelBlock &block) {
  emitMatmul(group, step, block);
  emitOutput(step, block);
  ++block_number;
}

void ToeplitzEmitter::emitMatmul(size_t group, const ToeplitzStep &step, const ChannelBlock &block) {
  const ChannelBlock &all = groups[group];
  const bool firstBlock = block.first == all.first,
             lastBlock = block.first + block.count == all.first + all.count;
  const bool firstStep = &step == &steps.front(), lastStep = &step == &steps.back();
  const auto number = static_cast<int64_t>(group);
  MatmulInstruction m = transfers.matmul(step, all, block);
  m.stationary_address += weights.word(number);
  m.streamed_address += positions.word(fill_number);
  m.accumulator_address += accumulator.word(block_number);
  m.wait_0 = firstBlock && firstStep ? weights.fullField() : 0;
  m.wait_1 = firstBlock ? positions.fullField() : 0;
  m.wait_2 = accumulator.waitFree(block_number);
  m.post_0 = lastBlock && lastStep ? weights.postFree(number) : 0;
  m.post_1 = lastBlock ? positions.postFree(fill_number) : 0;
  m.post_2 = accumulator.fullField();
  list.push_back(m);
}

void ToeplitzEmitter::emitOutput(const ToeplitzStep &step, const ChannelBlock &block) {
  RequantizeInstruction r = transfers.requantize(step, block);
  r.accumulator_address += accumulator.word(block_number);
  r.local_address += output.word(block_number);
  r.wait_0 = accumulator.fullField();
  r.wait_1 = output.waitFree(block_number);
  r.post_0 = accumulator.postFree(block_number);
  r.post_1 = output.fullField();
  if (shape.patch.parameter_rows > 0) {
    r.parameter_address += parameters.word(0);
    r.wait_2 = block_number == 0 ? parameters.fullField() : 0;
  } else {
    r.parameter_address = 0;
  }
  list.push_back(r);
  StoreInstruction store = transfers.store(step, block);
  store.external_address += addresses.output;
  store.local_address += output.word(block_number);
  store.wait_0 = output.fullField();
  store.post_0 = output.postFree(block_number);
  list.push_back(store);
}

} // namespace lockstep
