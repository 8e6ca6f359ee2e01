#include "hw/isa/SvPackagePrinter.h"

#include "hw/isa/Fields.h"

#include <cctype>
#include <sstream>

namespace lockstep {
namespace {

std::string upper(std::string text) {
  for (char &c : text)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// "stage_rows" -> "StageRows".
std::string upperCamel(const std::string &name) {
  std::string text;
  bool atStart = true;
  for (char c : name) {
    if (c != '_')
      text += atStart ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    atStart = c == '_';
  }
  return text;
}

void printConstant(std::ostream &out, const std::string &name, uint64_t value) {
  out << "  localparam int unsigned " << name << " = " << value << ";\n";
}

void printCounts(std::ostream &out) {
  printConstant(out, "INSTRUCTION_BYTES", kInstructionBytes);
  printConstant(out, "INSTRUCTION_BITS", 8 * kInstructionBytes);
  printConstant(out, "OPCODE_WIDTH", kOpcodeBits);
  printConstant(out, "NUM_SEMAPHORES", kNumSemaphores);
  printConstant(out, "NUM_REGISTERS", kNumRegisters);
  printConstant(out, "MAX_LOOP_DEPTH", kMaxLoopDepth);
  printConstant(out, "NUM_ARGUMENTS", 8);
  printConstant(out, "NUM_UNITS", kNumQueuedUnits);
  for (unsigned code = 0; code < kNumQueuedUnits; ++code)
    printConstant(out, "UNIT_" + upper(unitName(static_cast<Unit>(code))), code);
#define MACHINE_ERROR(code, name, meaning) printConstant(out, upper("ERROR_" #name), code);
#include "hw/isa/MachineErrors.def"
#undef MACHINE_ERROR
}

void printLayout(std::ostream &out, const InstructionInfo &info) {
  const std::string prefix = upper(info.mnemonic) + "_";
  out << "\n  // " << info.mnemonic << ": " << info.meaning << "\n";
  out << "  localparam logic [7:0] OPCODE_" << upper(info.mnemonic) << " = 8'd" << unsigned{info.opcode}
      << ";\n";
  for (const FieldInfo &field : info.fields) {
    printConstant(out, prefix + upper(field.name) + "_LSB", field.lsb);
    printConstant(out, prefix + upper(field.name) + "_WIDTH", field.bits);
  }
  printConstant(out, prefix + "USED_BITS", info.usedBits);
}

/// Packed structs list the most significant member first.
void printStruct(std::ostream &out, const InstructionInfo &info) {
  out << "  typedef struct packed {\n";
  if (info.usedBits < 8 * kInstructionBytes)
    out << "    logic [" << 8 * kInstructionBytes - info.usedBits - 1 << ":0] reserved;\n";
  for (auto field = info.fields.rbegin(); field != info.fields.rend(); ++field)
    out << (field->kind == FieldKind::Signed ? "    logic signed [" : "    logic [") << field->bits - 1
        << ":0] " << svFieldName(field->name) << "; // " << field->meaning << "\n";
  out << "    logic [" << kOpcodeBits - 1 << ":0] opcode;\n";
  out << "  } " << info.mnemonic << "_instruction_t;\n";
}

struct ParameterDefault {
  std::string name; // UpperCamelCase
  int64_t value;
};

std::vector<ParameterDefault> parameterDefaults(const Parameters &parameters) {
  return {
#define PARAMETER(group, name, initial, minimum, maximum, unit, description)                                 \
  {svParameterName(#group, #name), parameters.group##_##name},
#include "hw/machine/Parameters.def"
#undef PARAMETER
  };
}

} // namespace

std::string svFieldName(const std::string &field) {
  return field == "table" || field == "function" ? field + "_" : field;
}

std::string svParameterName(const std::string &group, const std::string &name) {
  return upperCamel(group) + upperCamel(name);
}

std::string printSvPackage() {
  std::ostringstream out;
  out << "// Printed from hw/isa/Instructions.def and MachineErrors.def; do not edit.\n";
  out << "/* verilator lint_off UNUSED */\n"; // a design uses some of the constants only
  out << "package lockstep_pkg;\n";
  printCounts(out);
  for (const InstructionInfo &info : instructionSet()) {
    printLayout(out, info);
    printStruct(out, info);
  }
  out << "endpackage\n/* verilator lint_on UNUSED */\n";
  return out.str();
}

std::string printSvModuleParameters() {
  std::string text;
  for (const ParameterDefault &parameter : parameterDefaults(Parameters{}))
    text += (text.empty() ? "" : ",\n") + ("  parameter int unsigned " + parameter.name) + " = " +
            std::to_string(parameter.value);
  return text + "\n";
}

std::vector<std::string> svParameterFlags(const Parameters &parameters) {
  std::vector<std::string> flags;
  for (const ParameterDefault &parameter : parameterDefaults(parameters))
    flags.push_back("-G" + parameter.name + "=" + std::to_string(parameter.value));
  return flags;
}

} // namespace lockstep
