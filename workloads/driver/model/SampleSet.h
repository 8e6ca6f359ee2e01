// Data for a model: arrays by name, cut into what one run of the model takes.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// Every file or NAME=FILE in order; arrays of the same name follow each other along axis 0. Errors: Usage
/// (unreadable, types or shapes of one name that do not fit).
Result<NamedTensors> readArrays(const std::vector<std::string> &files);

/// The arrays that are the model's inputs (described by name, type and shape), renamed to them: by name, or
/// the only array that is left for the only input that is left (arrays named `label` or `labels` are left
/// aside). Types are equal; raw bytes take the input's type and shape. Errors: Usage, naming what is missing
/// and what there is.
Result<NamedTensors> matchInputs(const NamedTensors &arrays, const NamedTensors &inputs);

/// Samples along axis 0, run by run: a model whose input is [b, ...] takes b samples of an array [n, ...] in
/// each run (the last run is filled up with zeros); an array of the input's rank plus one has a run in each
/// row; an array of the input's shape is one run. Inputs whose b differ (steps of a sequence, rows of a
/// batch) have whole runs only, and a run is a sample.
class SampleSet {
public:
  /// `matched` as from matchInputs(). Errors: Usage: shapes that do not fit, unequal numbers of samples.
  static Result<SampleSet> make(const NamedTensors &matched, const NamedTensors &inputs);

  size_t numRuns() const { return num_runs; }
  size_t numSamples() const { return num_samples; }
  size_t samplesPerRun() const { return samples_per_run; }
  NamedTensors run(size_t index) const;
  /// The arrays' rows of the first runs: so many that they hold `samples`, or all.
  NamedTensors arrays(size_t samples) const;
  /// The first `count` samples only.
  void keep(size_t count);

private:
  struct Input {
    NamedTensor array;
    std::vector<uint64_t> shape; // of one run
    uint64_t run_bytes = 0;
    size_t runs = 1, samples = 1, samples_per_run = 1;
  };
  static Result<Input> cut(const NamedTensor &matched, const NamedTensor &input);
  Status checkCount(const Input &input) const;

  std::vector<Input> list;
  size_t num_runs = 0, num_samples = 0, samples_per_run = 1;
};

/// Outputs of all runs as arrays with the samples along axis 0.
class OutputCollector {
public:
  explicit OutputCollector(const SampleSet &samples) : samples(samples) {}
  void add(const NamedTensors &outputs);
  const NamedTensors &arrays() const { return collected; }

private:
  const SampleSet &samples;
  NamedTensors collected;
  size_t num_runs = 0;
};

/// Of each sample the position of its largest value in a float32 array [n, classes, ...] (the first one at a
/// tie). Errors: Usage for another type, or no classes.
Result<std::vector<int64_t>> predictionsOf(const Tensor &scores);
/// Integers of any type. Errors: Usage.
Result<std::vector<int64_t>> labelsOf(const Tensor &labels);
/// Percent of equal entries; labels beyond the predictions are left aside. Errors: Usage: too few labels.
Result<double> accuracyOf(const std::vector<int64_t> &predictions, const std::vector<int64_t> &labels);

} // namespace lockstep
