// Programs as text, both ways.
//
//   ; comment
//   .machine base                               parameters of a named configuration or a file (default: base)
//   .parameter memory.latency_cycles 100        one parameter (also name and memory.model)
//   .region code 0x1000 4096 program            name, address, size in bytes, kind
//   .symbol x 0x2000 int8 [16,16]               name, address, element type, shape
//   .data 0x2000 1 2 0xff -1                    address and initial bytes; begins a block
//   .bytes 5 6                                  more bytes of the same block
//   .int32 7 -8                                 more bytes of the same block, four for each number
//   .argument 0 16                              register 1 at the start
//   .program 0x1000                             where the instructions go; default: the first region of kind
//   program loop count=16                               an instruction (InstructionText.h) .bits 7f00... 64
//   bytes of an instruction that cannot be decoded, in hexadecimal
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"

#include <string>

namespace lockstep {

/// One instruction. Errors: "line:1:column: ..." with what is allowed.
Result<Instruction> assembleInstruction(const std::string &text);

/// One line without a line break; assembles to the same instruction.
std::string disassembleInstruction(const Instruction &instruction);

/// A structurally valid program (checkStructure). Errors: "origin:line:column: ..." with what is allowed;
/// encodings are checked here, legality is not.
Result<Program> assembleProgram(const std::string &text, const std::string &origin);

/// Assembles to a program that serializes to the same bytes. Does not depend on configuration files.
std::string disassembleProgram(const Program &program);

} // namespace lockstep
