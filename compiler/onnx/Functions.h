// Functions of the model: each call becomes the function's nodes.
#pragma once

#include "hw/support/Result.h"

#include <onnx/onnx_pb.h>

#include <map>
#include <string>
#include <vector>

namespace lockstep {

/// Replaces all calls of model-local functions. Errors (Model): recursion, or an expansion over a million
/// nodes.
Status expandFunctions(onnx::ModelProto &model);

/// The nodes of a call: inputs and outputs renamed to the call's, inner names made unique by `prefix`,
/// attribute references replaced by the call's attributes.
std::vector<onnx::NodeProto> nodesOfCall(const onnx::NodeProto &call, const onnx::FunctionProto &function,
                                         const std::string &prefix);

} // namespace lockstep
