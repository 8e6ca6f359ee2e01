// What the operators that move data share.
#pragma once

#include "compiler/onnx/NodeImporter.h"

namespace lockstep {

/// Numbers that older opsets have as an attribute and newer ones as an input; empty if the node has neither.
Result<std::vector<int64_t>> integersFrom(const NodeContext &context, size_t index, const char *attribute);
/// Counted from the front. Errors: outside of the rank, or twice the same.
Result<std::vector<int64_t>> axesOf(const NodeContext &context, const std::vector<int64_t> &axes,
                                    size_t rank);
/// Input 0 with another shape. Errors: another number of elements.
Status setReshaped(NodeContext &context, size_t output, llvm::ArrayRef<int64_t> shape);

void addSliceImporters(NodeImporters &importers); // Slice, Pad, ReverseSequence, Trilu
void addSpaceImporters(NodeImporters &importers); // DepthToSpace, SpaceToDepth, Dropout

} // namespace lockstep
