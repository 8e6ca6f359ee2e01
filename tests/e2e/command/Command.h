// The `lockstep` command as a user runs it: arguments in, output and exit code out.
#pragma once

#include "tests/unit/driver/TemporaryFolder.h"
#include "workloads/driver/support/Row.h"

#include <string>
#include <vector>

namespace lockstep {

struct CommandResult {
  int exit_code = -1; // 128 + signal if a signal ended it
  std::string out, err;
};

/// Runs the built command to its end.
CommandResult runCommand(const std::vector<std::string> &arguments);

/// Writes the text, assembles it and returns the program's path in the folder. Fails the test if it does not
/// assemble.
std::string assembleIn(const TemporaryFolder &folder, const std::string &text);

/// Rows of a file that --json wrote.
std::vector<Row> readRows(const std::string &file);

/// What stderr says, without the progress lines of a first RTL build.
std::string sentenceOf(const CommandResult &result);

/// stderr is one sentence with our prefix, without crash or empty message.
void expectOneSentence(const CommandResult &result);

/// A copy of 16 words on `tiny`: load, store, halt. `from` and `to` are external addresses.
std::string copyProgram(const std::string &wait = "wait=s0", const std::string &from = "x",
                        const std::string &to = "y");

} // namespace lockstep
