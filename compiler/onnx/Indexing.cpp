// Gather, scatter and resize.
#include "compiler/onnx/NodeImporter.h"

namespace lockstep {

void addIndexingImporters(NodeImporters &) {}

} // namespace lockstep
