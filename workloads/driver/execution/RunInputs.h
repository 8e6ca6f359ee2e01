// Inputs and outputs of a program by the names of its symbols.
#pragma once

#include "hw/program/ExternalMemory.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// Symbols that lie in regions of the kind.
std::vector<Symbol> symbolsOf(const Program &program, RegionKind kind);

/// `assignments`: "name=file.npy" or "name=file.bin" for any symbol. Inputs that are not named get random
/// bytes from the seed (the same for the same name and seed); those that the program's own data covers are
/// left as they are. Errors: Usage.
Status placeInputs(const Program &program, ExternalMemory &memory,
                   const std::vector<std::string> &assignments, uint64_t seed);

/// Every symbol of an output region as FOLDER/name.npy; the folder is made. Errors: System.
Status writeOutputs(const Program &program, const ExternalMemory &memory, const std::string &folder);

} // namespace lockstep
