// Small text helpers of the readers: numbers, and suggestions for misspelt names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// A whole number, decimal or 0x hexadecimal, with an optional minus sign; nothing else around it. Empty if
/// the text is something else or does not fit 64 bits.
std::optional<int64_t> parseSigned(const std::string &text);
std::optional<uint64_t> parseUnsigned(const std::string &text);

/// The candidate with the fewest edits from `name`, or "" if all are too far away to be meant.
std::string nearestName(const std::string &name, const std::vector<std::string> &candidates);

/// "; did you mean x?" for the nearest candidate, or "" if there is none.
std::string suggestion(const std::string &name, const std::vector<std::string> &candidates);

/// "a, b, c"
std::string joinNames(const std::vector<std::string> &names);

/// Text on one line, at most 60 characters: for quoting foreign bytes in a message.
std::string quotable(const std::string &text);

} // namespace lockstep
