#include "compiler/conv/PatchPlacement.h"

#include <algorithm>
#include <string>

namespace lockstep {

Status checkConvBanks(const char *memory, int64_t used, int64_t available) {
  if (used <= available)
    return {};
  return Error{ErrorKind::Usage, "convolution schedule: needs " + std::to_string(used) + " banks of the " +
                                     memory + ", which has " + std::to_string(available) + "."};
}

PatchSlots slotsOf(const PatchShape &shape, const PatchSchedule &schedule) {
  const PixelBlock block{0, 0, largestBlock(schedule.row_split), 0, largestBlock(schedule.pixel_split)};
  const int64_t outputs = largestBlock(schedule.column_split), tiles = shape.columnTiles(outputs);
  // The tile of a few channels is smaller, but the ragged one is never larger than the others.
  const ReductionChunk chunk{0, largestBlock(schedule.reduction_split), 0,
                             largestBlock(schedule.kernel_split)};
  return {shape.weightWords(outputs, chunk), shape.patchWords(block, chunk.channels),
          block.pixels() * tiles * shape.output_words, block.pixels() * tiles, tiles * shape.parameter_rows};
}

Result<PatchPlacement> placePatch(const PatchShape &shape, const PatchSchedule &schedule,
                                  const Parameters &parameters) {
  const PatchSlots slots = slotsOf(shape, schedule);
  PatchPlacement placement;
  RingPlacer scratchpad(parameters.scratchpadBankWords());
  placement.weights = scratchpad.place(slots.weights, schedule.weight_slots);
  placement.patch = scratchpad.place(slots.patch, schedule.patch_slots);
  placement.output = scratchpad.place(slots.output, schedule.output_slots);
  placement.scratchpad_banks = scratchpad.banks;
  const int64_t bankWords = parameters.accumulatorBankWords();
  RingPlacer accumulator(bankWords);
  placement.accumulator =
      accumulator.place(roundUp(slots.accumulator, bankWords), schedule.accumulator_slots);
  if (shape.parameter_rows > 0)
    placement.parameters = accumulator.place(slots.parameters, schedule.parameter_slots);
  placement.accumulator_banks = accumulator.banks;
  if (Status s = checkConvBanks("scratchpad", placement.scratchpad_banks, parameters.scratchpad_banks); !s)
    return s.error();
  if (Status s = checkConvBanks("accumulator", placement.accumulator_banks, parameters.accumulator_banks); !s)
    return s.error();
  return placement;
}

} // namespace lockstep
