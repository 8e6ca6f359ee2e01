#include "sim/kernel/Kernel.h"

#include "sim/kernel/Elementwise.h"
#include "sim/kernel/Matmul.h"
#include "sim/kernel/Requantize.h"
#include "sim/kernel/Transfers.h"

namespace lockstep {

namespace {

ArrayShape shapeOf(const Parameters &parameters) {
  ArrayShape shape;
  shape.rows = static_cast<size_t>(parameters.array_rows);
  shape.columns = static_cast<size_t>(parameters.array_columns);
  shape.vector_bytes = static_cast<size_t>(parameters.vectorBytes());
  shape.scratchpad_words = static_cast<uint64_t>(parameters.scratchpadWords());
  shape.accumulator_words = static_cast<uint64_t>(parameters.accumulatorWords());
  return shape;
}

} // namespace

KernelIsa bestKernelIsa() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vnni"))
    return KernelIsa::Avx512Vnni;
  if (__builtin_cpu_supports("avx2"))
    return KernelIsa::Avx2;
#endif
  return KernelIsa::Plain;
}

const char *kernelIsaName(KernelIsa isa) {
  switch (isa) {
  case KernelIsa::Plain:
    return "plain";
  case KernelIsa::Avx2:
    return "avx2";
  case KernelIsa::Avx512Vnni:
    return "avx512_vnni";
  }
  return "unknown";
}

struct Kernel::State {
  State(const Parameters &parameters, KernelIsa isa)
      : shape(shapeOf(parameters)), multiplier(shape, isa),
        requantizer(shape.columns, shape.vector_bytes, isa), lanes(parameters, isa) {}

  WordArray scratchpad(const OnChip &chip) const {
    return {chip.scratchpad, shape.scratchpad_words, shape.vector_bytes};
  }
  WordArray accumulator(const OnChip &chip) const {
    return {chip.accumulator, shape.accumulator_words, 4 * shape.columns};
  }
  WordArray memory(uint64_t code, const OnChip &chip) const {
    return code ? accumulator(chip) : scratchpad(chip);
  }
  VectorMemories memories(const OnChip &chip) const {
    return {scratchpad(chip), accumulator(chip), chip.tables};
  }

  ArrayShape shape;
  Multiplier multiplier;
  Requantizer requantizer;
  LaneExecutor lanes;
};

Kernel::Kernel(const Parameters &parameters, KernelIsa isa)
    : state(std::make_unique<State>(parameters, isa)) {}
Kernel::~Kernel() = default;
Kernel::Kernel(Kernel &&) noexcept = default;
Kernel &Kernel::operator=(Kernel &&) noexcept = default;

bool Kernel::execute(const LoadInstruction &instruction, OnChip chip, const ExternalMemory &memory) {
  return executeLoad(instruction, state->memory(instruction.local_memory, chip), memory);
}

bool Kernel::execute(const FillInstruction &instruction, OnChip chip) {
  return executeFill(instruction, state->memory(instruction.local_memory, chip));
}

bool Kernel::execute(const MatmulInstruction &instruction, OnChip chip) {
  return state->multiplier.execute(instruction, chip.scratchpad, chip.accumulator);
}

bool Kernel::execute(const RequantizeInstruction &instruction, OnChip chip) {
  return state->requantizer.execute(instruction, state->accumulator(chip), state->scratchpad(chip));
}

bool Kernel::execute(const ElementwiseInstruction &instruction, OnChip chip) {
  return state->lanes.execute(instruction, state->memories(chip));
}

bool Kernel::execute(const ReduceInstruction &instruction, OnChip chip) {
  return state->lanes.execute(instruction, state->memories(chip));
}

bool Kernel::execute(const TableInstruction &instruction, OnChip chip) {
  return state->lanes.execute(instruction, state->memories(chip));
}

void Kernel::forgetPairOffset(bool forget) { state->lanes.setPairOffset(forget ? 0 : 128); }

bool Kernel::execute(const StoreInstruction &instruction, OnChip chip, ExternalMemory &memory) {
  return executeStore(instruction, state->scratchpad(chip), memory);
}

} // namespace lockstep
