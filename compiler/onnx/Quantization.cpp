// Importers of the family "Quantization": none yet.
#include "compiler/onnx/NodeImporter.h"

namespace lockstep {

void addQuantizationImporters(NodeImporters &) {}

} // namespace lockstep
