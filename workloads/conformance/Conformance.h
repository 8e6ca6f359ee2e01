// ONNX's own operator tests: which cases there are, what one of them gives, and a summary of many.
#pragma once

#include "hw/support/Result.h"

#include <map>
#include <string>
#include <vector>

namespace lockstep {

/// Where Debian's libonnx-testdata has them.
constexpr const char *kConformanceData = "/usr/share/libonnx-testdata/data";

struct ConformanceCase {
  std::string set;    // "node", "simple", ...: a folder of folders
  std::string name;   // "test_add": the case's folder
  std::string folder; // path
};

/// All cases of the sets (empty: every set below `data`) whose name matches the regular expression, sorted.
/// Errors (Usage): no such folder, a malformed expression, nothing found.
Result<std::vector<ConformanceCase>> findCases(const std::string &data, const std::vector<std::string> &sets,
                                               const std::string &filter);

enum class CaseStatus { Passed, Unsupported, Wrong, Crashed };
const char *caseStatusName(CaseStatus status);

struct CaseOutcome {
  CaseStatus status = CaseStatus::Crashed;
  std::string operator_type = "-";
  std::string reason;                    // empty if passed
  std::vector<std::string> bound_inputs; // inputs that had to be known while compiling
  std::vector<std::string> accelerated;  // operators that ran on the accelerator (that target only)
};

/// Unsupported if the compiler says so; every other error is a wrong answer.
CaseOutcome outcomeOfError(const Error &error);
/// Compiles and runs a case on the host and compares with ONNX's outputs (TensorComparison.h).
CaseOutcome runHostCase(const ConformanceCase &given);

/// Counts, by set and by operator.
struct CaseCounts {
  unsigned passed = 0, unsupported = 0, wrong = 0, crashed = 0;
  unsigned total() const { return passed + unsupported + wrong + crashed; }
  void add(CaseStatus status);
};

class ConformanceSummary {
public:
  void add(const ConformanceCase &given, const CaseOutcome &outcome);
  const CaseCounts &all() const { return total; }
  /// A table by set, one by operator, the unsupported ones by reason, and each wrong or crashed case.
  std::string text() const;

private:
  CaseCounts total;
  std::map<std::string, CaseCounts> sets, operators;
  std::map<std::string, std::vector<std::string>> reasons; // cases by reason
  std::vector<std::string> failures;
};

} // namespace lockstep
