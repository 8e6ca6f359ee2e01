#include "tests/support/ProgramTree.h"

namespace lockstep {
namespace {

void append(const ProgramBlock &block, ProgramPath &path, FlatProgram &flat) {
  path.push_back(0);
  for (const ProgramNode &node : block) {
    flat.instructions.push_back(node.instruction);
    flat.paths.push_back(path);
    if (node.isLoop()) {
      append(node.body, path, flat);
      flat.instructions.push_back(EndInstruction{});
      flat.paths.emplace_back();
    }
    ++path.back();
  }
  path.pop_back();
}

} // namespace

FlatProgram flatten(const ProgramBlock &root) {
  FlatProgram flat;
  ProgramPath path;
  append(root, path, flat);
  flat.instructions.push_back(HaltInstruction{});
  flat.paths.emplace_back();
  return flat;
}

} // namespace lockstep
