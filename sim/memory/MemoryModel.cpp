#include "sim/memory/DramMemory.h"
#include "sim/memory/FixedMemory.h"

namespace lockstep {

std::unique_ptr<MemoryModel> makeMemoryModel(const Parameters &parameters) {
  if (parameters.memory_model == MemoryModelKind::Dram)
    return std::make_unique<DramMemory>(parameters);
  return std::make_unique<FixedMemory>(uint64_t(parameters.memory_latency_cycles));
}

} // namespace lockstep
