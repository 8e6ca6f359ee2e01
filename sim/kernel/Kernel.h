// Fast values: what each resolved instruction does to the bytes that it addresses.
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/program/ExternalMemory.h"

#include <cstdint>
#include <memory>

namespace lockstep {

/// The on-chip bytes of a machine, in the layout of OnChipState; not owned.
struct OnChip {
  uint8_t *scratchpad = nullptr;  // [scratchpad_words, V] int8
  uint8_t *accumulator = nullptr; // [accumulator_words, C] int32, little-endian
  int16_t *tables = nullptr;      // [vector_tables, kTableEntries]
};

/// Instruction sets that the kernels are written for, in ascending order.
enum class KernelIsa { Plain, Avx2, Avx512Vnni };

/// The best one that this processor has.
KernelIsa bestKernelIsa();
const char *kernelIsaName(KernelIsa isa);

/// Executes resolved instructions (registers added, address fields hold the sums; register fields are
/// ignored) one at a time, bit for bit as the manual's chapters 1 and 3 to 6 say, garbage lanes included.
///
/// Assumes legal instructions. An instruction that addresses words outside of the on-chip memories, or bytes
/// outside of one region, or whose counts or chunk sizes are impossible, has no effect at all and returns
/// false; otherwise true. Packed copies live only while an instruction executes: no values are remembered.
/// One Kernel serves one thread; several Kernels are independent.
class Kernel {
public:
  explicit Kernel(const Parameters &parameters, KernelIsa isa = bestKernelIsa());
  ~Kernel();
  Kernel(Kernel &&) noexcept;
  Kernel &operator=(Kernel &&) noexcept;

  bool execute(const LoadInstruction &instruction, OnChip chip, const ExternalMemory &memory);
  bool execute(const FillInstruction &instruction, OnChip chip);
  bool execute(const MatmulInstruction &instruction, OnChip chip);
  bool execute(const RequantizeInstruction &instruction, OnChip chip);
  bool execute(const ElementwiseInstruction &instruction, OnChip chip);
  bool execute(const ReduceInstruction &instruction, OnChip chip);
  bool execute(const TableInstruction &instruction, OnChip chip);
  bool execute(const StoreInstruction &instruction, OnChip chip, ExternalMemory &memory);

  /// For tests of the tests: pairs lose (or get back) the 128 of their low half.
  void forgetPairOffset(bool forget);

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace lockstep
