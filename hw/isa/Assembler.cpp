#include "hw/isa/Assembler.h"

#include "hw/isa/InstructionText.h"
#include "hw/machine/ParameterInfo.h"
#include "hw/program/ProgramRules.h"
#include "hw/support/Text.h"

#include <algorithm>

namespace lockstep {
namespace {

using Tokens = std::vector<AssemblyToken>;

class ProgramAssembler {
public:
  explicit ProgramAssembler(const std::string &origin) : line{origin, 0} {}

  Status readLine(const std::string &text);
  Result<Program> finish();

private:
  struct Directive {
    const char *name;
    const char *usage;
    unsigned atLeast, atMost; // operands
    Status (ProgramAssembler::*read)(const Tokens &);
  };
  static const std::vector<Directive> &directives();
  static std::vector<std::string> directiveNames();

  Status readDirective(const Tokens &tokens);
  Status readMachine(const Tokens &tokens);
  Status readParameter(const Tokens &tokens);
  Status readRegion(const Tokens &tokens);
  Status readSymbol(const Tokens &tokens);
  Status readData(const Tokens &tokens);
  Status readBytes(const Tokens &tokens);
  Status readInt16(const Tokens &tokens);
  Status readInt32(const Tokens &tokens);
  Status readMore(const Tokens &tokens, unsigned size_bytes);
  Status readArgument(const Tokens &tokens);
  Status readProgramAddress(const Tokens &tokens);
  Status readBits(const Tokens &tokens);
  Status readInstruction(const Tokens &tokens);

  Status readAddress(const AssemblyToken &token, uint64_t &address) const;
  Status readShape(const AssemblyToken &token, std::vector<uint64_t> &shape) const;
  Status appendIntegers(const Tokens &tokens, size_t first, unsigned size_bytes);
  Error complain(const AssemblyToken &token, const std::string &text) const {
    return line.complain(token.column, "'" + quotable(token.text) + "' " + text);
  }

  AssemblyLine line;
  Program program;
  AddressNames names;
  std::vector<PlacedOverride> overrides;
  bool hasMachine = false, hasAddress = false;
};

const std::vector<ProgramAssembler::Directive> &ProgramAssembler::directives() {
  using Self = ProgramAssembler;
  constexpr unsigned kMany = ~0u;
  static const std::vector<Directive> list = {
      {".machine", ".machine NAME-OR-FILE", 1, 1, &Self::readMachine},
      {".parameter", ".parameter GROUP.NAME VALUE", 2, 2, &Self::readParameter},
      {".region", ".region NAME ADDRESS SIZE-IN-BYTES KIND", 4, 4, &Self::readRegion},
      {".symbol", ".symbol NAME ADDRESS ELEMENT-TYPE [DIMENSION,...]", 4, 4, &Self::readSymbol},
      {".data", ".data ADDRESS BYTE...", 1, kMany, &Self::readData},
      {".bytes", ".bytes BYTE...", 1, kMany, &Self::readBytes},
      {".int16", ".int16 NUMBER...", 1, kMany, &Self::readInt16},
      {".int32", ".int32 NUMBER...", 1, kMany, &Self::readInt32},
      {".argument", ".argument INDEX VALUE", 2, 2, &Self::readArgument},
      {".program", ".program ADDRESS", 1, 1, &Self::readProgramAddress},
      {".bits", ".bits 128-HEXADECIMAL-DIGITS", 1, 1, &Self::readBits},
  };
  return list;
}

std::vector<std::string> ProgramAssembler::directiveNames() {
  std::vector<std::string> list;
  for (const Directive &directive : directives())
    list.push_back(directive.name);
  return list;
}

Status ProgramAssembler::readLine(const std::string &text) {
  ++line.number;
  const Result<Tokens> tokens = tokenizeLine(text, line);
  if (!tokens)
    return tokens.error();
  if (tokens->empty())
    return {};
  return tokens->front().text[0] == '.' ? readDirective(*tokens) : readInstruction(*tokens);
}

Status ProgramAssembler::readDirective(const Tokens &tokens) {
  for (const Directive &directive : directives()) {
    if (tokens[0].text != directive.name)
      continue;
    if (const size_t operands = tokens.size() - 1;
        operands < directive.atLeast || operands > directive.atMost)
      return complain(tokens[0],
                      "has " + std::to_string(operands) + " operands; allowed is " + directive.usage + ".");
    return (this->*directive.read)(tokens);
  }
  return complain(tokens[0], "is no directive; allowed are " + joinNames(directiveNames()) + ".");
}

Status ProgramAssembler::readMachine(const Tokens &tokens) {
  if (hasMachine)
    return complain(tokens[0], "is given twice; allowed is once.");
  const Result<Parameters> parameters = loadParameters(tokens[1].text);
  if (!parameters)
    return line.complain(tokens[1].column, parameters.error().message);
  hasMachine = true;
  program.parameters = *parameters;
  return {};
}

Status ProgramAssembler::readParameter(const Tokens &tokens) {
  overrides.push_back({tokens[1].text, tokens[2].text, line.placeOf(tokens[1].column)});
  return {};
}

Status ProgramAssembler::readRegion(const Tokens &tokens) {
  Region region;
  region.name = tokens[1].text;
  if (Status status = readAddress(tokens[2], region.address); !status)
    return status;
  if (Status status = readAddress(tokens[3], region.size_bytes); !status)
    return status;
  const std::vector<std::string> &kinds = regionKindNames();
  const auto kind = std::find(kinds.begin(), kinds.end(), tokens[4].text);
  if (kind == kinds.end())
    return complain(tokens[4], "is no kind of region; allowed are " + joinNames(kinds) + ".");
  region.kind = static_cast<RegionKind>(kind - kinds.begin());
  names[region.name] = region.address;
  program.regions.push_back(std::move(region));
  return {};
}

Status ProgramAssembler::readSymbol(const Tokens &tokens) {
  Symbol symbol;
  symbol.name = tokens[1].text;
  symbol.element_type = tokens[3].text;
  if (Status status = readAddress(tokens[2], symbol.address); !status)
    return status;
  if (elementSizeBytes(symbol.element_type) == 0)
    return complain(tokens[3], "is no element type; allowed are int8, uint8, int16 and int32.");
  if (Status status = readShape(tokens[4], symbol.shape); !status)
    return status;
  names[symbol.name] = symbol.address;
  program.symbols.push_back(std::move(symbol));
  return {};
}

Status ProgramAssembler::readShape(const AssemblyToken &token, std::vector<uint64_t> &shape) const {
  const Error problem =
      complain(token, "is no shape; allowed is [16,16], or [] for a scalar, at most 8 dimensions.");
  if (token.text.size() < 2 || token.text.front() != '[' || token.text.back() != ']')
    return problem;
  const std::string inner = token.text.substr(1, token.text.size() - 2);
  for (size_t start = 0; !inner.empty() && start <= inner.size();) {
    const size_t comma = std::min(inner.find(',', start), inner.size());
    const std::optional<uint64_t> dimension = parseUnsigned(inner.substr(start, comma - start));
    if (!dimension || shape.size() == kMaxRank)
      return problem;
    shape.push_back(*dimension);
    start = comma + 1;
  }
  return {};
}

Status ProgramAssembler::readData(const Tokens &tokens) {
  DataBlock block;
  if (Status status = readAddress(tokens[1], block.address); !status)
    return status;
  program.data.push_back(std::move(block));
  return appendIntegers(tokens, 2, 1);
}

Status ProgramAssembler::readBytes(const Tokens &tokens) { return readMore(tokens, 1); }
Status ProgramAssembler::readInt16(const Tokens &tokens) { return readMore(tokens, 2); }
Status ProgramAssembler::readInt32(const Tokens &tokens) { return readMore(tokens, 4); }

Status ProgramAssembler::readMore(const Tokens &tokens, unsigned size_bytes) {
  return program.data.empty() ? complain(tokens[0], "continues no block; allowed is after .data.")
                              : appendIntegers(tokens, 1, size_bytes);
}

/// Appends little-endian numbers to the last data block; signed or unsigned, as long as they fit.
Status ProgramAssembler::appendIntegers(const Tokens &tokens, size_t first, unsigned size_bytes) {
  const int64_t values = int64_t{1} << (8 * size_bytes), minimum = -values / 2, maximum = values - 1;
  for (size_t i = first; i < tokens.size(); ++i) {
    const std::optional<int64_t> value = parseSigned(tokens[i].text);
    if (!value || *value < minimum || *value > maximum)
      return complain(tokens[i], "does not fit; allowed is " + std::to_string(minimum) + " to " +
                                     std::to_string(maximum) + ".");
    for (unsigned byte = 0; byte < size_bytes; ++byte)
      program.data.back().bytes.push_back(static_cast<uint8_t>(*value >> (8 * byte)));
  }
  return {};
}

Status ProgramAssembler::readArgument(const Tokens &tokens) {
  const std::optional<uint64_t> index = parseUnsigned(tokens[1].text);
  if (!index || *index >= kNumArguments)
    return complain(tokens[1], "is no argument; allowed is 0 to 7.");
  return readAddress(tokens[2], program.arguments[*index]);
}

Status ProgramAssembler::readProgramAddress(const Tokens &tokens) {
  hasAddress = true;
  return readAddress(tokens[1], program.program_address);
}

Status ProgramAssembler::readBits(const Tokens &tokens) {
  const std::string &digits = tokens[1].text;
  if (digits.size() != 2 * kInstructionBytes)
    return complain(tokens[1], "has " + std::to_string(digits.size()) + " digits; allowed is 128.");
  EncodedInstruction bits;
  for (unsigned i = 0; i < kInstructionBytes; ++i) {
    const std::optional<uint64_t> byte = parseUnsigned("0x" + digits.substr(2 * i, 2));
    if (!byte)
      return complain(tokens[1],
                      "holds something else than hexadecimal digits; allowed are 0 to 9 and a to f.");
    bits[i] = static_cast<uint8_t>(*byte);
  }
  program.instructions.push_back(bits);
  return {};
}

Status ProgramAssembler::readInstruction(const Tokens &tokens) {
  const Result<Instruction> instruction = parseInstruction(tokens, line, names);
  if (!instruction)
    return instruction.error();
  const Result<EncodedInstruction> bits = encode(*instruction);
  if (!bits)
    return line.complain(tokens[0].column, bits.error().message);
  program.instructions.push_back(*bits);
  return {};
}

Status ProgramAssembler::readAddress(const AssemblyToken &token, uint64_t &address) const {
  const std::optional<uint64_t> value = parseAddress(token.text, names);
  if (!value)
    return complain(token,
                    "is no number; allowed is 0 to 2^64 - 1, or NAME or NAME+NUMBER of a region or symbol "
                    "above this line.");
  address = *value;
  return {};
}

Result<Program> ProgramAssembler::finish() {
  Result<Parameters> parameters = applyOverrides(program.parameters, overrides, line.origin);
  if (!parameters)
    return parameters.error();
  program.parameters = *parameters;
  for (auto region = program.regions.rbegin(); region != program.regions.rend() && !hasAddress; ++region)
    if (region->kind == RegionKind::Program)
      program.program_address = region->address; // the first one comes last
  if (Status status = checkStructure(program); !status)
    return Error{ErrorKind::Program, line.origin + ": " + status.error().message};
  return std::move(program);
}

} // namespace

Result<Instruction> assembleInstruction(const std::string &text) {
  const AssemblyLine line{"line", 1};
  const Result<Tokens> tokens = tokenizeLine(text, line);
  return tokens ? parseInstruction(*tokens, line, {}) : Result<Instruction>(tokens.error());
}

Result<Program> assembleProgram(const std::string &text, const std::string &origin) {
  ProgramAssembler assembler(origin);
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    if (Status status = assembler.readLine(text.substr(start, end - start)); !status)
      return status.error();
    start = end + 1;
  }
  return assembler.finish();
}

} // namespace lockstep
