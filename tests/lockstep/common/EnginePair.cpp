#include "tests/lockstep/common/EnginePair.h"

namespace lockstep {

RtlVariant EnginePair::testVariant() {
  RtlVariant variant;
  variant.assertions = true;
  variant.quick_build = true;
  return variant;
}

Result<EnginePair> EnginePair::make(const Parameters &parameters, const RtlVariant &variant) {
  auto rtl = makeRtlEngine(parameters, variant);
  if (!rtl)
    return rtl.error();
  EnginePair pair;
  pair.hardware = std::move(*rtl);
  pair.model = makeSystemCEngine(parameters);
  return pair;
}

Result<LockstepReport> EnginePair::compare(const Program &program, const LockstepOptions &options) {
  auto memory = buildMemory(program);
  if (!memory)
    return memory.error();
  return compare(program, *memory, options);
}

Result<LockstepReport> EnginePair::compare(const Program &program, ExternalMemory &memory,
                                           const LockstepOptions &options) {
  return LockstepRun(*model, "systemc", *hardware, "rtl").run(program, memory, options);
}

std::string differenceOf(const Result<LockstepReport> &report) {
  if (!report)
    return report.error().message;
  return report->difference ? report->difference->sentence : "";
}

} // namespace lockstep
