// Importers of the family "ControlFlow": none yet.
#include "compiler/onnx/NodeImporter.h"

namespace lockstep {

void addControlFlowImporters(NodeImporters &) {}

} // namespace lockstep
