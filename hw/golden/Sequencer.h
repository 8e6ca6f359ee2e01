// What the sequencer's own instructions do, without time: registers, loop stack, program counter.
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/program/Program.h"
#include "hw/support/Result.h"

#include <array>
#include <cstdint>
#include <vector>

namespace lockstep {

using Registers = std::array<uint64_t, kNumRegisters>;

/// The instruction as it reaches its unit: registers are added to the address fields (modulo 2^bits of the
/// field) and the register fields are zero.
Instruction resolve(const Instruction &instruction, const Registers &registers);

/// The same into `resolved`, which has to hold the same alternative (so that nothing is allocated or copied
/// twice).
void resolveInto(const Instruction &instruction, const Registers &registers, Instruction &resolved);

/// A static instruction, decoded once, with what a sequencer asks of it most often.
struct DecodedInstruction {
  Instruction instruction;
  Unit unit = Unit::Sequencer;
  bool uses_registers = false; // a unit instruction that `resolve` would change
};

/// All instructions of a program. Errors: encoding_c1 to encoding_c3, with the index of the instruction.
Result<std::vector<DecodedInstruction>> decodeProgram(const Program &program);

/// What the sequencer does after one of its own instructions.
enum class SequencerEffect : uint8_t {
  Advance,  // pc + 1
  JumpBack, // to the start of the loop's body, `pc` says where
  Halt,
  LoopStackError, // overflow or underflow; state unchanged
};

/// Registers, loop stack and program counter exactly as the manual's chapter "Sequencer" says. Knows no
/// legality: a loop of count 0 runs 2^32 times, as in the hardware; writes to register 0 vanish.
class SequencerState {
public:
  explicit SequencerState(const std::array<uint64_t, kNumArguments> &arguments = {});

  /// One of halt, loop, end, set, add; updates `pc`.
  SequencerEffect execute(const Instruction &instruction);
  /// After a unit instruction was handed over.
  void advance() { ++pc; }

  uint64_t pc = 0;
  Registers registers{};
  unsigned loopDepth() const { return depth; }

private:
  struct Loop {
    uint64_t body = 0;      // index of the first instruction of the body
    uint32_t remaining = 0; // iterations after the present one
  };
  SequencerEffect enterLoop(const LoopInstruction &loop);
  SequencerEffect endLoop();
  SequencerEffect write(uint64_t destination, uint64_t value);

  std::array<Loop, kMaxLoopDepth> loops{};
  unsigned depth = 0;
};

/// source + value modulo 2^64, less `modulus` if that is not 0 and the sum (unsigned) reaches it.
constexpr uint64_t ringAdd(uint64_t source, int64_t value, uint64_t modulus) {
  const uint64_t sum = source + static_cast<uint64_t>(value);
  return modulus != 0 && sum >= modulus ? sum - modulus : sum;
}

} // namespace lockstep
