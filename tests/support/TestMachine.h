// Small machines for unit tests.
#pragma once

#include "hw/machine/Parameters.h"

namespace lockstep {

/// rows x columns with 4 scratchpad banks of 64 words and 4 accumulator banks of 32 words; all else as little
/// as legal.
inline Parameters testMachine(int64_t rows, int64_t columns) {
  Parameters parameters;
  parameters.name = "test";
  parameters.array_rows = rows;
  parameters.array_columns = columns;
  parameters.array_stage_rows = parameters.array_stage_columns = 2;
  parameters.array_weight_load_bytes_per_cycle = parameters.vectorBytes();
  parameters.scratchpad_banks = parameters.accumulator_banks = 4;
  parameters.scratchpad_size_bytes = 4 * 64 * parameters.vectorBytes();
  parameters.accumulator_size_bytes = 4 * 32 * parameters.accumulatorWordBytes();
  parameters.vector_lanes = columns;
  parameters.memory_read_bytes_per_cycle = parameters.memory_write_bytes_per_cycle = 4;
  return parameters;
}

} // namespace lockstep
