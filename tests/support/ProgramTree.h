// A program as nested blocks, so that instructions can be put in without breaking loops.
#pragma once

#include "hw/isa/Instruction.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// An instruction; a loop has its body between itself and the `end` that flattening adds.
struct ProgramNode {
  Instruction instruction;
  std::vector<ProgramNode> body;
  uint64_t id = 0; // unique in its tree, stays when others are put in

  bool isLoop() const { return std::holds_alternative<LoopInstruction>(instruction); }
};

using ProgramBlock = std::vector<ProgramNode>;

/// Positions from the outermost block to a node: path[0] in the root, path[1] in that loop's body, ...
using ProgramPath = std::vector<size_t>;

struct FlatProgram {
  std::vector<Instruction> instructions; // a halt at the end
  std::vector<ProgramPath> paths;        // of each instruction; empty for `end` and `halt`
};

FlatProgram flatten(const ProgramBlock &root);

} // namespace lockstep
