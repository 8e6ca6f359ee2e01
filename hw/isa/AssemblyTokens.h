// Lines of assembly text cut into words.
#pragma once

#include "hw/support/Result.h"

#include <string>
#include <vector>

namespace lockstep {

/// Where a line stands, for messages: "gemm.s:12:5: ...".
struct AssemblyLine {
  std::string origin;
  unsigned number = 1;
  std::string placeOf(unsigned column) const {
    return origin + ":" + std::to_string(number) + ":" + std::to_string(column);
  }
  Error complain(unsigned column, const std::string &text) const {
    return {ErrorKind::Usage, placeOf(column) + ": " + text};
  }
};

/// A word, or a quoted string with its escapes resolved.
struct AssemblyToken {
  std::string text;
  unsigned column = 1; // of its first character, from 1
};

/// Words are separated by blanks; `;` begins a comment. A word that begins with `"` goes to the next `"` and
/// may hold
/// \\, \" and \xHH. Errors: a quoted string that does not end or has another escape.
Result<std::vector<AssemblyToken>> tokenizeLine(const std::string &text, const AssemblyLine &line);

/// The text as one word: itself, or quoted where it has to be.
std::string quoteToken(const std::string &text);

} // namespace lockstep
