// Every operation gets a target.
#include "compiler/partition/Partition.h"
#include "compiler/partition/PartitionIr.h"
#include "compiler/passes/RecurrentForm.h"

#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/Builders.h>

#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/STLExtras.h>

namespace lockstep {

using namespace mlir;

namespace {

bool movesData(Operation *op) {
  return isa<tosa::ReshapeOp, tosa::TransposeOp, tosa::SliceOp, tosa::ConcatOp, tosa::PadOp, tosa::TileOp,
             tosa::GatherOp, tosa::ReverseOp>(op);
}

bool worksOnFloats(Operation *op) {
  auto isFloat = [](Type type) { return isa<FloatType>(getElementTypeOrSelf(type)); };
  return llvm::any_of(op->getOperandTypes(), isFloat) || llvm::any_of(op->getResultTypes(), isFloat);
}

class Annotator {
public:
  Annotator(const Targets &targets, MLIRContext *context) : targets(targets), builder(context) {}

  void place(Operation *op) {
    if (op->hasAttr(kTargetAttribute))
      return;
    std::string reason;
    for (const auto &target : targets) {
      TargetMatch match = target->match(op);
      if (match.refusal.empty() && isFree(match.operations)) {
        assign(match.operations, target->name());
        break;
      }
      if (reason.empty())
        reason = match.refusal;
    }
    if (!op->hasAttr(kTargetAttribute)) // the last target takes everything
      assign({op}, targets.back()->name());
    explain(op, reason);
  }

private:
  static bool isFree(const std::vector<Operation *> &operations) {
    return !operations.empty() &&
           llvm::none_of(operations, [](Operation *op) { return op->hasAttr(kTargetAttribute); });
  }

  void assign(const std::vector<Operation *> &operations, const std::string &target) {
    for (Operation *op : operations) {
      if (isCloned(op))
        continue;
      op->setAttr(kTargetAttribute, builder.getStringAttr(target));
      op->setAttr(kGroupAttribute, builder.getI64IntegerAttr(numGroups));
    }
    ++numGroups;
  }

  /// Why the preferred target has not got it; what an earlier pass found out counts more.
  void explain(Operation *op, std::string reason) {
    const std::string preferred = targets.front()->name();
    if (targets.size() == 1 || op->getAttrOfType<StringAttr>(kTargetAttribute) == preferred) {
      op->removeAttr(kReasonAttribute);
      return;
    }
    if (op->hasAttr(kReasonAttribute))
      return;
    if (reason.empty())
      reason = movesData(op)       ? "moves data only"
               : worksOnFloats(op) ? "works on floats"
                                   : "no pattern of target " + preferred + " begins with it";
    op->setAttr(kReasonAttribute, builder.getStringAttr(reason));
  }

  const Targets &targets;
  Builder builder;
  int64_t numGroups = 0;
};

/// Every result of @main is made by an operation of its own: a copy stands for arguments, constants and
/// repetitions.
void separateResults(func::FuncOp main) {
  Operation *terminator = main.getBody().front().getTerminator();
  OpBuilder builder(terminator);
  llvm::DenseSet<Value> seen;
  for (OpOperand &operand : terminator->getOpOperands()) {
    Value value = operand.get();
    Operation *producer = value.getDefiningOp();
    if (producer && !isCloned(producer) && seen.insert(value).second)
      continue;
    if (isa<RankedTensorType>(value.getType()))
      operand.set(builder.create<tensor::CastOp>(value.getLoc(), value.getType(), value));
  }
}

} // namespace

void annotateTargets(ModuleOp module, const Targets &targets) {
  func::FuncOp main = mainOf(module);
  if (!main || targets.empty())
    return;
  for (Operation &op : main.getBody().front())
    op.removeAttr(kTargetAttribute);
  separateResults(main);
  Annotator annotator(targets, module.getContext());
  for (Operation *op : placeableOperations(main))
    annotator.place(op);
}

namespace {

/// Of a call of a recurrent layer its cell: "recurrent.gru".
std::string operationName(Operation *op, ModuleOp module) {
  auto call = dyn_cast<func::CallOp>(op);
  auto callee = call ? module.lookupSymbol<func::FuncOp>(call.getCallee()) : func::FuncOp();
  auto form = callee ? callee->getAttrOfType<DictionaryAttr>(kRecurrentAttribute) : DictionaryAttr();
  auto cell = form ? form.getAs<StringAttr>("cell") : StringAttr();
  return cell ? "recurrent." + cell.str() : op->getName().getStringRef().str();
}

} // namespace

std::vector<PlacedOperation> placedOperations(ModuleOp annotated) {
  std::vector<PlacedOperation> placed;
  func::FuncOp main = mainOf(annotated);
  if (!main)
    return placed;
  for (Operation *op : placeableOperations(main)) {
    auto text = [&](const char *name) {
      auto attribute = op->getAttrOfType<StringAttr>(name);
      return attribute ? attribute.getValue().str() : std::string();
    };
    placed.push_back(
        {operationLabel(op), operationName(op, annotated), text(kTargetAttribute), text(kReasonAttribute)});
  }
  return placed;
}

} // namespace lockstep
