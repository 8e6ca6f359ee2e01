// From RTL sources to a shared object: Verilator, then the C++ compiler by ninja with two jobs.
#pragma once

#include "sim/rtl_engine/ModelKey.h"

namespace lockstep {

/// First lines of `verilator --version` and `c++ --version`, asked once. Errors: Verilator is not installed.
Result<std::string> toolVersions();

/// The folder of verilated.h.
std::filesystem::path verilatorInclude();

/// Builds `folder`/model.so in the existing, empty `folder`; everything that the tools print goes to `log`.
/// Errors: a tool failed (names the log and its first line that tells an error).
Status buildModel(const ModelSources &sources, const std::filesystem::path &folder,
                  const std::filesystem::path &log);

} // namespace lockstep
