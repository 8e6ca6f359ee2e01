#include "compiler/conv/ScheduleTiming.h"

#include "compiler/gemm/Placement.h"
#include "compiler/gemm/TimingModel.h"

namespace lockstep {

ConvAddresses distantAddresses(const ConvProblem &problem) {
  ConvAddresses addresses;
  addresses.input = uint64_t{1} << 40;
  addresses.weights = uint64_t{1} << 41;
  addresses.output = uint64_t{1} << 42;
  addresses.parameters = uint64_t{1} << 43;
  addresses.parameter_array_bytes = roundUp(4 * problem.groups * problem.out_channels, 64);
  return addresses;
}

std::optional<uint64_t> timedCycles(std::vector<Instruction> code, const Parameters &parameters,
                                    uint64_t best) {
  for (const Instruction &instruction : code)
    if (!encode(instruction))
      return std::nullopt;
  code.push_back(HaltInstruction{});
  const uint64_t limit = best + best / 32 + 200;
  const uint64_t cycles = predictCycles(parameters, code, limit);
  return cycles > limit ? std::nullopt : std::optional<uint64_t>(cycles);
}

} // namespace lockstep
