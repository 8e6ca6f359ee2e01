// Bodies of Loop and Scan as loops of scf.
#pragma once

#include "compiler/onnx/NodeImporter.h"

#include <mlir/IR/Region.h>

#include <functional>
#include <optional>

namespace lockstep {

/// Operations that are emitted into a block of their own first, and put in place once it is known where.
class DetachedCode {
public:
  explicit DetachedCode(NodeContext &context) : context(context) {}
  /// Runs `emit` with the builder in a new block with arguments of these types.
  template <typename Emit> auto emit(mlir::TypeRange arguments, const Emit &emit) {
    mlir::OpBuilder::InsertionGuard guard(context.builder());
    const llvm::SmallVector<mlir::Location> places(arguments.size(), context.loc());
    mlir::Block *block = context.builder().createBlock(&region, region.end(), arguments, places);
    return emit(block->getArguments());
  }
  bool owns(mlir::BlockArgument argument) { return argument.getOwner() == &region.front(); }
  /// Moves the operations to the builder's place; the block's arguments become `values`.
  void place(mlir::ValueRange values);

private:
  NodeContext &context;
  mlir::Region region;
};

/// A loop whose number of steps is known. Body: arguments from the step's number (index) and the states;
/// results: `skipped` ones that are not looked at, then the states, then what is collected.
struct CountedLoop {
  const onnx::GraphProto *body = nullptr;
  int64_t steps = 0;
  size_t skipped = 0;
  std::vector<ImportedValue> states;
  std::function<std::vector<ImportedValue>(mlir::Value step, const std::vector<ImportedValue> &states)>
      arguments;
  /// May refuse the skipped results.
  std::function<Status(const std::vector<ImportedValue> &results)> check;
  /// Along which axis of the result each collected value stands, and whether from the end.
  struct Collected {
    int64_t axis = 0;
    bool is_reversed = false;
  };
  std::vector<Collected> collected;
};
/// Final states, then the collected tensors. Errors: states that change their shape.
Result<std::vector<ImportedValue>> emitCountedLoop(NodeContext &context, const CountedLoop &loop);

/// The element `index` (a value of type index) along an axis, without that axis.
mlir::Value elementAlong(NodeContext &context, mlir::Value tensor, int64_t axis, mlir::Value index);

/// The attribute with a graph. Errors: there is none.
Result<const onnx::GraphProto *> graphOf(const NodeContext &context, const std::string &name);
/// The node's outputs. Errors: too few values.
Status setOutputs(NodeContext &context, const std::vector<ImportedValue> &values);
/// The only element of a tensor.
mlir::Value scalarOf(NodeContext &context, mlir::Value tensor);

/// The same element types and shapes.
bool sameTypes(const std::vector<ImportedValue> &a, const std::vector<ImportedValue> &b);

void addLoopImporter(NodeImporters &importers);

} // namespace lockstep
