// One instruction as a line of assembly: `mnemonic field=value ...`, fields that are zero left out.
#pragma once

#include "hw/isa/AssemblyTokens.h"
#include "hw/isa/Fields.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// Names that may stand for addresses (regions and symbols).
using AddressNames = std::map<std::string, uint64_t>;

/// A number, `name` or `name+number` (modulo 2^64); empty if the text is none of them.
std::optional<uint64_t> parseAddress(const std::string &text, const AddressNames &names);

/// Values: decimal or 0x numbers; `r5` for a register, `s3` or `none` for a semaphore, the words of
/// FieldNames.h; `name` or `name+number` for a 64-bit unsigned field. `wait=s1,s2` and `post=s3` fill wait_0,
/// wait_1, ... Errors: unknown mnemonics, fields and words, values that do not fit, fields given twice; each
/// with its column.
Result<Instruction> parseInstruction(const std::vector<AssemblyToken> &tokens, const AssemblyLine &line,
                                     const AddressNames &names);

/// Parses back to the same instruction.
std::string printInstruction(const Instruction &instruction);

} // namespace lockstep
