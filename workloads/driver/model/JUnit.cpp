#include "workloads/driver/model/Verification.h"

#include <fmt/format.h>

#include <algorithm>

namespace lockstep {

namespace {

std::string escaped(const std::string &text) {
  std::string result;
  for (unsigned char c : text)
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else if (c >= 0x20 || c == '\n' || c == '\t')
      result += char(c);
  return result;
}

} // namespace

Status writeJUnit(const VerifyReport &report, const std::string &model, const std::string &file) {
  auto failed = std::count_if(report.checks.begin(), report.checks.end(),
                              [](const VerifyCheck &check) { return !check.failure.empty(); });
  std::string text = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                 "<testsuite name=\"lockstep verify {}\" tests=\"{}\" failures=\"{}\">\n",
                                 escaped(model), report.checks.size(), failed);
  for (const VerifyCheck &check : report.checks) {
    text += fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", escaped(check.group),
                        escaped(check.name), check.seconds);
    text += check.failure.empty()
                ? "/>\n"
                : fmt::format(">\n    <failure message=\"{}\"/>\n  </testcase>\n", escaped(check.failure));
  }
  return writeText(text + "</testsuite>\n", file);
}

} // namespace lockstep
