// What a machine costs in silicon: Yosys' count of gates for each block of the RTL, and the bits of its
// SRAMs.
#pragma once

#include "hw/machine/Parameters.h"
#include "workloads/driver/support/Row.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lockstep {

/// Cells and instances of one module of the elaborated design, itself alone.
struct AreaModule {
  std::map<std::string, uint64_t> cells; // by type: gates, and names of other modules
  uint64_t sram_bits = 0;
};
using AreaDesign = std::map<std::string, AreaModule>; // by elaborated name

/// Transistors of one gate in static CMOS, as Yosys' `stat -tech cmos` counts them; a flip-flop is 16, and 12
/// more for an enable, 6 more for a synchronous or 4 more for an asynchronous reset. 0 for what is not a
/// gate.
uint64_t transistorsOf(const std::string &cell);

/// Modules of `stat -json` (whose text may hold other lines) and SRAMs of `dump -m t:sram`. Errors: System,
/// for other text.
Result<AreaDesign> parseArea(const std::string &stat, const std::string &dump);

/// One row for each module name: `module`, `instances`, `cells`, `transistors`, `sram_bits`, all instances
/// together, without what they contain; then a row `total`. Sorted by transistors.
std::vector<Row> areaRows(const AreaDesign &design, const std::string &top);

/// Elaborates and maps the RTL of the machine to gates, hierarchically, SRAMs black-boxed. Minutes for large
/// machines. Errors: System (no Yosys, or it failed: with its last lines).
Result<std::vector<Row>> computeArea(const Parameters &parameters);

} // namespace lockstep
