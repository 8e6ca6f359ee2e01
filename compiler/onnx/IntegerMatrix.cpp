// ConvInteger and MatMulInteger.
#include "compiler/onnx/MatrixBuilder.h"

namespace lockstep {

void addIntegerMatrixImporters(NodeImporters &) {}

} // namespace lockstep
