// Programs of which a semaphore was taken away: most have races now, some do not.
#pragma once

#include "hw/isa/Fields.h"
#include "tests/support/RandomPrograms.h"

namespace lockstep {

/// All waits and posts of the semaphore vanish.
inline void dropSemaphore(Program &program, uint64_t semaphore) {
  for (EncodedInstruction &bits : program.instructions) {
    Instruction instruction = *decode(bits);
    std::visit(
        [&](auto &fields) {
          forEachField(fields, [&](const char *, unsigned, FieldKind kind, auto &value) {
            if (kind == FieldKind::Semaphore && static_cast<uint64_t>(value) == semaphore + 1)
              value = 0;
          });
        },
        instruction);
    bits = *encode(instruction);
  }
}

/// A random program without `drops` of the semaphores that it may have.
inline Program weakenedProgram(uint64_t seed, unsigned drops) {
  RandomProgramOptions options;
  options.instructions = 10;
  options.max_iterations = 6;
  Program program = randomProgram(randomParameters(seed), seed, options);
  Random random(seed);
  for (unsigned i = 0; i < drops; ++i)
    dropSemaphore(program, random.below(16));
  return program;
}

} // namespace lockstep
