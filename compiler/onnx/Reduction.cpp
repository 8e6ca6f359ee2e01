// Reductions along axes.
#include "compiler/onnx/NodeImporter.h"

namespace lockstep {

void addReductionImporters(NodeImporters &) {}

} // namespace lockstep
