#include "compiler/conv/WindowEmitter.h"

#include "compiler/conv/PatchPlacement.h"
#include "compiler/conv/TransferLevels.h"

#include <algorithm>

namespace lockstep {
namespace {

std::vector<ChannelBlock> blocksOf(const BlockSplit &split) {
  PatchSchedule schedule;
  schedule.column_split = split;
  return channelBlocks(schedule);
}

Status checkWindowSchedule(const ConvProblem &problem, const WindowShape &shape, const WindowSchedule &s) {
  int64_t sum = 0;
  bool whole = s.tiles >= 1 && s.window_slots >= 1 && s.accumulator_slots >= 1 && s.output_slots >= 1;
  for (const BlockRun &run : s.column_split) {
    whole = whole && run.size > 0 && run.count > 0 && sum % shape.patch.columns == 0 &&
            (run.count == 1 || run.size % shape.patch.columns == 0);
    sum += run.size * run.count;
  }
  if (whole && sum == problem.out_channels)
    return {};
  return Error{ErrorKind::Usage,
               "convolution schedule: blocks of output channels add up to " + std::to_string(sum) + " of " +
                   std::to_string(problem.out_channels) +
                   ", or some but the last are not multiples of the array's columns, or a ring has "
                   "no slot."};
}

} // namespace

Result<WindowPlacement> placeWindows(const ConvProblem &problem, const WindowShape &shape,
                                     const WindowSchedule &schedule, const Parameters &parameters) {
  if (Status s = checkWindowSchedule(problem, shape, schedule); !s)
    return s.error();
  const int64_t block = largestBlock(schedule.column_split), bankWords = parameters.accumulatorBankWords();
  WindowPlacement placement;
  RingPlacer scratchpad(parameters.scratchpadBankWords());
  placement.weights = scratchpad.place(problem.out_channels * shape.tap_tiles, 1);
  placement.windows = scratchpad.place(schedule.tiles * shape.stack_words, schedule.window_slots);
  placement.output =
      scratchpad.place(schedule.tiles * shape.patch.columns * shape.pixelWords(block), schedule.output_slots);
  RingPlacer accumulator(bankWords);
  placement.accumulator =
      accumulator.place(roundUp(schedule.tiles * block, bankWords), schedule.accumulator_slots);
  if (shape.patch.parameter_rows > 0)
    placement.parameters =
        accumulator.place(shape.patch.columnTiles(problem.out_channels) * shape.patch.parameter_rows, 1);
  if (Status s = checkConvBanks("scratchpad", scratchpad.banks, parameters.scratchpad_banks); !s)
    return s.error();
  if (Status s = checkConvBanks("accumulator", accumulator.banks, parameters.accumulator_banks); !s)
    return s.error();
  return placement;
}

std::vector<int8_t> packWindowWeights(const ConvProblem &problem, const WindowShape &shape,
                                      const std::vector<int8_t> &weights) {
  std::vector<int8_t> packed(static_cast<size_t>(problem.out_channels * shape.stack_words),
                             static_cast<int8_t>(problem.weight_zero_point));
  for (int64_t k = 0; k < problem.out_channels; ++k)
    for (int64_t tap = 0; tap < shape.taps; ++tap)
      packed[static_cast<size_t>(k * shape.stack_words + tap)] =
          weights[static_cast<size_t>(tap * problem.out_channels + k)];
  return packed;
}

WindowEmitter::WindowEmitter(const ConvProblem &problem, const WindowShape &shape,
                             const WindowSchedule &schedule, const WindowPlacement &placement,
                             const ConvAddresses &addresses, const Parameters &parameters)
    : problem(problem), shape(shape), schedule(schedule), addresses(addresses),
      transfers(problem, shape, parameters), channels(blocksOf(schedule.column_split)),
      steps(ceilDivide(shape.totalTiles(), schedule.tiles)) {
  const int64_t blocks = steps * static_cast<int64_t>(channels.size());
  weights = SlotRing(placement.weights, 1, 0);
  this->parameters = SlotRing(placement.parameters, 1, 1);
  windows = SlotRing(placement.windows, steps, 2);
  accumulator = SlotRing(placement.accumulator, blocks, 3);
  output = SlotRing(placement.output, blocks, 4);
}

std::vector<Instruction> WindowEmitter::emit() {
  emitOperands();
  Step step;
  for (step.number = 0; step.number < steps; ++step.number) {
    step.first_tile = step.number * schedule.tiles;
    step.tiles = std::min(schedule.tiles, shape.totalTiles() - step.first_tile);
    emitStep(step);
  }
  return std::move(list);
}

/// Weights and parameters stay for the whole run.
void WindowEmitter::emitOperands() {
  LoadInstruction load = transfers.loadWeights();
  load.external_address += addresses.weights;
  load.local_address += weights.word(0);
  load.post_0 = weights.fullField();
  list.push_back(load);
  if (shape.patch.parameter_rows == 0)
    return;
  load = transfers.loadParameters(addresses.parameter_array_bytes);
  load.external_address += addresses.parameters;
  load.local_address += parameters.word(0);
  load.post_0 = parameters.fullField();
  list.push_back(load);
}

void WindowEmitter::emitStep(const Step &step) {
  emitWindows(step);
  for (const ChannelBlock &block : channels) {
    emitMatmul(step, block);
    emitOutput(step, block);
    ++block_number;
  }
}

void WindowEmitter::emitWindows(const Step &step) {
  std::vector<Instruction> loads = transfers.loadWindows(step.first_tile, step.tiles);
  for (size_t i = 0; i < loads.size(); ++i) {
    const uint64_t wait = i == 0 ? windows.waitFree(step.number) : 0;
    const uint64_t post = i + 1 == loads.size() ? windows.fullField() : 0;
    if (auto *load = std::get_if<LoadInstruction>(&loads[i])) {
      load->external_address += addresses.input;
      load->local_address += windows.word(step.number);
      load->wait_0 = wait;
      load->post_0 = post;
    } else if (auto *fill = std::get_if<FillInstruction>(&loads[i])) {
      fill->local_address += windows.word(step.number);
      fill->wait_0 = wait;
      fill->post_0 = post;
    }
    list.push_back(loads[i]);
  }
}

void WindowEmitter::emitMatmul(const Step &step, const ChannelBlock &block) {
  const bool first = block.first == 0, last = block.first + block.count == problem.out_channels;
  MatmulInstruction m = transfers.matmul(step.tiles, block);
  m.stationary_address += windows.word(step.number);
  m.streamed_address += weights.word(0);
  m.accumulator_address += accumulator.word(block_number);
  m.wait_0 = first ? windows.fullField() : 0;
  m.wait_1 = block_number == 0 ? weights.fullField() : 0;
  m.wait_2 = accumulator.waitFree(block_number);
  m.post_0 = last ? windows.postFree(step.number) : 0;
  m.post_1 = accumulator.fullField();
  list.push_back(m);
}

void WindowEmitter::emitOutput(const Step &step, const ChannelBlock &block) {
  RequantizeInstruction r = transfers.requantize(step.tiles, block);
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
  std::vector<StoreInstruction> stores = transfers.store(step.first_tile, step.tiles, block);
  for (size_t i = 0; i < stores.size(); ++i) {
    stores[i].external_address += addresses.output;
    stores[i].local_address += output.word(block_number);
    stores[i].wait_0 = i == 0 ? output.fullField() : 0;
    stores[i].post_0 = i + 1 == stores.size() ? output.postFree(block_number) : 0;
    list.push_back(stores[i]);
  }
}

} // namespace lockstep
