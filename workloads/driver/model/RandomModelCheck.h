// Is a random model right on every execution? And the smallest model that is not.
#pragma once

#include "compiler/quantize/QuantizationReport.h"
#include "workloads/driver/execution/RunSpec.h"
#include "workloads/random_models/RandomModel.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

struct RandomCheckSpec {
  std::vector<std::string> machines = {"tiny", "base"}; // golden and SystemC on each
  std::vector<std::string> rtl_machines;                // RTL too, in lockstep with SystemC
  std::vector<std::string> sets;
  uint64_t samples = 3;
  bool float_check = true; // the integer form is near the same QDQ model in float
};

struct RandomOutcome {
  std::string failure;                        // one sentence; empty: right on every execution
  uint64_t operators = 0, on_accelerator = 0; // places of the compiled model
  uint64_t pieces = 0;                        // on the accelerator
  uint64_t cycles = 0;                        // SystemC, all machines and samples
  double sqnr_db = 200; // integer form against the same QDQ model in float, if that was checked
};

/// Quantization options that the seed draws.
QuantizeOptions randomQuantizeOptions(uint64_t seed);
/// As options of the command line: " --calibrator mse --per-tensor".
std::string commandOptionsOf(const QuantizeOptions &options);

/// Calibrates, quantizes, compiles and runs the model; inputs and options follow from the seed. What goes
/// wrong on the way is a failure as well: the generator makes nothing that is unsupported.
RandomOutcome checkRandomModel(const RandomModel &model, uint64_t seed, const RandomCheckSpec &spec);

/// The same in a process that may be lost: a signal ends it if the check computes for more than 20 seconds,
/// many times what a model takes.
RandomOutcome checkInWorker(const RandomModel &model, uint64_t seed, const RandomCheckSpec &spec);

/// The same in a process of its own: a crash or a check without an end is a failure that names the signal.
RandomOutcome checkInProcess(const RandomModel &model, uint64_t seed, const RandomCheckSpec &spec);

/// What kind of failure a sentence is about: equal for a model and for a smaller one that fails for the same
/// reason.
std::string failureKind(const std::string &failure);

/// The smallest model found that fails in the same way, after at most `tries` checks.
RandomModel shrinkFailure(RandomModel model, uint64_t seed, const RandomCheckSpec &spec, unsigned tries);

/// Writes the model, its calibration batch and its inputs into the folder, named by the seed; gives the
/// command that reproduces the failure. Errors: System.
Result<std::string> writeFailure(const RandomModel &model, uint64_t seed, const RandomCheckSpec &spec,
                                 const std::string &folder);

} // namespace lockstep
