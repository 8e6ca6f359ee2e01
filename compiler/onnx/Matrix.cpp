// Importers of the family "Matrix": none yet.
#include "compiler/onnx/NodeImporter.h"

namespace lockstep {

void addMatrixImporters(NodeImporters &) {}

} // namespace lockstep
