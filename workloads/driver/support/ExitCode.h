// What the command's exit code says, and how an error is told.
#pragma once

#include "hw/support/Result.h"

namespace lockstep {

/// 0: everything asked for was done and every comparison was equal.
/// 1: the input was understood, but a check failed: bits or cycles differ, an illegal or racy program, an
/// address out
///    of bounds, a deadlock, the limit of --max-cycles.
/// 2: the input could not be understood: command line, parameters, files, a corrupted program.
/// 3: the operating system or a tool refused (no memory, no space, a build that failed).
enum ExitCode { exitOk = 0, exitFailed = 1, exitUsage = 2, exitSystem = 3 };

int exitCodeOf(ErrorKind kind);

/// "deadlock", "race", ...: the kind as it appears in messages and in JSON.
const char *errorKindName(ErrorKind kind);

/// Prints `lockstep: <kind>: <message>` on stderr and returns the exit code.
int reportError(const Error &error);

} // namespace lockstep
