// What the steps of the partitioner share: attributes, and which operations and values count.
#pragma once

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/BuiltinOps.h>

#include <string>
#include <vector>

namespace lockstep {

constexpr const char *kTargetAttribute = "lockstep.target";
constexpr const char *kReasonAttribute = "lockstep.reason";
constexpr const char *kGroupAttribute = "lockstep.group";
constexpr const char *kRegionAttribute = "lockstep.region";

/// The function @main; null if there is none with a body.
mlir::func::FuncOp mainOf(mlir::ModuleOp module);
/// Constants and empty tensors: every piece has its own copy.
bool isCloned(mlir::Operation *op);
/// The operations that get a target: all of @main's block but the terminator and what is cloned. A constant
/// that @main returns counts, since a piece has to make it.
std::vector<mlir::Operation *> placeableOperations(mlir::func::FuncOp main);
/// Tensors of static shape whose element type a package knows.
bool canCrossPieces(mlir::Value value);
/// ONNX-style name of an element type (signed integers); empty if no package has it.
std::string packageTypeOf(mlir::Type element);
/// The ONNX node's name, from the location; empty if there is none.
std::string operationLabel(mlir::Operation *op);

/// What the operation and the operations within it use from outside of it, without repetition.
std::vector<mlir::Value> usedValues(mlir::Operation *op);

} // namespace lockstep
