#include "workloads/conformance/Conformance.h"

#include <fmt/format.h>

namespace lockstep {

const char *caseStatusName(CaseStatus status) {
  switch (status) {
  case CaseStatus::Passed:
    return "passed";
  case CaseStatus::Unsupported:
    return "unsupported";
  case CaseStatus::Wrong:
    return "wrong";
  case CaseStatus::Crashed:
    break;
  }
  return "crashed";
}

void CaseCounts::add(CaseStatus status) {
  ++(status == CaseStatus::Passed        ? passed
     : status == CaseStatus::Unsupported ? unsupported
     : status == CaseStatus::Wrong       ? wrong
                                         : crashed);
}

namespace {

/// Cases that fail alike stand under one reason: without the node's name, which differs from case to case.
std::string reasonWithoutNode(const std::string &reason) {
  size_t begin = reason.find(" (node "), end = reason.find(", opset", begin);
  if (begin == std::string::npos || end == std::string::npos)
    return reason;
  size_t close = reason.find(')', end);
  return close == std::string::npos ? reason : reason.substr(0, begin) + reason.substr(close + 1);
}

std::string table(const std::string &title, const std::map<std::string, CaseCounts> &rows) {
  std::string text = fmt::format("{:<30} {:>7} {:>12} {:>6} {:>8} {:>6}\n", title, "passed", "unsupported",
                                 "wrong", "crashed", "all");
  for (const auto &[name, counts] : rows)
    text += fmt::format("{:<30} {:>7} {:>12} {:>6} {:>8} {:>6}\n", name, counts.passed, counts.unsupported,
                        counts.wrong, counts.crashed, counts.total());
  return text;
}

std::string exampleList(const std::vector<std::string> &cases) {
  constexpr size_t shown = 3;
  std::string text;
  for (size_t i = 0; i < cases.size() && i < shown; ++i)
    text += (i ? ", " : "") + cases[i];
  return cases.size() > shown ? text + ", ..." : text;
}

} // namespace

void ConformanceSummary::add(const ConformanceCase &given, const CaseOutcome &outcome) {
  total.add(outcome.status);
  sets[given.set].add(outcome.status);
  operators[outcome.operator_type].add(outcome.status);
  std::string label = given.set + "/" + given.name;
  if (outcome.status == CaseStatus::Unsupported)
    reasons[reasonWithoutNode(outcome.reason)].push_back(label);
  if (outcome.status == CaseStatus::Wrong || outcome.status == CaseStatus::Crashed)
    failures.push_back(fmt::format("{} {}: {}", caseStatusName(outcome.status), label, outcome.reason));
}

std::string ConformanceSummary::text() const {
  std::string text = table("operator (last node)", operators) + "\n";
  if (!reasons.empty())
    text += "unsupported, by reason:\n";
  for (const auto &[reason, cases] : reasons)
    text += fmt::format("{:>5}  {} ({})\n", cases.size(), reason, exampleList(cases));
  if (!failures.empty())
    text += "\n";
  for (const std::string &failure : failures)
    text += failure + "\n";
  std::map<std::string, CaseCounts> rows = sets;
  text += "\n" + table("set", rows);
  return text + table("", {{"all", total}}).substr(table("", {}).size());
}

} // namespace lockstep
