// Importers of the family "Pool": none yet.
#include "compiler/onnx/NodeImporter.h"

namespace lockstep {

void addPoolImporters(NodeImporters &) {}

} // namespace lockstep
