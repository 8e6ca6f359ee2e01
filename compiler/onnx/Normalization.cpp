// Normalization.
#include "compiler/onnx/NodeImporter.h"

namespace lockstep {

void addNormalizationImporters(NodeImporters &) {}

} // namespace lockstep
