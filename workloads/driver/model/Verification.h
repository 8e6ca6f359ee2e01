// Is a model right on the machine? Float reference, integer reference, golden, SystemC, RTL on a data set.
#pragma once

#include "workloads/driver/model/ModelOptions.h"
#include "workloads/driver/support/Row.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// What must hold. Absent: not asked for.
struct VerifyThresholds {
  std::optional<double> min_accuracy;       // percent, of the integer reference
  std::optional<double> max_accuracy_drop;  // percentage points from float to integer
  std::optional<double> min_sqnr_db;        // integer outputs against float ones
  std::optional<uint64_t> max_cycles_total; // over all samples on one machine
  std::optional<uint64_t> max_cycles_per_run;
};

struct VerifySpec {
  ModelOptions model;
  std::vector<std::string> data; // files of arrays
  std::string labels; // file, or the name of an array of the data; empty: `label`, `labels` if there
  std::vector<std::string> engines;  // of "golden", "systemc", "rtl", "lockstep"; "reference" is always there
  std::vector<std::string> machines; // --hw, several
  uint64_t num_samples = 0;          // 0: all
  uint64_t rtl_samples = 8;          // on rtl and lockstep
  uint64_t calibration_samples =
      64; // of the data, if the model is float and nothing is given to calibrate with
  VerifyThresholds thresholds;
};

/// One thing that was checked.
struct VerifyCheck {
  std::string group, name; // "base", "systemc bits"
  std::string failure;     // one sentence; empty: passed
  double seconds = 0;
};

struct VerifyReport {
  std::vector<VerifyCheck> checks;
  std::vector<Row> rows; // one for each execution; keys: verifyColumns() and more
  std::vector<std::string> remarks;
  bool passed() const;
};

const std::vector<Column> &verifyColumns();

/// Errors: what keeps a model from being verified at all; differences and missed thresholds are failed
/// checks.
Result<VerifyReport> verifyModel(const VerifySpec &spec);

/// A JUnit file: one test suite, one case for each check.
Status writeJUnit(const VerifyReport &report, const std::string &model, const std::string &file);

} // namespace lockstep
