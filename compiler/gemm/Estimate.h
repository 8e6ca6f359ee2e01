// A closed form of a schedule's cycles, good enough to discard most schedules before any code is made for
// them.
#pragma once

#include "compiler/gemm/GemmProblem.h"
#include "compiler/gemm/GemmSchedule.h"
#include "compiler/gemm/Placement.h"
#include "compiler/gemm/Roles.h"
#include "hw/machine/Parameters.h"

namespace lockstep {

class Estimate {
public:
  Estimate(const GemmProblem &problem, const GemmRoles &roles, const Parameters &parameters);

  /// Cycles from start to idle, approximately.
  double cycles(const GemmSchedule &schedule) const;

  /// What makes one of two equally fast schedules the better one, in cycles: bytes loaded (a margin where
  /// memory is slower than promised) and instructions (so that simulations are fast). At most a part of a
  /// percent of `cycles`.
  double burden(const GemmSchedule &schedule, double cycles) const;

private:
  struct Work { // of one output block, in cycles of each unit
    double streamed = 0, stationary = 0, parameters = 0, matrix = 0, vector = 0, store = 0, sequencer = 0;
  };
  Work workOf(const GemmSchedule &schedule) const;
  double rowsCycles(double rows, double bytes, int64_t stride, int64_t chunk) const;
  double dramRowCycles(double bytes, int64_t stride) const;
  double streamedCycles(double streams, double reduction) const;
  double stationaryCycles(double columns, double reduction) const;
  double storeCycles(double streams, double columns) const;
  double vectorCycles(double streams, double columns) const;
  double overlapped(const GemmSchedule &schedule, double load, const Work &work, double blocks) const;
  double phases(const GemmSchedule &schedule, const Work &work) const;

  const GemmProblem &problem;
  const GemmRoles &roles;
  const Parameters &parameters;
  TileShape shape;
};

} // namespace lockstep
