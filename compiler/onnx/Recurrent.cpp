// Importers of the family "Recurrent": none yet.
#include "compiler/onnx/NodeImporter.h"

namespace lockstep {

void addRecurrentImporters(NodeImporters &) {}

} // namespace lockstep
