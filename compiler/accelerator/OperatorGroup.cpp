#include "compiler/accelerator/OperatorGroup.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/Matchers.h>

#include <algorithm>

namespace lockstep {
namespace {

/// The only user of a value, null if there are none or several.
mlir::Operation *onlyUser(mlir::Value value) {
  return value.hasOneUse() ? *value.getUsers().begin() : nullptr;
}

/// The constant summand of an addition of `sum` and a constant; null if it is none.
mlir::Value constantSummand(mlir::Operation *operation, mlir::Value sum) {
  auto add = mlir::dyn_cast_or_null<mlir::tosa::AddOp>(operation);
  if (!add)
    return {};
  const mlir::Value other = add.getInput1() == sum ? add.getInput2() : add.getInput1();
  return mlir::matchPattern(other, mlir::m_Constant()) ? other : mlir::Value();
}

std::string labelOfLocation(mlir::Location location) {
  if (auto name = mlir::dyn_cast<mlir::NameLoc>(location))
    return name.getName().str();
  if (auto fused = mlir::dyn_cast<mlir::FusedLoc>(location))
    for (mlir::Location part : fused.getLocations())
      if (std::string label = labelOfLocation(part); !label.empty())
        return label;
  return {};
}

} // namespace

mlir::Value OperatorGroup::result() const {
  mlir::Operation *last = clamp ? clamp : rescale ? rescale : add ? add : anchor;
  return last->getResult(0);
}

std::vector<mlir::Operation *> OperatorGroup::operations() const {
  std::vector<mlir::Operation *> list = transposes;
  for (mlir::Operation *operation : {anchor, add, rescale, clamp})
    if (operation)
      list.push_back(operation);
  return list;
}

bool isAnchor(mlir::Operation *operation) {
  return mlir::isa<mlir::tosa::Conv2DOp, mlir::tosa::DepthwiseConv2DOp, mlir::tosa::MatMulOp,
                   mlir::tosa::FullyConnectedOp>(operation);
}

bool swapsLastTwo(mlir::Operation *operation) {
  auto transpose = mlir::dyn_cast_or_null<mlir::tosa::TransposeOp>(operation);
  if (!transpose)
    return false;
  const auto order = constantValuesOf(transpose.getPerms());
  return order && *order == std::vector<int64_t>{0, 2, 1};
}

bool isAlias(mlir::Operation *operation) {
  auto reshape = mlir::dyn_cast_or_null<mlir::tosa::ReshapeOp>(operation);
  return reshape && (reshape.getType().getElementType().isInteger(8) ||
                     reshape.getType().getElementType().isInteger(16));
}

OperatorGroup groupAt(mlir::Operation *anchor) {
  OperatorGroup group;
  group.anchor = anchor;
  if (mlir::isa<mlir::tosa::MatMulOp>(anchor)) {
    for (mlir::Value operand : {anchor->getOperand(0), anchor->getOperand(1)})
      if (mlir::Operation *producer = operand.getDefiningOp(); swapsLastTwo(producer) && operand.hasOneUse())
        group.transposes.push_back(producer);
    if (group.transposes.size() == 2 && group.transposes[1]->isBeforeInBlock(group.transposes[0]))
      std::swap(group.transposes[0], group.transposes[1]);
    mlir::Operation *next = onlyUser(group.result());
    if (next && constantSummand(next, group.result()))
      group.add = next;
  }
  if (mlir::Operation *next = onlyUser(group.result()); mlir::isa_and_nonnull<mlir::tosa::RescaleOp>(next))
    group.rescale = next;
  if (!group.rescale)
    return group;
  if (mlir::Operation *next = onlyUser(group.result()); mlir::isa_and_nonnull<mlir::tosa::ClampOp>(next))
    group.clamp = next;
  return group;
}

std::optional<OperatorGroup> groupOf(mlir::Value result) {
  mlir::Operation *operation = result.getDefiningOp();
  while (mlir::isa_and_nonnull<mlir::tosa::ClampOp, mlir::tosa::RescaleOp, mlir::tosa::AddOp>(operation)) {
    mlir::Value before = operation->getOperand(0);
    if (mlir::isa<mlir::tosa::AddOp>(operation) && mlir::matchPattern(before, mlir::m_Constant()))
      before = operation->getOperand(1);
    operation = before.getDefiningOp();
  }
  if (!operation || !isAnchor(operation))
    return {};
  OperatorGroup group = groupAt(operation);
  if (group.result() != result)
    return {};
  return group;
}

std::optional<std::vector<int64_t>> constantValuesOf(mlir::Value value) {
  mlir::DenseIntElementsAttr elements;
  if (!value || !mlir::matchPattern(value, mlir::m_Constant(&elements)))
    return {};
  std::vector<int64_t> list;
  list.reserve(static_cast<size_t>(elements.getNumElements()));
  for (const llvm::APInt &element : elements.getValues<llvm::APInt>())
    list.push_back(element.getSExtValue());
  return list;
}

std::string labelOf(mlir::Operation *operation) {
  std::string label = labelOfLocation(operation->getLoc());
  return label.empty() ? operation->getName().stripDialect().str() : label;
}

std::string extentsOf(mlir::Value value) {
  std::string text;
  for (int64_t extent : mlir::cast<mlir::ShapedType>(value.getType()).getShape())
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

} // namespace lockstep
