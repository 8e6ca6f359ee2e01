// From the LLVM dialect to an object file.
#pragma once

#include "compiler/host/HostModule.h"
#include "compiler/host/Lowering.h"
#include "hw/support/Result.h"

#include <cstdint>
#include <vector>

namespace lockstep {

/// Optimizes and emits a module in the LLVM dialect; each function `lockstep_body_f` gets its wrapper
/// `lockstep_f`, and the constants their bytes back. Errors (Usage): an unknown triple; (Model): what LLVM
/// refuses.
Result<std::vector<uint8_t>> emitObject(mlir::ModuleOp module, const HostExtras &extras,
                                        const HostOptions &options);

} // namespace lockstep
