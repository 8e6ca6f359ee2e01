// A closed form of a patch schedule's cycles, good enough to discard most schedules before any code is made.
#pragma once

#include "compiler/conv/PatchShape.h"
#include "hw/machine/Parameters.h"

namespace lockstep {

class PatchEstimate {
public:
  PatchEstimate(const ConvProblem &problem, const PatchShape &shape, const Parameters &parameters)
      : problem(problem), shape(shape), parameters(parameters) {}

  /// Cycles from start to idle, approximately.
  double cycles(const PatchSchedule &schedule) const;
  /// Cycles in which the DRAM's bus is busy, reads and writes together; 0 on `fixed` memory.
  double busCycles(const PatchSchedule &schedule) const;
  /// What makes one of two equally fast schedules the better one, in cycles: less than a percent of `cycles`
  /// on `fixed` memory.
  double burden(const PatchSchedule &schedule, double cycles) const;
  /// Bursts and instructions of the program, approximately: what it costs to time it.
  double timingSteps(const PatchSchedule &schedule) const;

private:
  struct Work { // cycles of the units for an average block
    double patch = 0, weights = 0, parameters = 0, matrix = 0, vector = 0, store = 0;
  };
  struct Loops {
    double outer = 0, inner = 0, patch_chunks = 0, chunks = 0;
  };
  Work workOf(const PatchSchedule &schedule) const;
  Loops loopsOf(const PatchSchedule &schedule) const;
  double patchCycles(const PatchSchedule &schedule) const;
  double storeCycles(double pixels, double outputs) const;
  double rowCycles(double bytes, int64_t stride, int64_t word) const;
  double dramCycles(double bytes, int64_t stride) const;
  double waits(const PatchSchedule &schedule, const Work &work, const Loops &loops) const;

  const ConvProblem &problem;
  const PatchShape &shape;
  const Parameters &parameters;
};

} // namespace lockstep
