// The instructions of one step of a window schedule, relative to its slots.
#pragma once

#include "compiler/conv/PatchTransfers.h"
#include "compiler/conv/WindowShape.h"
#include "hw/isa/Instruction.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Tiles of windows and a block of output channels. Addresses are displacements, as in PatchTransfers. Words
/// of a slot: windows [tile, tap], weights [output channel, tap tile], accumulator [tile, output channel],
/// output [tile, column, group of V output channels], parameters [block of C channels, parameter row].
class WindowTransfers {
public:
  WindowTransfers(const ConvProblem &problem, const WindowShape &shape, const Parameters &parameters)
      : problem(problem), shape(shape), burst_bytes(parameters.memory_burst_bytes) {}

  std::vector<Instruction> loadWindows(int64_t firstTile, int64_t tiles) const;
  LoadInstruction loadWeights() const;
  LoadInstruction loadParameters(int64_t arrayBytes) const;
  MatmulInstruction matmul(int64_t tiles, const ChannelBlock &channels) const;
  RequantizeInstruction requantize(int64_t tiles, const ChannelBlock &channels) const;
  std::vector<StoreInstruction> store(int64_t firstTile, int64_t tiles, const ChannelBlock &channels) const;

private:
  /// Kernel columns s, s + 1, ... that one load brings, and the columns of the array that they are valid for.
  struct Run {
    int64_t s, length, columns;
  };
  std::vector<Run> runsOf(const WindowTile &tile) const;
  bool pixelsContiguous() const;
  LoadInstruction loadPlain(const Run &run) const;
  LoadInstruction loadTurned(const Run &run, bool descending) const;
  void loadSegment(const WindowSegment &segment, int64_t slot, std::vector<Instruction> &list) const;
  void loadTiles(const WindowSegment &segment, int64_t tile, int64_t tiles, int64_t slot, int64_t firstRow,
                 int64_t lastRow, std::vector<Instruction> &list) const;
  void fillRows(int64_t slot, int64_t tiles, int64_t firstRow, int64_t lastRow,
                std::vector<Instruction> &list) const;
  StoreInstruction storeTiles(const WindowSegment &segment, int64_t tile, int64_t pixels, int64_t slot,
                              const ChannelBlock &channels) const;

  const ConvProblem &problem;
  const WindowShape &shape;
  int64_t burst_bytes;
};

} // namespace lockstep
