// All patch schedules of a convolution on a machine that are worth an estimate.
#pragma once

#include "compiler/conv/PatchPlacement.h"
#include "compiler/conv/PatchShape.h"
#include "hw/machine/Parameters.h"

#include <functional>
#include <vector>

namespace lockstep {

/// Enumerates block sizes, order of loops and residency for given merged groups; ring sizes follow from what
/// is left of the memories. Every schedule that it visits fits (placePatch). Coarse sizes first; all sizes
/// only where nothing else fits.
class PatchCandidates {
public:
  PatchCandidates(const ConvProblem &problem, const PatchShape &shape, int64_t merged,
                  const Parameters &parameters)
      : problem(problem), shape(shape), merged(merged), parameters(parameters) {}

  using Visit = std::function<void(const PatchSchedule &)>;
  void forEach(const Visit &visit) const;
  /// Gives the rings as many slots as fit, within reason. False: not even the least fits.
  bool fitSlots(PatchSchedule &schedule) const;

private:
  struct Rectangle {
    int64_t rows, columns;
  };
  std::vector<Rectangle> rectangles(int64_t columnTiles) const;
  std::vector<int64_t> chunkSizes() const;
  void visitOrders(PatchSchedule schedule, const Visit &visit) const;
  bool fitAccumulator(PatchSchedule &schedule, const PatchSlots &slots) const;
  bool fitScratchpad(PatchSchedule &schedule, const PatchSlots &slots) const;

  const ConvProblem &problem;
  const PatchShape &shape;
  int64_t merged;
  const Parameters &parameters;
};

} // namespace lockstep
