// What happens to a float graph before it is quantized: equal results (but for rounding), fewer kinds of
// nodes.
#pragma once

#include "compiler/quantize/GraphEditor.h"

namespace lockstep {

/// Nodes without a name get their label, <OpType>_<position>, as name: labels survive the edits.
void nameNodes(onnx::GraphProto &graph);

/// Constant nodes become initializers; Identity and inference's Dropout vanish; Transpose of a constant is
/// one.
void foldConstants(GraphEditor &editor);

/// Gemm: alpha and beta into constant weights and bias, bias of shape [channels].
void normalizeGemms(GraphEditor &editor);

/// BatchNormalization (inference) behind Conv, ConvTranspose, Gemm, or MatMul of matrices goes into weights
/// and bias.
void foldBatchNorms(GraphEditor &editor);

/// MatMul of a matrix with constant weights, then Add of a constant for each column: one Gemm.
void fuseMatMulAdd(GraphEditor &editor);

/// All of the above, batch norms if wanted.
void simplifyGraph(onnx::GraphProto &graph, bool foldNorms);

} // namespace lockstep
