// The load, matmul, requantize and store instructions of one block or chunk. Addresses and semaphores are the
// caller's.
#pragma once

#include "compiler/gemm/GemmProblem.h"
#include "compiler/gemm/Placement.h"
#include "compiler/gemm/Roles.h"
#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Streams, columns and reduction of a block or chunk.
struct BlockExtent {
  int64_t streams = 0, columns = 0, reduction = 0;
};

/// A part of an output block: streams (plain) or column tiles (turned) from `first` on.
struct OutputPiece {
  int64_t first = 0, count = 0;
};

/// Makes instructions whose addresses are relative to the block: external_address and local_address (or
/// accumulator_address and so on) hold displacements to which the caller adds its own. Words of a slot:
///   streamed [stream, reduction tile]; stationary [column tile, reduction tile, word of the tile];
///   accumulator [column tile, stream]; output plain [stream, column tile], turned [column, group of V
///   streams]; parameters [block of C channels, parameter row].
class Transfers {
public:
  Transfers(const GemmProblem &problem, const GemmRoles &roles, const Parameters &parameters)
      : problem(problem), roles(roles), parameters(parameters), shape(problem, roles, parameters) {}

  std::vector<LoadInstruction> loadStreamed(const BlockExtent &block) const;
  std::vector<LoadInstruction> loadStationary(const BlockExtent &block) const;
  /// `arrayBytes`: bytes from bias to multiplier to shift in external memory.
  LoadInstruction loadParameters(const BlockExtent &block, int64_t arrayBytes) const;
  MatmulInstruction matmul(const BlockExtent &block, bool accumulate) const;

  std::vector<OutputPiece> pieces(const BlockExtent &block, int64_t count) const;
  RequantizeInstruction requantize(const BlockExtent &block, const OutputPiece &piece) const;
  std::vector<StoreInstruction> store(const BlockExtent &block, const OutputPiece &piece) const;

private:
  std::vector<LoadInstruction> loadStreamedDirect(const BlockExtent &block) const;
  std::vector<LoadInstruction> loadStreamedTurned(const BlockExtent &block) const;
  std::vector<LoadInstruction> loadTileRows(const BlockExtent &block) const;
  std::vector<LoadInstruction> loadTileColumns(const BlockExtent &block) const;
  std::vector<StoreInstruction> storePlain(const BlockExtent &block, const OutputPiece &piece) const;
  std::vector<StoreInstruction> storeSplitRows(const BlockExtent &block, const OutputPiece &piece) const;
  std::vector<StoreInstruction> storeTurned(const BlockExtent &block, const OutputPiece &piece) const;
  void rescale(RequantizeInstruction &requantize) const;

  const GemmProblem &problem;
  const GemmRoles &roles;
  const Parameters &parameters;
  TileShape shape;
};

} // namespace lockstep
