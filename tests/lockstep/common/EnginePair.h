// The SystemC model and the RTL of one machine, ready to be compared.
#pragma once

#include "sim/lockstep/LockstepRun.h"
#include "sim/rtl_engine/RtlEngine.h"

namespace lockstep {

class EnginePair {
public:
  /// Assertions on, compiled for short runs.
  static RtlVariant testVariant();
  /// Errors: the RTL cannot be built.
  static Result<EnginePair> make(const Parameters &parameters, const RtlVariant &variant = testVariant());

  /// Over the bytes that the program brings along, or over `memory`.
  Result<LockstepReport> compare(const Program &program, const LockstepOptions &options = {});
  Result<LockstepReport> compare(const Program &program, ExternalMemory &memory,
                                 const LockstepOptions &options = {});

  Engine &systemc() { return *model; }
  Engine &rtl() { return *hardware; }

private:
  std::unique_ptr<Engine> model, hardware;
};

/// Empty if nothing differs; else the report's sentence or the error's.
std::string differenceOf(const Result<LockstepReport> &report);

} // namespace lockstep
