// Programs that put every value of a type through a function table: what all engines are tested on
// exhaustively.
#pragma once

#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

using Table16 = std::array<int16_t, 513>;
using Table8 = std::array<int8_t, 256>;

struct NamedTable16 {
  std::string name;
  Table16 entries;
};
struct NamedTable8 {
  std::string name;
  Table8 entries;
};

/// Sigmoid, tanh and exp (Q3.12 to Q0.15), random entries, steps between the extremes.
std::vector<NamedTable16> sampleTables16();
/// Tanh, random entries, extremes.
std::vector<NamedTable8> sampleTables8();

/// The interpolated function, by exact arithmetic in double and rounded half up: independent of hw/numbers.
int16_t expectedOfTable16(int16_t value, const Table16 &table);

/// The program loads the entries as table `index`, then runs all 65,536 values (256 for int8), in ascending
/// order, through `elementwise` and stores the results; symbols x and y. Expects index < vector.tables and a
/// scratchpad that holds the entries and two rows.
Program table16Program(const Parameters &parameters, const Table16 &table, uint64_t index = 0);
Program table8Program(const Parameters &parameters, const Table8 &table, uint64_t index = 0);
/// Words of the scratchpad that table16Program needs at least.
int64_t wordsOfTable16Program(const Parameters &parameters);

/// The results in the memory after a run: of -32768, -32767, ... (-128, ... for int8).
std::vector<int16_t> resultsOfTable16(const Program &program, const ExternalMemory &memory);
std::vector<int8_t> resultsOfTable8(const Program &program, const ExternalMemory &memory);

} // namespace lockstep
