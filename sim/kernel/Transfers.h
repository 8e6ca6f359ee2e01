// Values of the load and store units (manual, chapters "Load unit" and "Store unit").
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/program/ExternalMemory.h"

#include <cstdint>

namespace lockstep {

/// One on-chip memory as an array of words.
struct WordArray {
  uint8_t *bytes = nullptr; // [num_words, word_bytes]
  uint64_t num_words = 0;
  uint64_t word_bytes = 0;
  uint8_t *word(int64_t address) const { return bytes + address * static_cast<int64_t>(word_bytes); }
};

// Each returns false, with no effect at all, if the instruction addresses words outside of `local` or bytes
// outside of one region, or if a count, row_bytes or chunk_bytes is impossible.

/// `local` is the memory that the instruction names.
bool executeLoad(const LoadInstruction &instruction, const WordArray &local, const ExternalMemory &memory);
bool executeFill(const FillInstruction &instruction, const WordArray &local);
bool executeStore(const StoreInstruction &instruction, const WordArray &scratchpad, ExternalMemory &memory);

} // namespace lockstep
