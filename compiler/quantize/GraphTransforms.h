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

/// What LinearLayer has no place for: transA becomes a Transpose in front of a Gemm, a bias that is no
/// constant for each channel an Add behind it. A Gemm of two activations becomes a MatMul. Not the nodes of
/// `keepFloat` (names).
void splitGemms(GraphEditor &editor, const std::set<std::string> &keepFloat);

/// Gemm: alpha and beta into constant weights and bias, bias of shape [channels].
void normalizeGemms(GraphEditor &editor);

/// BatchNormalization (inference) behind Conv, ConvTranspose, Gemm, or MatMul of matrices goes into weights
/// and bias.
void foldBatchNorms(GraphEditor &editor);

/// MatMul of a matrix with constant weights, then Add of a constant for each column: one Gemm.
void fuseMatMulAdd(GraphEditor &editor);

/// A constant of one value or one for each channel along the last axis: the values, one for each channel.
std::optional<std::vector<float>> channelConstant(const std::optional<FloatTensor> &constant,
                                                  uint64_t channels);

/// All of the transforms above, batch norms if wanted. `keepFloat`: names of nodes that will stay float.
void simplifyGraph(onnx::GraphProto &graph, bool foldNorms, const std::set<std::string> &keepFloat = {});

} // namespace lockstep
