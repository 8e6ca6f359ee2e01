// ONNX models: files read, checked, brought to one opset, shapes inferred.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <onnx/onnx_pb.h>

#include <string>

namespace lockstep {

/// The opset that everything behind the loader sees (of the default domain).
constexpr int64_t kOpsetVersion = 17;

/// Reads a model, with its external data (which must lie in the model's folder), checks it, converts it to
/// kOpsetVersion where the version converter can, expands functions, infers shapes. Errors (Model): not an
/// ONNX file, truncated, cyclic, a type or attribute that the checker refuses, sizes beyond reason (a tensor
/// over 2^36 bytes or of another size than its shape says), external data missing. Never crashes, never
/// allocates more than the file justifies.
Result<onnx::ModelProto> readModel(const std::string &file);
/// The same for a model in memory; `folder` is where external data lies (empty: none is allowed).
Result<onnx::ModelProto> prepareModel(onnx::ModelProto model, const std::string &origin,
                                      const std::string &folder);
/// Errors: System, Model (over protobuf's 2 GiB).
Status writeModel(const onnx::ModelProto &model, const std::string &file);

/// Errors (Model): a type that Tensor has not (strings, complex), or bytes that do not fit the shape.
Result<Tensor> tensorOf(const onnx::TensorProto &proto);
onnx::TensorProto protoOf(const Tensor &tensor, const std::string &name);
/// An ONNX .pb file with one TensorProto. Errors: Usage.
Result<NamedTensor> readTensorPb(const std::string &file);

/// What messages, tables and locations call a node: its name, or `<OpType>_<position>` in its graph.
std::string nodeLabel(const onnx::NodeProto &node, size_t position);

/// "float32" for FLOAT, ...; empty for types that Tensor has not.
std::string elementTypeName(int onnxType);
int onnxTypeOf(const std::string &elementType);

} // namespace lockstep
