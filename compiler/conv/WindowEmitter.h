// From a window schedule to instructions; placement and packing too.
#pragma once

#include "compiler/conv/ConvScheduler.h"
#include "compiler/conv/SlotRing.h"
#include "compiler/conv/WindowShape.h"
#include "compiler/conv/WindowTransfers.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Weights, windows and outputs in disjoint banks of the scratchpad; accumulator slots and parameters in
/// banks of their own.
struct WindowPlacement {
  Ring weights, windows, output; // scratchpad
  Ring accumulator, parameters;  // accumulator
};

/// Errors (Usage): blocks do not add up; it does not fit the machine, and by how much.
Result<WindowPlacement> placeWindows(const ConvProblem &problem, const WindowShape &shape,
                                     const WindowSchedule &schedule, const Parameters &parameters);

/// [output channel, tap], taps padded to whole tiles with the zero point; from [r, s, c, k].
std::vector<int8_t> packWindowWeights(const ConvProblem &problem, const WindowShape &shape,
                                      const std::vector<int8_t> &weights);

/// Straight-line code, all semaphores at zero in the end. Steps of tiles outside, blocks of output channels
/// inside.
class WindowEmitter {
public:
  WindowEmitter(const ConvProblem &problem, const WindowShape &shape, const WindowSchedule &schedule,
                const WindowPlacement &placement, const ConvAddresses &addresses,
                const Parameters &parameters);

  std::vector<Instruction> emit();

private:
  struct Step {
    int64_t number = 0, first_tile = 0, tiles = 0;
  };
  void emitOperands();
  void emitStep(const Step &step);
  void emitWindows(const Step &step);
  void emitMatmul(const Step &step, const ChannelBlock &block);
  void emitOutput(const Step &step, const ChannelBlock &block);

  const ConvProblem &problem;
  const WindowShape &shape;
  const WindowSchedule &schedule;
  ConvAddresses addresses;
  WindowTransfers transfers;
  std::vector<ChannelBlock> channels;
  int64_t steps;
  SlotRing weights, parameters, windows, accumulator, output;
  int64_t block_number = 0;
  std::vector<Instruction> list;
};

} // namespace lockstep
