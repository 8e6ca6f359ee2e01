// From a Toeplitz schedule to instructions; placement and packing too.
#pragma once

#include "compiler/conv/ConvScheduler.h"
#include "compiler/conv/SlotRing.h"
#include "compiler/conv/ToeplitzShape.h"
#include "compiler/conv/ToeplitzTransfers.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Weights, positions and outputs in disjoint banks of the scratchpad; accumulator slots and parameters in
/// banks of their own.
struct ToeplitzPlacement {
  Ring weights, positions, output; // scratchpad
  Ring accumulator, parameters;    // accumulator
};

/// Errors (Usage): impossible blocks; it does not fit the machine, and by how much.
Result<ToeplitzPlacement> placeToeplitz(const ConvProblem &problem, const ToeplitzShape &shape,
                                        const ToeplitzSchedule &schedule, const Parameters &parameters);

/// Channels in groups that are loaded together.
std::vector<ChannelBlock> toeplitzGroups(const ToeplitzShape &shape, const ToeplitzSchedule &schedule);

/// Group after group, [direction, channel, kernel row, lane, pixel]; all but the band is the zero point. From
/// [groups, r, s].
std::vector<int8_t> packToeplitzWeights(const ConvProblem &problem, const ToeplitzShape &shape,
                                        const ToeplitzSchedule &schedule, const std::vector<int8_t> &weights);

/// Straight-line code, all semaphores at zero in the end. Groups of channels outside, steps inside, then
/// blocks of channels.
class ToeplitzEmitter {
public:
  ToeplitzEmitter(const ConvProblem &problem, const ToeplitzShape &shape, const ToeplitzSchedule &schedule,
                  const ToeplitzPlacement &placement, const ConvAddresses &addresses);

  std::vector<Instruction> emit();

private:
  void emitParameters();
  void emitWeights(size_t group);
  void emitPositions(size_t group, const ToeplitzStep &step);
  void emitBlock(size_t group, const ToeplitzStep &step, const ChannelBlock &block);
  void emitMatmul(size_t group, const ToeplitzStep &step, const ChannelBlock &block);
  void emitOutput(const ToeplitzStep &step, const ChannelBlock &block);

  const ConvProblem &problem;
  const ToeplitzShape &shape;
  ConvAddresses addresses;
  ToeplitzTransfers transfers;
  std::vector<ChannelBlock> groups;
  std::vector<ToeplitzStep> steps;
  SlotRing weights, parameters, positions, accumulator, output;
  int64_t block_number = 0, fill_number = 0; // of accumulator and output; of positions
  uint64_t weight_bytes = 0;                 // of the groups so far
  std::vector<Instruction> list;
};

} // namespace lockstep
