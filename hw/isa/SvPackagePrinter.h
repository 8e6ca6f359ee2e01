// The machine's constants and instruction layouts in SystemVerilog, so that the RTL never writes them by
// hand.
#pragma once

#include "hw/machine/Parameters.h"

#include <string>
#include <vector>

namespace lockstep {

/// Package `lockstep_pkg`: for each instruction OPCODE_<MNEMONIC>, <MNEMONIC>_<FIELD>_LSB and _WIDTH for each
/// field, and a packed struct <mnemonic>_instruction_t of 512 bits (the first field is the lowest); unit
/// codes UNIT_<NAME>, error codes ERROR_<NAME>, counts of semaphores, registers, loop levels. Accepted by
/// Verilator 5 and Yosys 0.23.
std::string printSvPackage();

/// The name of a field in its struct: the field's, with an underscore behind it where it is a keyword
/// (`table_`).
std::string svFieldName(const std::string &field);

/// Parameter list of the top module with the defaults of Parameters.def: "parameter int unsigned ArrayRows =
/// 16,".
std::string printSvModuleParameters();

/// "array", "stage_rows" -> "ArrayStageRows".
std::string svParameterName(const std::string &group, const std::string &name);

/// Verilator's options for one machine: "-GArrayRows=16", ... in the order of Parameters.def.
std::vector<std::string> svParameterFlags(const Parameters &parameters);

} // namespace lockstep
