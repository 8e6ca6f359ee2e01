// All schedules of a problem on a machine that are worth an estimate.
#pragma once

#include "compiler/gemm/GemmProblem.h"
#include "compiler/gemm/GemmSchedule.h"
#include "compiler/gemm/Placement.h"
#include "compiler/gemm/Roles.h"
#include "hw/machine/Parameters.h"

#include <functional>
#include <vector>

namespace lockstep {

/// Enumerates block sizes, order of loops and residency for given roles; ring sizes follow from what is left
/// of the memories. Every schedule that it visits fits (placeGemm).
class Candidates {
public:
  Candidates(const GemmProblem &problem, const GemmRoles &roles, const Parameters &parameters);

  using Visit = std::function<void(const GemmSchedule &)>;
  void forEach(const Visit &visit) const;

  /// Gives the rings as many slots as fit, within reason. False: not even the least fits.
  bool fitSlots(GemmSchedule &schedule) const;

private:
  void visitAll(bool allSizes, const Visit &visit) const;
  void visitBlocks(GemmSchedule schedule, int64_t columnTiles, bool allSizes, const Visit &visit) const;
  void visitChunks(GemmSchedule schedule, const Visit &visit) const;
  void visitResidencies(GemmSchedule schedule, const Visit &visit) const;
  std::vector<int64_t> streamSizes(int64_t columnTiles, bool allSizes) const;
  bool fitAccumulator(GemmSchedule &schedule) const;
  bool fitScratchpad(GemmSchedule &schedule) const;
  bool scratchpadHolds(const GemmSchedule &schedule) const;
  int64_t fills(const GemmSchedule &schedule, bool streamed) const;

  const GemmProblem &problem;
  const GemmRoles &roles;
  const Parameters &parameters;
  TileShape shape;
};

} // namespace lockstep
