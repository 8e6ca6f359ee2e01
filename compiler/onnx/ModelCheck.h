// What must hold of a model before libonnx, which trusts it, may see it.
#pragma once

#include "hw/support/Result.h"

#include <onnx/onnx_pb.h>

namespace lockstep {

/// Guarantees: subgraphs and types nest at most 32 deep; extents are not negative, and no tensor is over 2^36
/// bytes; initializers have the size that their shape says; names are defined once and before their use (so
/// no cycles); attributes have the type that they claim. Errors (Model): the first thing that does not hold,
/// and where.
Status checkStructure(const onnx::ModelProto &model);

} // namespace lockstep
