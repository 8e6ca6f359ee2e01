// Totals over rows.
#pragma once

#include "workloads/driver/support/Row.h"

#include <string>
#include <vector>

namespace lockstep {

struct Summary {
  uint64_t rows = 0, failed = 0;                   // failed: an error instead of a row
  uint64_t different = 0;                          // bits or cycles differ
  uint64_t bits_compared = 0, cycles_compared = 0; // rows that tell
  double cycles = 0, bound_cycles = 0, macs = 0;
  double geometric_mean_percent = 0, least_percent = 0; // of the bound, over rows with cycles
  double simulation_seconds = 0;                        // sum of the rows'
  double onednn_seconds = 0, onednn_macs = 0;
};

Summary summarize(const std::vector<Row> &rows, uint64_t failed);

/// A few lines of text. `elapsed_seconds` is the wall clock of the whole command.
std::string showSummary(const Summary &summary, double elapsed_seconds);

} // namespace lockstep
