// Verilated models on disk: built at most once for each content, safe among processes.
#pragma once

#include "sim/rtl_engine/ModelKey.h"

namespace lockstep {

/// The shared object of this machine and variant, built if it is not in the cache. Several processes may ask
/// at once: one builds under a lock, the others wait; an entry appears by an atomic rename or not at all.
/// Cache: $LOCKSTEP_CACHE_DIR, else $XDG_CACHE_HOME/lockstep, else ~/.cache/lockstep, each with the folder
/// rtl in it. Errors: the cache cannot be written; the build failed (names its log, which stays).
Result<std::filesystem::path> cachedModel(const Parameters &parameters, const RtlVariant &variant);

} // namespace lockstep
