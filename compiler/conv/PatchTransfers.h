// The instructions of one block or chunk of a patch schedule, relative to its slots.
#pragma once

#include "compiler/conv/PatchShape.h"
#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// A part of a block's output: pixels, or rows of pixels where rows are not contiguous.
struct ConvPiece {
  int64_t first = 0, count = 0; // pixels of the block in row-major order
};

/// Addresses are displacements: local ones within the slot, external ones within the tensor. Words of a slot:
/// patch [patch row, patch column, channel tile], weights as in PatchShape, accumulator [column tile, pixel],
/// output [pixel, column tile], parameters [column tile, parameter row].
class PatchTransfers {
public:
  PatchTransfers(const ConvProblem &problem, const PatchShape &shape) : problem(problem), shape(shape) {}

  /// Fills round the image first, then loads; one of them at least.
  std::vector<Instruction> loadPatch(int64_t group, const PixelBlock &block,
                                     const ReductionChunk &chunk) const;
  LoadInstruction loadWeights(int64_t bytes) const;
  LoadInstruction loadParameters(int64_t group, const ChannelBlock &channels, int64_t arrayBytes) const;
  MatmulInstruction matmul(const PixelBlock &block, const ChannelBlock &channels,
                           const ReductionChunk &chunk) const;

  std::vector<ConvPiece> pieces(const PixelBlock &block, int64_t count) const;
  RequantizeInstruction requantize(const PixelBlock &block, const ChannelBlock &channels,
                                   const ConvPiece &piece) const;
  std::vector<StoreInstruction> store(int64_t group, const PixelBlock &block, const ChannelBlock &channels,
                                      const ConvPiece &piece) const;

private:
  /// Positions first to last - 1 of a patch axis lie in the image.
  struct Valid {
    int64_t first, last;
    bool any() const { return first < last; }
  };
  Valid validOf(const PatchAxis &axis, int64_t origin, int64_t length) const;
  LoadInstruction loadImage(const PixelBlock &block, const ReductionChunk &chunk, const Valid &y,
                            const Valid &x) const;
  FillInstruction fillWords(int64_t word, int64_t rows, int64_t pixels, int64_t tiles,
                            int64_t rowStride) const;
  bool isLinear(const PixelBlock &block) const;
  StoreInstruction storeRows(const PixelBlock &block, const ConvPiece &piece, int64_t bytes, int64_t chunk,
                             int64_t pixelWords) const;

  const ConvProblem &problem;
  const PatchShape &shape;
};

/// Scale, zero point and clamp of the problem.
void setRescale(RequantizeInstruction &requantize, const ConvProblem &problem);

} // namespace lockstep
