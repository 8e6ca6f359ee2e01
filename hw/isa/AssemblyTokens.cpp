#include "hw/isa/AssemblyTokens.h"

#include <cctype>

namespace lockstep {
namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

int hexDigit(char c) {
  if (!std::isxdigit(static_cast<unsigned char>(c)))
    return -1;
  return std::isdigit(static_cast<unsigned char>(c)) ? c - '0' : (c | 32) - 'a' + 10;
}

class Tokenizer {
public:
  Tokenizer(const std::string &source, const AssemblyLine &place) : text(source), line(place) {}

  Result<std::vector<AssemblyToken>> run() {
    std::vector<AssemblyToken> tokens;
    for (skipBlanks(); at < text.size() && text[at] != ';'; skipBlanks()) {
      const unsigned column = static_cast<unsigned>(at) + 1;
      Result<std::string> word = text[at] == '"' ? quoted() : Result<std::string>(plain());
      if (!word)
        return word.error();
      tokens.push_back({*word, column});
    }
    return tokens;
  }

private:
  void skipBlanks() {
    while (at < text.size() && isBlank(text[at]))
      ++at;
  }

  std::string plain() {
    const size_t start = at;
    while (at < text.size() && !isBlank(text[at]) && text[at] != ';')
      ++at;
    return text.substr(start, at - start);
  }

  Result<std::string> quoted() {
    const unsigned column = static_cast<unsigned>(at) + 1;
    std::string word;
    for (++at; at < text.size(); ++at) {
      if (text[at] == '"') {
        ++at;
        return word;
      }
      if (text[at] != '\\')
        word += text[at];
      else if (!escape(word))
        return line.complain(static_cast<unsigned>(at) + 1,
                             "unknown escape; allowed are \\\\, \\\" and \\xHH.");
    }
    return line.complain(column, "the string does not end; allowed is a closing \" on the same line.");
  }

  /// Resolves the escape that begins at the backslash and stops at its last character.
  bool escape(std::string &word) {
    const char kind = at + 1 < text.size() ? text[at + 1] : '\0';
    if (kind == '\\' || kind == '"') {
      word += kind;
      ++at;
      return true;
    }
    if (kind != 'x' || at + 3 >= text.size())
      return false;
    const int high = hexDigit(text[at + 2]), low = hexDigit(text[at + 3]);
    word += static_cast<char>(16 * high + low);
    at += 3;
    return high >= 0 && low >= 0;
  }

  const std::string &text;
  const AssemblyLine &line;
  size_t at = 0;
};

bool isPlain(unsigned char c) { return c > 32 && c < 127 && c != ';' && c != '"' && c != '\\'; }

} // namespace

Result<std::vector<AssemblyToken>> tokenizeLine(const std::string &text, const AssemblyLine &line) {
  return Tokenizer(text, line).run();
}

std::string quoteToken(const std::string &text) {
  std::string quoted = "\"";
  bool needed = text.empty();
  for (unsigned char c : text) {
    needed = needed || !isPlain(c);
    if (c == '"' || c == '\\')
      quoted += '\\';
    if (c >= 32 && c < 127)
      quoted += static_cast<char>(c);
    else
      quoted += std::string("\\x") + "0123456789abcdef"[c >> 4] + "0123456789abcdef"[c & 15];
  }
  return needed ? quoted + "\"" : text;
}

} // namespace lockstep
