#include "hw/isa/Assembler.h"
#include "hw/isa/InstructionText.h"
#include "hw/machine/ParameterInfo.h"
#include "hw/program/ProgramRules.h"

#include <algorithm>
#include <sstream>

namespace lockstep {
namespace {

constexpr size_t kBytesPerLine = 32;

struct Hex {
  uint64_t value;
};
std::ostream &operator<<(std::ostream &out, Hex number) {
  const std::ios::fmtflags flags = out.flags();
  out << "0x" << std::hex << number.value;
  out.flags(flags);
  return out;
}

/// Only what differs from the defaults, which are compiled in: no configuration file takes part.
void printParameterLines(std::ostream &out, const Parameters &parameters) {
  const Parameters defaults;
  if (parameters.name != defaults.name)
    out << ".parameter name " << parameters.name << "\n";
  if (parameters.memory_model != defaults.memory_model)
    out << ".parameter memory.model " << memoryModelName(parameters.memory_model) << "\n";
  for (const ParameterInfo &info : parameterList())
    if (parameters.*info.member != defaults.*info.member)
      out << ".parameter " << info.fullName() << " " << parameters.*info.member << "\n";
}

void printRegions(std::ostream &out, const std::vector<Region> &regions) {
  for (const Region &region : regions)
    out << ".region " << quoteToken(region.name) << " " << Hex{region.address} << " " << region.size_bytes
        << " " << regionKindNames()[static_cast<size_t>(region.kind)] << "\n";
}

void printSymbols(std::ostream &out, const std::vector<Symbol> &symbols) {
  for (const Symbol &symbol : symbols) {
    out << ".symbol " << quoteToken(symbol.name) << " " << Hex{symbol.address} << " " << symbol.element_type
        << " [";
    for (size_t i = 0; i < symbol.shape.size(); ++i)
      out << (i ? "," : "") << symbol.shape[i];
    out << "]\n";
  }
}

void printData(std::ostream &out, const DataBlock &block) {
  out << ".data " << Hex{block.address};
  for (size_t i = 0; i < block.bytes.size(); ++i) {
    if (i != 0 && i % kBytesPerLine == 0)
      out << "\n.bytes";
    out << " " << unsigned{block.bytes[i]};
  }
  out << "\n";
}

void printStart(std::ostream &out, const Program &program) {
  out << ".program " << Hex{program.program_address} << "\n";
  for (unsigned i = 0; i < kNumArguments; ++i)
    if (program.arguments[i] != 0)
      out << ".argument " << i << " " << Hex{program.arguments[i]} << "\n";
}

std::string printBits(const EncodedInstruction &bits, const std::string &reason) {
  std::string text = ".bits ";
  for (uint8_t byte : bits)
    text += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  return text + " ; " + reason;
}

/// Instructions with their index behind them; the bodies of loops are indented.
void printInstructions(std::ostream &out, const std::vector<EncodedInstruction> &instructions) {
  size_t depth = 0;
  for (size_t i = 0; i < instructions.size(); ++i) {
    const Result<Instruction> instruction = decode(instructions[i]);
    if (instruction && std::holds_alternative<EndInstruction>(*instruction) && depth > 0)
      --depth;
    out << std::string(2 * std::min<size_t>(depth, kMaxLoopDepth), ' ')
        << (instruction ? printInstruction(*instruction)
                        : printBits(instructions[i], instruction.error().message))
        << " ; " << i << "\n";
    if (instruction && std::holds_alternative<LoopInstruction>(*instruction))
      ++depth;
  }
}

} // namespace

std::string disassembleInstruction(const Instruction &instruction) { return printInstruction(instruction); }

std::string disassembleProgram(const Program &program) {
  std::ostringstream out;
  printParameterLines(out, program.parameters);
  printRegions(out, program.regions);
  printSymbols(out, program.symbols);
  for (const DataBlock &block : program.data)
    printData(out, block);
  printStart(out, program);
  printInstructions(out, program.instructions);
  return out.str();
}

} // namespace lockstep
