// Values of the vector unit (manual, chapter "Vector unit").
#pragma once

#include "hw/isa/Instruction.h"
#include "sim/kernel/Rescale.h"
#include "sim/kernel/Transfers.h"

#include <vector>

namespace lockstep {

/// Executes requantize instructions over the two on-chip memories of one machine.
class Requantizer {
public:
  /// `columns` of the array; word sizes are those of the arrays given to execute().
  Requantizer(size_t columns, size_t vectorBytes, KernelIsa isa);

  /// False, with no effect, if words lie outside of a memory or a count or type is impossible.
  bool execute(const RequantizeInstruction &instruction, const WordArray &accumulator,
               const WordArray &scratchpad);

private:
  struct Block; // rows of one column block that share their scale, or not (channel_axis 1)

  bool possible(const RequantizeInstruction &q, const WordArray &accumulator,
                const WordArray &scratchpad) const;
  bool targetsLieWithin(const RequantizeInstruction &q, uint64_t numWords) const;
  void setOutput(const RequantizeInstruction &q);
  void copyInt32Block(const RequantizeInstruction &q, const Block &block);
  void rescaleBlock(const RequantizeInstruction &q, const Block &block, size_t firstRow,
                    const RescaleRows &rows);
  void plainRows(const RequantizeInstruction &q, const Block &block, size_t firstRow, const RescaleRows &rows,
                 size_t rowBytes);
  void plainBlock(const RequantizeInstruction &q, const Block &block);
  void turnedBlock(const RequantizeInstruction &q, const Block &block);
  void turnGroup(const RequantizeInstruction &q, const Block &block, size_t group);
  void loadScale(const RequantizeInstruction &q, const WordArray &accumulator, uint64_t parameterBlock);
  void broadcastScale(const RequantizeInstruction &q, const WordArray &accumulator, uint64_t row);

  size_t numColumns, numVectorBytes;
  RescaleFunction rescale;
  LaneScale scale;
  std::vector<uint8_t> tile; // [V, C] int8: a group of rows before it is turned
};

} // namespace lockstep
