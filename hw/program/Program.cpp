#include "hw/program/Program.h"

#include <cstring>

namespace lockstep {

static Status place(ExternalMemory &memory, uint64_t address, const void *bytes, uint64_t size_bytes) {
  uint8_t *target = memory.find(address, size_bytes);
  if (!target)
    return Error{ErrorKind::Bounds, "the " + std::to_string(size_bytes) + " initial bytes at address " +
                                        std::to_string(address) +
                                        " do not lie in one region of the memory map."};
  if (size_bytes != 0)
    std::memcpy(target, bytes, size_bytes);
  return {};
}

Result<ExternalMemory> buildMemory(const Program &program) {
  ExternalMemory memory;
  for (const Region &region : program.regions)
    if (Status status = memory.addRegion(region); !status)
      return status.error();
  for (const DataBlock &block : program.data)
    if (Status status = place(memory, block.address, block.bytes.data(), block.bytes.size()); !status)
      return status.error();
  const uint64_t codeBytes = program.instructions.size() * kInstructionBytes;
  if (Status status = place(memory, program.program_address, program.instructions.data(), codeBytes); !status)
    return status.error();
  return memory;
}

} // namespace lockstep
