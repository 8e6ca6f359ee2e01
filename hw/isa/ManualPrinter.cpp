#include "hw/isa/ManualPrinter.h"

#include "hw/isa/FieldNames.h"
#include "hw/isa/Fields.h"
#include "hw/machine/ParameterInfo.h"

#include <sstream>

namespace lockstep {
namespace {

/// "61:52", or "12" for a single bit.
std::string bitRange(const FieldInfo &field) {
  const std::string low = std::to_string(field.lsb);
  return field.bits == 1 ? low : std::to_string(field.lsb + field.bits - 1) + ":" + low;
}

/// "0 scratchpad, 1 accumulator", or the limits.
std::string describeValues(const FieldInfo &field) {
  const std::vector<std::string> &words = valueNames(field.name);
  if (words.empty())
    return fieldLimits(field.kind, field.bits);
  std::string text;
  for (size_t value = 0; value < words.size(); ++value)
    if (!words[value].empty())
      text += (value ? ", " : "") + std::to_string(value) + " `" + words[value] + "`";
  return text;
}

void printField(std::ostream &out, const FieldInfo &field) {
  out << "| " << bitRange(field) << " | `" << field.name << "` | " << field.bits
      << (field.kind == FieldKind::Signed ? " signed" : "") << " | " << describeValues(field) << " | "
      << field.meaning << " |\n";
}

void printInstructionInfo(std::ostream &out, const InstructionInfo &info) {
  out << "\n## " << info.mnemonic << "\n"
      << info.meaning << " (unit: " << info.unit << "; opcode " << unsigned{info.opcode}
      << ").\n\n| bits | field | width | values | meaning |\n|---|---|---|---|---|\n";
  out << "| 7:0 | `opcode` | 8 | " << unsigned{info.opcode} << " | " << info.mnemonic << " |\n";
  for (const FieldInfo &field : info.fields)
    printField(out, field);
  if (info.usedBits < 8 * kInstructionBytes)
    out << "| 511:" << info.usedBits << " | reserved | " << 8 * kInstructionBytes - info.usedBits
        << " | 0 | |\n";
}

} // namespace

std::string printParameterReference() {
  std::ostringstream out;
  out << "# Reference: parameters\n\nDefaults are those of `base`. Besides these: `name`, and `memory.model` "
         "(`fixed` or "
         "`dram`, default `fixed`).\n\n| parameter | default | limits | unit | meaning "
         "|\n|---|---|---|---|---|\n";
  for (const ParameterInfo &info : parameterList())
    out << "| `" << info.fullName() << "` | " << info.initial << " | " << info.minimum << " to "
        << info.maximum << " | " << info.unit << " | " << info.description << " |\n";
  return out.str();
}

std::string printInstructionReference() {
  std::ostringstream out;
  out << "# Reference: instructions\n\n"
      << 8 * kInstructionBytes
      << " bits each, little-endian; bit 0 is the lowest bit of the first byte. Reserved bits are zero.\n";
  for (const InstructionInfo &info : instructionSet())
    printInstructionInfo(out, info);
  return out.str();
}

std::string printErrorReference() {
  std::ostringstream out;
  out << "# Reference: error codes\n\n| code | name | meaning |\n|---|---|---|\n";
#define MACHINE_ERROR(code, name, meaning) out << "| " << code << " | `" #name "` | " << meaning << " |\n";
#include "hw/isa/MachineErrors.def"
#undef MACHINE_ERROR
  return out.str();
}

std::string printRuleReference() {
  std::ostringstream out;
  out << "# Reference: rules\n\n| label | rule |\n|---|---|\n";
#define RULE(label, text) out << "| `" #label "` | " << text << " |\n";
#include "hw/isa/Rules.def"
#undef RULE
  return out.str();
}

std::string printManual() {
  std::string manual;
  for (const char *const *chapter = kManualChapters; *chapter; ++chapter)
    manual += std::string(*chapter) + "\n";
  return manual + printParameterReference() + "\n" + printInstructionReference() + "\n" +
         printErrorReference() + "\n" + printRuleReference();
}

} // namespace lockstep
