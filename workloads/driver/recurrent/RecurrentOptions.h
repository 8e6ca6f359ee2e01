// The fields of a RecurrentSpec by name: keys of rows, options of the command line.
#pragma once

#include "workloads/driver/recurrent/RecurrentSpec.h"

namespace lockstep {

/// Calls visit(key, member) for every field of a RecurrentSpec, constant or not.
template <typename Spec, typename Visit> void forEachField(Spec &spec, Visit &&visit) {
  visit("cell", spec.cell);
  visit("hidden", spec.hidden);
  visit("batch", spec.batch);
  visit("steps", spec.steps);
  visit("input", spec.input);
  visit("linear_before_reset", spec.linear_before_reset);
  visit("peepholes", spec.peepholes);
  visit("reverse", spec.reverse);
  visit("lengths", spec.lengths);
  visit("initial_h", spec.initial_h);
  visit("initial_c", spec.initial_c);
  visit("y", spec.y);
  visit("y_h", spec.y_h);
  visit("y_c", spec.y_c);
  visit("state", spec.state);
  visit("output", spec.output);
  visit("values", spec.values);
  visit("state_fraction_bits", spec.state_fraction_bits);
  visit("cell_fraction_bits", spec.cell_fraction_bits);
  visit("clip", spec.clip);
  visit("x_zero_point", spec.x_zero_point);
  visit("output_zero_point", spec.output_zero_point);
  visit("seed", spec.seed);
}

} // namespace lockstep
