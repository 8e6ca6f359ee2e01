// The instructions as plain structs, made from the field lists of Instructions.def.
#pragma once

#include "hw/support/Result.h"

#include <array>
#include <cstdint>
#include <string>
#include <variant>

namespace lockstep {

/// Units that execute instructions, in the order of their codes in `sync`; the sequencer comes last.
enum class Unit : uint8_t { Load = 0, Matrix = 1, Vector = 2, Store = 3, Sequencer = 4 };
constexpr unsigned kNumQueuedUnits = 4;
const char *unitName(Unit unit);

constexpr unsigned kInstructionBytes = 64;
constexpr unsigned kNumSemaphores = 64;
constexpr unsigned kNumRegisters = 32;
constexpr unsigned kMaxLoopDepth = 8;

#define LOCKSTEP_FIELD_TYPE_u uint64_t
#define LOCKSTEP_FIELD_TYPE_s int64_t
#define LOCKSTEP_FIELD_TYPE_reg uint64_t
#define LOCKSTEP_FIELD_TYPE_sem uint64_t
#define LOCKSTEP_FIELD(name, bits, kind, meaning) LOCKSTEP_FIELD_TYPE_##kind name = 0;
#define INSTRUCTION(opcodeValue, mnemonic, Struct, unit, FIELDS, meaning)                                          \
  struct Struct {                                                                                                  \
    static constexpr uint8_t opcode = opcodeValue;                                                                 \
    FIELDS(LOCKSTEP_FIELD)                                                                                         \
  };
#include "hw/isa/Instructions.def"
#undef INSTRUCTION
#undef LOCKSTEP_FIELD

using Instruction =
    std::variant<HaltInstruction, LoopInstruction, EndInstruction, SetInstruction, AddInstruction, SyncInstruction,
                 LoadInstruction, FillInstruction, MatmulInstruction, RequantizeInstruction, ElementwiseInstruction,
                 ReduceInstruction, TableInstruction, StoreInstruction>;

/// 512 bits, little-endian.
using EncodedInstruction = std::array<uint8_t, kInstructionBytes>;

/// Errors: a value does not fit its field (Legality, names the field and its limits).
Result<EncodedInstruction> encode(const Instruction &instruction);

/// Errors: encoding_c1, encoding_c2, encoding_c3.
Result<Instruction> decode(const EncodedInstruction &bits);

/// The unit that executes the instruction (for `sync`: the one it names).
Unit unitOf(const Instruction &instruction);

/// Semaphore numbers (0 to 63) of the waits or posts; empty for the sequencer's own instructions.
struct SemaphoreList {
  std::array<uint8_t, 3> ids{};
  unsigned count = 0;
};
SemaphoreList waitsOf(const Instruction &instruction);
SemaphoreList postsOf(const Instruction &instruction);

} // namespace lockstep
