#include "compiler/accelerator/AcceleratorTarget.h"

#include "compiler/accelerator/GroupReader.h"
#include "compiler/accelerator/GroupedConvolution.h"
#include "compiler/accelerator/LayerCode.h"
#include "compiler/accelerator/OperatorGroup.h"
#include "compiler/accelerator/PieceCompiler.h"
#include "compiler/accelerator/PieceReader.h"
#include "compiler/accelerator/RecurrentGroup.h"
#include "compiler/accelerator/RecurrentReader.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <algorithm>

namespace lockstep {
namespace {

/// Operations that move data or make it: not a matter of what a unit can compute.
bool isDataMovement(mlir::Operation *operation) {
  return mlir::isa<mlir::tosa::ConstOp, mlir::tosa::ReshapeOp, mlir::tosa::TransposeOp, mlir::tosa::SliceOp,
                   mlir::tosa::ConcatOp, mlir::tosa::PadOp, mlir::tosa::TileOp, mlir::tosa::CastOp>(
      operation);
}

class AcceleratorTarget : public Target {
public:
  explicit AcceleratorTarget(const Parameters &parameters) : parameters(parameters), machine(parameters) {}

  std::string name() const override { return "accelerator"; }
  TargetMatch match(mlir::Operation *anchor) const override;
  Result<std::vector<uint8_t>> generate(mlir::func::FuncOp function) const override;

private:
  TargetMatch matchAnchor(mlir::Operation *anchor) const;
  TargetMatch matchGrouped(const GroupedConvolution &convolution) const;
  TargetMatch matchTranspose(mlir::Operation *transpose) const;
  TargetMatch matchAlias(mlir::Operation *reshape) const;
  TargetMatch matchRecurrent(mlir::Operation *call) const;
  Status checkRecurrent(mlir::Operation *call) const;
  bool fits(const PieceLayer &layer) const;
  std::string whyAlone(mlir::Operation *operation) const;
  bool makes(mlir::Value value) const;
  bool isReadBy(mlir::Operation *operation) const;

  Parameters parameters;
  ArchitectureGraph machine;
};

TargetMatch AcceleratorTarget::match(mlir::Operation *operation) const {
  if (isAnchor(operation))
    return matchAnchor(operation);
  if (const auto grouped = groupedConvolutionOf(operation))
    return matchGrouped(*grouped);
  if (swapsLastTwo(operation))
    return matchTranspose(operation);
  if (isAlias(operation))
    return matchAlias(operation);
  if (recurrentFunctionOf(operation))
    return matchRecurrent(operation);
  if (!mlir::isa_and_nonnull<mlir::tosa::TosaDialect>(operation->getDialect()) || isDataMovement(operation))
    return {};
  const std::string name = operation->getName().stripDialect().str();
  if (mlir::isa<mlir::tosa::RescaleOp, mlir::tosa::ClampOp>(operation))
    return {{}, whyAlone(operation)};
  return {{}, "no unit of the machine computes " + name};
}

/// The group, or as much of its begin as the machine can do: then int32 sums go to whoever does the rest.
TargetMatch AcceleratorTarget::matchAnchor(mlir::Operation *anchor) const {
  OperatorGroup group = groupAt(anchor);
  std::string refusal;
  for (;;) {
    const Result<LayerReading> reading = readGroup(group, machine);
    if (reading && !fits(reading->layer))
      return {{}, "no schedule fits the machine's memories"};
    if (reading)
      return {group.operations(), {}};
    if (refusal.empty())
      refusal = reading.error().message;
    if (group.rescale)
      group.rescale = group.clamp = nullptr;
    else if (group.add)
      group.add = nullptr;
    else
      return {{}, refusal};
  }
}

/// With enough banks for both operands, output and double buffers there is always a schedule; with fewer it
/// is tried.
bool AcceleratorTarget::fits(const PieceLayer &layer) const {
  constexpr int64_t kEnoughBanks = 4;
  if (machine.findMemory(MemoryKind::Scratchpad)->banks >= kEnoughBanks &&
      machine.findMemory(MemoryKind::Accumulator)->banks >= kEnoughBanks)
    return true;
  return bool(planLayer(layer, parameters));
}

/// A rescale or clamp that no group has taken along.
std::string AcceleratorTarget::whyAlone(mlir::Operation *operation) const {
  if (const auto group = groupOf(operation->getResult(0)))
    if (const Result<LayerReading> reading = readGroup(*group, machine); !reading)
      return reading.error().message;
  return "the vector unit does " + operation->getName().stripDialect().str() +
         " only on sums that leave the accumulator";
}

/// Where the groups cannot be one layer, each convolution is still one of its own.
TargetMatch AcceleratorTarget::matchGrouped(const GroupedConvolution &convolution) const {
  const Result<LayerReading> reading = readGroupedConvolution(convolution, machine);
  if (!reading || !fits(reading->layer))
    return {};
  return {convolution.operations(), {}};
}

/// A transpose goes along with the product that loads its operand turned.
TargetMatch AcceleratorTarget::matchTranspose(mlir::Operation *transpose) const {
  if (!transpose->hasOneUse())
    return {};
  mlir::Operation *user = *transpose->getUsers().begin();
  if (!isAnchor(user))
    return {};
  TargetMatch match = matchAnchor(user);
  const auto &all = match.operations;
  return std::find(all.begin(), all.end(), transpose) == all.end() ? TargetMatch{} : match;
}

/// All directions with what joins them, or this one alone.
TargetMatch AcceleratorTarget::matchRecurrent(mlir::Operation *call) const {
  if (Status s = checkRecurrent(call); !s)
    return {{}, s.error().message};
  const RecurrentGroup group = recurrentGroupAt(call);
  for (mlir::Operation *direction : group.calls)
    if (direction != call && !checkRecurrent(direction))
      return {{call}, {}};
  return {group.operations, {}};
}

/// The whole layer with its input projection, or nothing of it. Errors: a phrase that says why.
Status AcceleratorTarget::checkRecurrent(mlir::Operation *call) const {
  const Result<RecurrentReading> reading = readRecurrent(call, machine);
  if (!reading)
    return reading.error();
  if (!fits(reading->projection))
    return Error{ErrorKind::Usage, "no schedule of the input projection fits the machine's memories"};
  const auto schedule = scheduleRecurrent(reading->layer.recurrent.problem, parameters, recurrentOptions());
  return schedule ? Status() : Status(schedule.error());
}

/// Does the accelerator compute this value, seen through changes of shape and joined directions?
bool AcceleratorTarget::makes(mlir::Value value) const {
  const auto isSeenThrough = [](mlir::Operation *operation) {
    return operation && (isAlias(operation) || joinsDirections(operation));
  };
  while (isSeenThrough(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  if (recurrentFunctionOf(value.getDefiningOp()))
    return bool(checkRecurrent(value.getDefiningOp()));
  const std::optional<OperatorGroup> group = groupOf(value);
  return group && readGroup(*group, machine);
}

bool AcceleratorTarget::isReadBy(mlir::Operation *operation) const {
  return llvm::any_of(operation->getUsers(), [&](mlir::Operation *user) {
    return isAnchor(user)              ? !matchAnchor(user).operations.empty()
           : recurrentFunctionOf(user) ? bool(checkRecurrent(user))
           : swapsLastTwo(user)        ? !matchTranspose(user).operations.empty()
                                       : isAlias(user) && isReadBy(user);
  });
}

/// Another shape of the same bytes costs nothing between two layers; elsewhere it is the host's.
TargetMatch AcceleratorTarget::matchAlias(mlir::Operation *reshape) const {
  if (makes(reshape->getOperand(0)) && isReadBy(reshape))
    return {{reshape}, {}};
  return {};
}

Result<std::vector<uint8_t>> AcceleratorTarget::generate(mlir::func::FuncOp function) const {
  const Result<AcceleratorPiece> piece = compileAcceleratorPiece(function, parameters);
  if (!piece)
    return piece.error();
  return serializeProgram(piece->program);
}

} // namespace

std::shared_ptr<const Target> makeAcceleratorTarget(const Parameters &parameters) {
  return std::make_shared<AcceleratorTarget>(parameters);
}

Result<AcceleratorPiece> compileAcceleratorPiece(mlir::func::FuncOp function, const Parameters &parameters) {
  const ArchitectureGraph machine(parameters);
  const Result<PieceGraph> graph = readPiece(function, machine);
  if (!graph)
    return graph.error();
  Result<CompiledPiece> piece = compilePiece(*graph, parameters);
  if (!piece)
    return piece.error();
  return AcceleratorPiece{std::move(piece->program), std::move(piece->layers)};
}

} // namespace lockstep
