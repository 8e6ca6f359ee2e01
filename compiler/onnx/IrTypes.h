// Element types, shapes and values of ONNX in the IR.
#pragma once

#include "compiler/tensor/Tensor.h"

#include <mlir/IR/BuiltinAttributes.h>
#include <mlir/IR/BuiltinTypes.h>
#include <onnx/onnx_pb.h>

#include <optional>
#include <string>

namespace lockstep {

/// Signless; null for a type that Tensor has not.
mlir::Type irElementType(const std::string &elementType, mlir::MLIRContext *context);
/// "int8" for i8, ...: the signed one. Empty if there is none.
std::string elementTypeOf(mlir::Type type);

mlir::RankedTensorType irType(const std::string &elementType, llvm::ArrayRef<int64_t> shape,
                              mlir::MLIRContext *context);

/// The tensor's bytes have to fit its type and shape.
mlir::DenseElementsAttr irAttribute(const Tensor &tensor, mlir::MLIRContext *context);
/// `elementType` tells signs; none if the attribute's element type is another.
std::optional<Tensor> tensorOfAttribute(mlir::DenseElementsAttr attribute, const std::string &elementType);

/// Static shape of a tensor type; none if something is open, or it is no tensor.
std::optional<std::vector<int64_t>> staticShape(const onnx::TypeProto &type);
onnx::TypeProto onnxTensorType(const std::string &elementType, llvm::ArrayRef<int64_t> shape);

} // namespace lockstep
