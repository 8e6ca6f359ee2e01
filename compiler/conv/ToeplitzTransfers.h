// The instructions of one step of a Toeplitz schedule, relative to its slots.
#pragma once

#include "compiler/conv/PatchTransfers.h"
#include "compiler/conv/ToeplitzShape.h"
#include "hw/isa/Instruction.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Addresses are displacements. Words of a slot: positions [channel, patch row, block], weights [direction,
/// channel, kernel row, lane], accumulator [channel, row, block], output [row, block, pixel], parameters
/// [block of C channels, parameter row].
class ToeplitzTransfers {
public:
  ToeplitzTransfers(const ConvProblem &problem, const ToeplitzShape &shape)
      : problem(problem), shape(shape) {}

  std::vector<Instruction> loadPositions(const ToeplitzStep &step, const ChannelBlock &group) const;
  LoadInstruction loadWeights(const ChannelBlock &group) const;
  LoadInstruction loadParameters(int64_t arrayBytes) const;
  /// `group`: the channels that are loaded together; `block`: those of them that are computed.
  MatmulInstruction matmul(const ToeplitzStep &step, const ChannelBlock &group,
                           const ChannelBlock &block) const;
  RequantizeInstruction requantize(const ToeplitzStep &step, const ChannelBlock &block) const;
  StoreInstruction store(const ToeplitzStep &step, const ChannelBlock &block) const;

  /// Bytes of the weights of a group's channels, both directions.
  int64_t weightBytes(const ChannelBlock &group) const;
  int64_t weightWords(const ChannelBlock &group) const;
  int64_t positionWords(const ToeplitzStep &step, const ChannelBlock &group) const;
  int64_t outputWords(const ToeplitzStep &step) const;

private:
  FillInstruction fillWords(int64_t word, int64_t channels, int64_t rows, int64_t blocks,
                            const ToeplitzStep &step) const;
  void loadBlocks(const ToeplitzStep &step, const ChannelBlock &group, int64_t firstRow, int64_t lastRow,
                  std::vector<Instruction> &list) const;
  int64_t patchRows(const ToeplitzStep &step) const { return shape.patch.vertical.length(step.rows); }

  const ConvProblem &problem;
  const ToeplitzShape &shape;
};

} // namespace lockstep
