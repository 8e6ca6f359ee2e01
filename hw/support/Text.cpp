#include "hw/support/Text.h"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace lockstep {
namespace {

template <typename T> std::optional<T> parseDigits(const std::string &digits, int base) {
  T value{};
  const char *end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc() || stop != end || digits.empty() || digits[0] == '-')
    return std::nullopt;
  return value;
}

bool isHexadecimal(const std::string &text) {
  return text.size() > 2 && text[0] == '0' && (text[1] | 32) == 'x';
}

/// Number of insertions, deletions and replacements that turn a into b.
size_t editDistance(const std::string &a, const std::string &b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

} // namespace

std::optional<uint64_t> parseUnsigned(const std::string &text) {
  return isHexadecimal(text) ? parseDigits<uint64_t>(text.substr(2), 16) : parseDigits<uint64_t>(text, 10);
}

std::optional<int64_t> parseSigned(const std::string &text) {
  const bool negative = !text.empty() && text[0] == '-';
  const std::optional<uint64_t> magnitude = parseUnsigned(negative ? text.substr(1) : text);
  const uint64_t limit = uint64_t{1} << 63;
  if (!magnitude || *magnitude > (negative ? limit : limit - 1))
    return std::nullopt;
  return static_cast<int64_t>(negative ? ~*magnitude + 1 : *magnitude);
}

std::string nearestName(const std::string &name, const std::vector<std::string> &candidates) {
  if (name.size() > 100)
    return "";
  std::string best;
  size_t bestDistance = name.size() / 3 + 2; // farther than this nobody meant
  for (const std::string &candidate : candidates)
    if (const size_t distance = editDistance(name, candidate); distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  return best;
}

std::string suggestion(const std::string &name, const std::vector<std::string> &candidates) {
  const std::string nearest = nearestName(name, candidates);
  return nearest.empty() ? "" : "; did you mean " + nearest + "?";
}

std::string joinNames(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string quotable(const std::string &text) {
  std::string result;
  for (unsigned char c : text.substr(0, 60))
    result += c >= 32 && c < 127 ? static_cast<char>(c) : '?';
  return text.size() > 60 ? result + "..." : result;
}

} // namespace lockstep
