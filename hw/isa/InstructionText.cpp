#include "hw/isa/InstructionText.h"

#include "hw/isa/FieldNames.h"
#include "hw/support/Text.h"

#include <algorithm>
#include <set>

namespace lockstep {
namespace {

std::vector<std::string> mnemonics() {
  std::vector<std::string> names;
  for (const InstructionInfo &info : instructionSet())
    names.push_back(info.mnemonic);
  return names;
}

std::vector<std::string> fieldNames(const InstructionInfo &info) {
  std::vector<std::string> names;
  for (const FieldInfo &field : info.fields)
    names.push_back(field.name);
  return names;
}

const FieldInfo *findField(const InstructionInfo &info, const std::string &name) {
  for (const FieldInfo &field : info.fields)
    if (field.name == name)
      return &field;
  return nullptr;
}

/// Without the places of values that have no word.
std::vector<std::string> named(std::vector<std::string> words) {
  words.erase(std::remove(words.begin(), words.end(), ""), words.end());
  return words;
}

/// What a value of the field may look like.
std::string allowedValues(const FieldInfo &field) {
  const std::vector<std::string> &words = valueNames(field.name);
  switch (field.kind) {
  case FieldKind::Register:
    return "r0 to r31";
  case FieldKind::Semaphore:
    return "none, s0 to s63, or 0 to 64";
  default:
    return fieldLimits(field.kind, field.bits) +
           (words.empty() ? "" : ", or one of " + joinNames(named(words)));
  }
}

/// "s3" -> 4, "r5" -> 5, "uint8" -> 1, ...; empty if the text is no such word.
std::optional<uint64_t> parseWord(const FieldInfo &field, const std::string &text) {
  const std::optional<uint64_t> index = text.size() > 1 ? parseUnsigned(text.substr(1)) : std::nullopt;
  if (field.kind == FieldKind::Register && text[0] == 'r' && index)
    return index;
  if (field.kind == FieldKind::Semaphore && text == "none")
    return 0;
  if (field.kind == FieldKind::Semaphore && text[0] == 's' && index && *index < kNumSemaphores)
    return *index + 1;
  const std::vector<std::string> &words = valueNames(field.name);
  const auto word = std::find(words.begin(), words.end(), text);
  return word == words.end() ? std::nullopt : std::optional<uint64_t>(word - words.begin());
}

/// "x" or "x+16", modulo 2^64.
std::optional<uint64_t> parseName(const std::string &text, const AddressNames &names) {
  if (const auto whole = names.find(text); whole != names.end())
    return whole->second;
  const size_t plus = text.rfind('+');
  if (plus == std::string::npos)
    return std::nullopt;
  const auto base = names.find(text.substr(0, plus));
  const std::optional<uint64_t> offset = parseUnsigned(text.substr(plus + 1));
  return base == names.end() || !offset ? std::nullopt : std::optional<uint64_t>(base->second + *offset);
}

/// The value as the bits of a uint64 (of an int64 for signed fields), not yet checked against the field's
/// limits.
std::optional<uint64_t> parseValue(const FieldInfo &field, const std::string &text,
                                   const AddressNames &names) {
  if (field.kind == FieldKind::Signed) {
    const std::optional<int64_t> value = parseSigned(text);
    return value ? std::optional<uint64_t>(static_cast<uint64_t>(*value)) : std::nullopt;
  }
  if (const std::optional<uint64_t> number = parseUnsigned(text))
    return number;
  if (const std::optional<uint64_t> word = parseWord(field, text))
    return word;
  return field.bits == 64 ? parseName(text, names) : std::nullopt;
}

bool fits(const FieldInfo &field, uint64_t value) {
  if (field.kind != FieldKind::Signed)
    return value <= fieldMaximum(field.kind, field.bits);
  const int64_t number = static_cast<int64_t>(value);
  return number >= fieldMinimum(field.kind, field.bits) &&
         number <= static_cast<int64_t>(fieldMaximum(field.kind, field.bits));
}

void setField(Instruction &instruction, const std::string &wanted, uint64_t bits) {
  auto set = [&](const char *name, unsigned, FieldKind, auto &member) {
    if (wanted == name)
      member = static_cast<std::decay_t<decltype(member)>>(bits);
  };
  std::visit([&](auto &fields) { forEachField(fields, set); }, instruction);
}

/// Fills one instruction from its `field=value` words.
class InstructionReader {
public:
  InstructionReader(Instruction &target, const AssemblyLine &place, const AddressNames &addresses)
      : instruction(target), info(infoOf(target)), line(place), names(addresses) {}

  Status read(const AssemblyToken &token) {
    const size_t equals = token.text.find('=');
    const std::string name = token.text.substr(0, equals);
    if (equals == std::string::npos)
      return line.complain(token.column,
                           "'" + quotable(token.text) + "' is no field; allowed is field=value.");
    const unsigned column = token.column + static_cast<unsigned>(equals) + 1;
    const std::string value = token.text.substr(equals + 1);
    const bool isSugar = (name == "wait" || name == "post") && findField(info, name + "_0");
    return isSugar ? readSemaphores(name, value, column) : readField(name, value, token.column, column);
  }

private:
  Status readField(const std::string &name, const std::string &text, unsigned nameColumn,
                   unsigned valueColumn) {
    const FieldInfo *field = findField(info, name);
    if (!field)
      return line.complain(nameColumn, unknownField(name));
    if (!given.insert(name).second)
      return line.complain(nameColumn, "field " + name + " is given twice; allowed is once.");
    const std::optional<uint64_t> value = text.empty() ? std::nullopt : parseValue(*field, text, names);
    if (!value || !fits(*field, *value))
      return line.complain(valueColumn, "field " + name + " cannot be '" + quotable(text) + "'; allowed is " +
                                            allowedValues(*field) + ".");
    lockstep::setField(instruction, name, *value);
    return {};
  }

  /// "s1,s2" into wait_0, wait_1.
  Status readSemaphores(const std::string &prefix, const std::string &text, unsigned column) {
    size_t start = 0;
    for (unsigned index = 0; start <= text.size(); ++index) {
      const size_t comma = std::min(text.find(',', start), text.size());
      const unsigned at = column + static_cast<unsigned>(start);
      if (!findField(info, prefix + "_" + std::to_string(index)))
        return line.complain(at, prefix + " names too many semaphores; allowed are " + std::to_string(index) +
                                     ".");
      const std::string name = prefix + "_" + std::to_string(index);
      if (Status status = readField(name, text.substr(start, comma - start), at, at); !status)
        return status;
      start = comma + 1;
    }
    return {};
  }

  std::string unknownField(const std::string &name) const {
    const std::vector<std::string> allowed = fieldNames(info);
    const std::string nearest = suggestion(name, allowed);
    return info.mnemonic + " has no field '" + quotable(name) + "'" +
           (!nearest.empty()  ? nearest
            : allowed.empty() ? "; it has no fields at all."
                              : "; allowed are " + joinNames(allowed) + ".");
  }

  Instruction &instruction;
  const InstructionInfo &info;
  const AssemblyLine &line;
  const AddressNames &names;
  std::set<std::string> given;
};

std::string hexadecimal(uint64_t value) {
  std::string digits;
  for (; value != 0 || digits.empty(); value >>= 4)
    digits.insert(digits.begin(), "0123456789abcdef"[value & 15]);
  return "0x" + digits;
}

std::string printValue(const std::string &name, FieldKind kind, uint64_t value) {
  const std::vector<std::string> &words = valueNames(name);
  if (kind == FieldKind::Register)
    return "r" + std::to_string(value);
  if (kind == FieldKind::Semaphore)
    return value == 0                ? "none"
           : value <= kNumSemaphores ? "s" + std::to_string(value - 1)
                                     : std::to_string(value);
  if (kind == FieldKind::Signed)
    return std::to_string(static_cast<int64_t>(value));
  if (value < words.size() && !words[value].empty())
    return words[value];
  const bool isAddress = name.find("_address") != std::string::npos;
  return isAddress || value >= (uint64_t{1} << 32) ? hexadecimal(value) : std::to_string(value);
}

/// Three semaphore fields as `wait=s1,s2` if the empty ones are the last ones, else field by field.
std::string printSemaphores(const std::string &prefix, const std::vector<uint64_t> &fields) {
  std::string list, single;
  bool isPacked = true;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i] == 0)
      continue;
    isPacked = isPacked && (i == 0 || fields[i - 1] != 0);
    const std::string value = printValue("", FieldKind::Semaphore, fields[i]);
    list += (list.empty() ? "" : ",") + value;
    single += " " + prefix + "_" + std::to_string(i) + "=" + value;
  }
  return !isPacked ? single : list.empty() ? "" : " " + prefix + "=" + list;
}

/// Collects ` field=value` for all fields that are not zero.
struct FieldPrinter {
  std::string text;
  std::map<std::string, std::vector<uint64_t>> semaphores; // by prefix, "wait" and "post"

  template <typename T> void operator()(const char *name, unsigned, FieldKind kind, T value) {
    const std::string field = name;
    if (kind == FieldKind::Semaphore)
      semaphores[field.substr(0, field.rfind('_'))].push_back(static_cast<uint64_t>(value));
    else if (value != 0)
      text += " " + field + "=" + printValue(field, kind, static_cast<uint64_t>(value));
  }
};

} // namespace

std::optional<uint64_t> parseAddress(const std::string &text, const AddressNames &names) {
  const std::optional<uint64_t> number = parseUnsigned(text);
  return number ? number : parseName(text, names);
}

Result<Instruction> parseInstruction(const std::vector<AssemblyToken> &tokens, const AssemblyLine &line,
                                     const AddressNames &names) {
  if (tokens.empty())
    return line.complain(1, "there is no instruction; allowed are " + joinNames(mnemonics()) + ".");
  const AssemblyToken &mnemonic = tokens.front();
  Instruction instruction;
  if (!makeInstruction(mnemonic.text, instruction))
    return line.complain(mnemonic.column, "unknown instruction '" + quotable(mnemonic.text) +
                                              "'; allowed are " + joinNames(mnemonics()) + ".");
  InstructionReader reader(instruction, line, names);
  for (size_t i = 1; i < tokens.size(); ++i)
    if (Status status = reader.read(tokens[i]); !status)
      return status.error();
  return instruction;
}

std::string printInstruction(const Instruction &instruction) {
  FieldPrinter printer;
  std::visit([&](const auto &fields) { forEachField(fields, printer); }, instruction);
  return infoOf(instruction).mnemonic + printSemaphores("wait", printer.semaphores["wait"]) + printer.text +
         printSemaphores("post", printer.semaphores["post"]);
}

} // namespace lockstep
