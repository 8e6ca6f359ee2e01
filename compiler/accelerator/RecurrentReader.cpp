#include "compiler/accelerator/RecurrentReader.h"

#include "compiler/accelerator/OperatorGroup.h"
#include "compiler/passes/RecurrentForm.h"

#include <mlir/IR/SymbolTable.h>

#include <algorithm>

namespace lockstep {
namespace {

Error refusal(const std::string &phrase) { return {ErrorKind::Usage, phrase}; }

/// What the cell's arithmetic takes, as the architecture graph spells it.
Status checkAbilities(const ArchitectureGraph &machine) {
  if (machine.abilities("matmul", {"int8", "int8", "int32"}).empty())
    return refusal("the matrix unit does not multiply int8 by int8 to int32");
  const bool projects = !machine.abilities("requantize", {"int32", "", "", "", "int16"}).empty();
  if (!projects)
    return refusal("the vector unit does not requantize to int16");
  for (const char *operation : {"elementwise", "table"})
    if (machine.abilities(operation).empty())
      return refusal(std::string("no unit of the machine has the operation ") + operation);
  return {};
}

bool is(mlir::Value value, unsigned bits, std::initializer_list<int64_t> shape) {
  const auto type = mlir::dyn_cast<mlir::RankedTensorType>(value.getType());
  return type && type.getElementType().isSignlessInteger(bits) &&
         type.getShape() == llvm::ArrayRef<int64_t>(shape.begin(), shape.size());
}

/// Hands out a call's operands or results one after the other, checked.
template <typename Range> class Hand {
public:
  explicit Hand(Range range) : range(range) {}
  void take(bool present, mlir::Value &value, unsigned bits, std::initializer_list<int64_t> shape) {
    if (!present)
      return;
    fits = fits && next < range.size() && is(range[next], bits, shape);
    if (fits)
      value = range[next++];
  }
  bool complete() const { return fits && next == range.size(); }

private:
  Range range;
  unsigned next = 0;
  bool fits = true;
};

Status bindValues(mlir::Operation *call, const RecurrentForm &form, RecurrentReading &reading) {
  const RecurrentProblem &p = form.problem;
  const unsigned bits = p.output == RecurrentOutput::Int8 ? 8 : 16;
  Hand<mlir::OperandRange> operands(call->getOperands());
  operands.take(true, reading.x, 8, {p.steps, p.batch, form.input});
  operands.take(p.initial_h, reading.initial_h, 16, {p.batch, p.hidden});
  operands.take(p.initial_c, reading.initial_c, 16, {p.batch, p.hidden});
  operands.take(p.has_lengths, reading.lengths, 32, {p.batch});
  Hand<mlir::ResultRange> results(call->getResults());
  results.take(p.writes_y, reading.y, bits, {p.steps, p.batch, p.hidden});
  results.take(p.writes_y_h, reading.y_h, bits, {p.batch, p.hidden});
  results.take(p.writes_y_c, reading.y_c, 16, {p.batch, p.hidden});
  return operands.complete() && results.complete()
             ? Status()
             : refusal("the call's operands or results are not those of lockstep.recurrent");
}

std::string sizes(std::initializer_list<int64_t> extents) {
  std::string text;
  for (int64_t extent : extents)
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

PieceLayer projectionOf(RecurrentForm &form) {
  const RecurrentProblem &p = form.problem;
  PieceLayer layer;
  GemmProblem &product = layer.product;
  product.m = p.steps * p.batch, product.k = form.input, product.n = gatesOf(p.cell) * p.hidden;
  product.b_transposed = true;
  product.a_zero_point = form.x_zero_point;
  product.output = GemmOutput::Int16;
  product.has_bias = product.per_column = true;
  product.clamp_minimum = INT16_MIN, product.clamp_maximum = INT16_MAX;
  layer.channels = {std::move(form.projection.bias), std::move(form.projection.multiplier),
                    std::move(form.projection.shift)};
  layer.operation = std::string(cellName(p.cell)) + " input projection " +
                    sizes({p.steps, p.batch, form.input}) + " * " + sizes({product.n, product.k}) + " -> " +
                    sizes({p.steps, p.batch, product.n});
  return layer;
}

PieceLayer layerOf(RecurrentForm &form) {
  const RecurrentProblem &p = form.problem;
  PieceLayer layer;
  layer.kind = PieceLayer::Kind::Recurrent;
  layer.recurrent.problem = p;
  layer.recurrent.constants = std::make_shared<const RecurrentConstants>(std::move(form.constants));
  layer.operation = std::string(cellName(p.cell)) + " " + sizes({p.steps, p.batch, p.hidden}) + ", " +
                    std::to_string(p.steps) + " steps" + (p.reverse ? " in reverse" : "");
  return layer;
}

} // namespace

mlir::func::FuncOp recurrentFunctionOf(mlir::Operation *operation) {
  auto call = mlir::dyn_cast_or_null<mlir::func::CallOp>(operation);
  if (!call)
    return {};
  auto function =
      mlir::SymbolTable::lookupNearestSymbolFrom<mlir::func::FuncOp>(call, call.getCalleeAttr().getAttr());
  return function && function->hasAttr(kRecurrentAttribute) ? function : mlir::func::FuncOp();
}

Result<RecurrentReading> readRecurrent(mlir::Operation *call, const ArchitectureGraph &machine) {
  if (Status s = checkAbilities(machine); !s)
    return s.error();
  Result<RecurrentForm> form = recurrentFormOf(recurrentFunctionOf(call));
  if (!form)
    return refusal(form.error().message);
  if (Status s = checkRecurrentProblem(form->problem); !s)
    return s.error();
  RecurrentReading reading;
  if (Status s = bindValues(call, *form, reading); !s)
    return s.error();
  reading.projection_weights = std::move(form->projection.weights);
  reading.projection = projectionOf(*form);
  reading.layer = layerOf(*form);
  reading.projection.label = reading.layer.label = labelOf(call);
  if (Status s = checkGemmProblem(reading.projection.product); !s)
    return s.error();
  return reading;
}

std::vector<uint8_t> maskOfLengths(const std::vector<int64_t> &lengths, int64_t steps, int64_t lanes) {
  std::vector<uint8_t> mask;
  for (int64_t step = 0; step < steps; ++step)
    for (int64_t length : lengths)
      mask.insert(mask.end(), static_cast<size_t>(lanes), step < length ? 1 : 0);
  return mask;
}

} // namespace lockstep
