#include "tests/lockstep/common/OddMachines.h"

#include <algorithm>

namespace lockstep {

namespace {

int64_t powerOfTwoFrom(int64_t value) {
  int64_t power = 1;
  while (power < value)
    power *= 2;
  return power;
}

} // namespace

Parameters oddMachine(int64_t rows, int64_t columns) {
  Parameters parameters;
  parameters.name = std::to_string(rows) + "x" + std::to_string(columns);
  parameters.array_rows = rows;
  parameters.array_columns = columns;
  parameters.array_stage_rows = std::min<int64_t>(rows, 3);
  parameters.array_stage_columns = std::min<int64_t>(columns, 2);
  parameters.array_weight_load_bytes_per_cycle = parameters.vectorBytes();
  parameters.scratchpad_size_bytes = 8 * 128 * parameters.vectorBytes();
  parameters.accumulator_size_bytes = 4 * 64 * parameters.accumulatorWordBytes();
  parameters.accumulator_banks = 4;
  parameters.vector_lanes = columns;
  parameters.memory_read_bytes_per_cycle = std::max<int64_t>(4, powerOfTwoFrom(parameters.vectorBytes()));
  parameters.memory_write_bytes_per_cycle = std::max<int64_t>(4, parameters.memory_read_bytes_per_cycle / 2);
  return parameters;
}

} // namespace lockstep
