// A package over a whole data set on one engine.
#pragma once

#include "workloads/driver/model/ModelEngine.h"
#include "workloads/driver/model/SampleSet.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

struct Evaluation {
  NamedTensors outputs;             // samples along axis 0
  std::vector<uint64_t> run_cycles; // of each run; of accelerator pieces, zero on engines without time
  uint64_t cycles = 0;              // sum of these
  uint64_t macs = 0, bytes = 0;     // multiply-accumulates and bytes moved, of accelerator pieces
  double seconds = 0;               // of this computer
  bool cycles_equal = true;         // lockstep
  std::string difference;           // lockstep: the first sentence, with the run's number
};

/// Runs all samples. `label` is shown as progress on a terminal's stderr. Errors: the engine's, with the
/// sample's number.
Result<Evaluation> evaluate(const Package &package, const RunSpec &spec, const SampleSet &samples,
                            const std::string &label);

/// What a package takes, as matchInputs() wants it.
NamedTensors inputsOf(const Package &package);

/// Accuracy of the first output. Errors: Usage.
Result<double> accuracyOf(const Evaluation &evaluation, const std::vector<int64_t> &labels);

/// The first element that differs between two lists of arrays, as a sentence; empty if all bytes are equal.
/// Arrays of `tested` may have fewer samples. Bits are compared: two NaNs of equal bits are equal.
std::string differenceOf(const NamedTensors &expected, const std::string &expectedName,
                         const NamedTensors &tested, const std::string &testedName);

/// Signal to noise in dB over all float32 outputs, `tested` against `expected`; 200 if they are equal,
/// nothing if there are no float outputs or a value is not finite.
std::optional<double> sqnrOf(const NamedTensors &expected, const NamedTensors &tested);

} // namespace lockstep
