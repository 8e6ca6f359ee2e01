// What a Verilated model depends on, and its name in the cache.
#pragma once

#include "sim/rtl_engine/RtlEngine.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lockstep {

/// Everything that goes into the build of one model.
struct ModelSources {
  std::vector<std::filesystem::path>
      rtl; // in the order that Verilator reads them; the package comes before all
  std::vector<std::filesystem::path> model; // C++ that is compiled into the shared object
  std::string package;                      // text of lockstep_pkg.sv
  std::vector<std::string> verilator_flags, fast_flags, slow_flags; // without paths
};

/// Sources and flags of a model. Only structural parameters count: a latency or a DRAM timing changes no RTL.
/// Errors: the RTL's folder is missing.
Result<ModelSources> modelSources(const Parameters &parameters, const RtlVariant &variant);

/// "16x16-0123456789abcdef": the size of the array and a hash of every byte of the sources, of all flags and
/// of the tools' versions.
Result<std::string> modelKey(const Parameters &parameters, const ModelSources &sources);

/// The folder of the RTL: $LOCKSTEP_RTL_DIR, or that of the source tree.
std::filesystem::path rtlFolder();

} // namespace lockstep
