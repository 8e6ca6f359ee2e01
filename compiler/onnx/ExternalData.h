// Initializers whose bytes lie in files beside the model.
#pragma once

#include "hw/support/Result.h"

#include <onnx/onnx_pb.h>

#include <string>

namespace lockstep {

/// Moves all external data into the model. `folder` empty: none is allowed. Errors (Model): a path that
/// leaves the folder, a file that is missing or too short, an offset or length that is no number or does not
/// fit the tensor.
Status loadExternalData(onnx::ModelProto &model, const std::string &folder);

} // namespace lockstep
