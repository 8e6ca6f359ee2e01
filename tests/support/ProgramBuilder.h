// Programs for tests, built instruction by instruction.
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace lockstep {

constexpr uint64_t kProgramAddress = uint64_t{1} << 40;

/// Collects regions and instructions; `finish` adds the halt and the program's own region.
class ProgramBuilder {
public:
  explicit ProgramBuilder(const Parameters &parameters) { program.parameters = parameters; }

  ProgramBuilder &region(const std::string &name, uint64_t address, uint64_t sizeBytes, RegionKind kind) {
    program.regions.push_back({name, address, sizeBytes, kind});
    return *this;
  }
  /// Aborts the test if a value does not fit its field.
  ProgramBuilder &add(const Instruction &instruction) {
    const Result<EncodedInstruction> bits = encode(instruction);
    if (!bits) {
      std::cerr << "ProgramBuilder: " << bits.error().message << "\n";
      std::abort();
    }
    program.instructions.push_back(*bits);
    return *this;
  }
  ProgramBuilder &data(uint64_t address, std::vector<uint8_t> bytes) {
    program.data.push_back({address, std::move(bytes)});
    return *this;
  }
  ProgramBuilder &argument(unsigned index, uint64_t value) {
    program.arguments[index] = value;
    return *this;
  }

  Program finish() {
    add(HaltInstruction{});
    return finishWithoutHalt();
  }
  Program finishWithoutHalt() {
    program.program_address = kProgramAddress;
    region("program", kProgramAddress, kInstructionBytes * program.instructions.size(), RegionKind::Program);
    return program;
  }

private:
  Program program;
};

/// "with" for instruction structs: make<LoadInstruction>([](auto &load) { load.row_bytes = 4; }).
template <typename Struct, typename Change> Struct make(Change &&change) {
  Struct fields;
  change(fields);
  return fields;
}

inline LoopInstruction loopOf(uint64_t count, uint64_t countRegister = 0) {
  LoopInstruction loop;
  loop.count = count;
  loop.count_register = countRegister;
  return loop;
}

inline SetInstruction setOf(uint64_t destination, uint64_t value) {
  SetInstruction set;
  set.destination_register = destination;
  set.value = value;
  return set;
}

inline AddInstruction addOf(uint64_t destination, uint64_t source, int64_t value, uint64_t modulus = 0) {
  AddInstruction add;
  add.destination_register = destination;
  add.source_register = source;
  add.value = value;
  add.modulus = modulus;
  return add;
}

/// Waits and posts by semaphore number; -1 for none.
template <typename Struct> Struct synchronized(Struct fields, int wait, int post) {
  fields.wait_0 = static_cast<uint64_t>(wait + 1);
  fields.post_0 = static_cast<uint64_t>(post + 1);
  return fields;
}

inline SyncInstruction syncOf(Unit unit, int wait, int post) {
  SyncInstruction sync;
  sync.unit = static_cast<uint64_t>(unit);
  return synchronized(sync, wait, post);
}

} // namespace lockstep
