// The processor as targets of the partitioner: LLVM for everything, oneDNN for heavy products.
#pragma once

#include "compiler/host/HostModule.h"
#include "compiler/partition/Target.h"

#include <cstdint>
#include <memory>

namespace lockstep {

/// Takes every operation: the last of all Targets. Its pieces are functions of the package's host object.
std::shared_ptr<const Target> makeHostTarget();

/// "onednn": tosa.matmul, fully_connected and conv2d in float32, or int8 to int32, of at least so many
/// multiply-accumulates. Its pieces are functions of the package's host object too: compile it with a
/// HostOptions::library_threshold that is not above this one. Lighter ones are refused with the reason.
std::shared_ptr<const Target> makeOneDnnTarget(uint64_t threshold = HostOptions().library_threshold);

} // namespace lockstep
