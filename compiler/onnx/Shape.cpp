// Operators that move data without computing.
#include "compiler/onnx/NodeImporter.h"

namespace lockstep {

void addShapeImporters(NodeImporters &) {}

} // namespace lockstep
