// From a patch schedule to instructions.
#pragma once

#include "compiler/conv/ConvScheduler.h"
#include "compiler/conv/PatchPlacement.h"
#include "compiler/conv/PatchTransfers.h"
#include "compiler/conv/PatchWeights.h"
#include "compiler/conv/SlotRing.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Emits straight-line code, all semaphores at zero in the end. All inputs have to outlive it; the schedule
/// has to fit (placePatch).
class PatchEmitter {
public:
  PatchEmitter(const ConvProblem &problem, const PatchShape &shape, const PatchSchedule &schedule,
               const PatchPlacement &placement, const ConvAddresses &addresses);

  std::vector<Instruction> emit();

private:
  /// Patches, weights or parameters: which fill holds what.
  struct Operand {
    SlotRing ring;
    Residency residency = Residency::Chunk;
    int64_t parts = 0;         // fills of a block
    int64_t next = 0;          // number of the next fill
    std::vector<int64_t> held; // fill by part, or by inner block and part if whole
  };
  struct Place {
    int64_t group = 0;
    size_t outer = 0, inner = 0;
  };

  void addOperand(Operand &operand, Residency residency, const Ring &ring, int64_t parts);
  int64_t fillsOf(Residency residency, int64_t parts) const;
  bool loads(const Operand &operand, const Place &place) const;
  bool releases(const Operand &operand, const Place &place) const;
  int64_t &fillOf(Operand &operand, const Place &place, int64_t part) const;
  const PixelBlock &pixelsOf(const Place &place) const;
  size_t channelIndex(const Place &place) const;

  void emitBlock(const Place &place);
  void emitChunk(const Place &place, size_t chunk);
  void emitLoads(Operand &operand, const Place &place, int64_t part, uint64_t external,
                 std::vector<Instruction> instructions);
  void emitMatmul(const Place &place, size_t chunk);
  void emitOutput(const Place &place);
  void emitRequantize(const Place &place, const ConvPiece &piece, bool first, bool last);
  void emitStores(const Place &place, const ConvPiece &piece, bool last);

  const ConvProblem &problem;
  const PatchShape &shape;
  const PatchSchedule &schedule;
  const PatchPlacement &placement;
  ConvAddresses addresses;
  PatchTransfers transfers;
  PatchWeights layout;
  std::vector<PixelBlock> pixels;
  std::vector<ChannelBlock> channels;
  std::vector<ReductionChunk> chunks;
  std::vector<int64_t> patch_part; // of each chunk
  Operand patch, weights, parameters;
  SlotRing accumulator, output;
  int64_t block_number = 0;
  unsigned rings = 0;
  std::vector<Instruction> list;
};

} // namespace lockstep
