#include "workloads/driver/support/ExitCode.h"

#include <fmt/core.h>

namespace lockstep {

int exitCodeOf(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::Usage:
  case ErrorKind::Parameter:
  case ErrorKind::Program:
  case ErrorKind::Model:
    return exitUsage;
  case ErrorKind::System:
    return exitSystem;
  case ErrorKind::Legality:
  case ErrorKind::Race:
  case ErrorKind::Deadlock:
  case ErrorKind::Bounds:
  case ErrorKind::Limit:
  case ErrorKind::Mismatch:
    return exitFailed;
  }
  return exitFailed;
}

const char *errorKindName(ErrorKind kind) {
  static const char *const names[] = {"usage",  "parameter", "program",  "legality", "race", "deadlock",
                                      "bounds", "limit",     "mismatch", "system",   "model"};
  return names[static_cast<unsigned>(kind)];
}

int reportError(const Error &error) {
  fmt::print(stderr, "lockstep: {}: {}\n", errorKindName(error.kind), error.message);
  return exitCodeOf(error.kind);
}

} // namespace lockstep
