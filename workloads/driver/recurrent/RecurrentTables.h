// Rows of the tables of recurrent layers, and what is told of all of them.
#pragma once

#include "workloads/driver/recurrent/RecurrentJob.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// What `bench` makes of the rows of a table.
struct RecurrentSelection {
  RecurrentPart part = RecurrentPart::Both;
  int64_t steps = 0; // at most; 0: the table's
  std::string state = "int16";
  uint64_t rtl_cycles = kUsualRtlCycles, rtl_short = kUsualRtlShort;
};

/// --part, --steps, --state, --rtl-cycles, --rtl-short.
void addRecurrentSelection(CLI::App &app, RecurrentSelection &selection);

/// Layers of the tables whose labels contain `filter`, the first `limit` of them (0: all). Errors (Usage): an
/// unknown table, a name or number outside of its limits, no layer.
Result<std::vector<RecurrentSpec>> recurrentLayers(const std::vector<std::string> &tables,
                                                   const RecurrentSelection &selection,
                                                   const std::string &filter, uint64_t limit, uint64_t seed);

/// A line for each kind of cell: geometric mean and least percentage of the bound, of the loop and of the
/// whole layer. Empty if the rows are no recurrent layers or have no cycles.
std::string showCells(const std::vector<Row> &rows);

} // namespace lockstep
