// What to sweep: machines x parameters x engines x workloads, from a YAML file.
#pragma once

#include "workloads/driver/execution/RunSpec.h"
#include "workloads/driver/gemm/GemmSpec.h"
#include "workloads/driver/recurrent/RecurrentSpec.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// One simulation of a sweep.
struct SweepPoint {
  RunSpec run; // hw, sets, engine, timing_only, max_cycles, assertions; no files
  GemmSpec gemm;
  std::optional<RecurrentSpec> recurrent; // instead of the GEMM: its recurrent part
};

/// The rows of a table of GEMMs by name ("deepbench/gemm_train"). Errors: Usage.
using TableReader = std::function<Result<std::vector<GemmSpec>>(const std::string &name)>;

/// The cross product in the order of the file, the last parameter and then the workload varying fastest:
///   hw: [base, small]                 named configurations or files; default base
///   engine: [systemc]                 default systemc
///   timing_only: true                 default false
///   max_cycles: 1000000               default 0: no limit
///   parameters:                       every combination of the values
///     memory.latency_cycles: [20, 100]
///   workloads:                        tables, GEMMs with the keys of GemmSpec, layers with those of
///   RecurrentSpec
///     - deepbench/gemm_inference_device
///     - deepbench/rnn_inference_device
///     - {m: 64, n: 64, k: 64, output: int32}
///     - {cell: gru, hidden: 1024, steps: 100}
/// Errors: Usage, with file, line and what is allowed.
Result<std::vector<SweepPoint>> readSweep(const std::string &file, const TableReader &readTable);
Result<std::vector<SweepPoint>> parseSweep(const std::string &yaml, const std::string &origin,
                                           const TableReader &readTable);

/// A point as one JSON object, and back. Equal points have equal text: it is the point's identity in the
/// database.
Row rowOf(const SweepPoint &point);
Result<SweepPoint> sweepPointOf(const Row &row);

} // namespace lockstep
