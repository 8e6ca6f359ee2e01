// The processor as targets of the partitioner: LLVM for everything, oneDNN for heavy products.
#pragma once

#include "compiler/host/HostModule.h"
#include "compiler/partition/Target.h"

#include <memory>

namespace lockstep {

/// Takes every operation: the last of all Targets. Its pieces are functions of the package's host object.
std::shared_ptr<const Target> makeHostTarget();

} // namespace lockstep
