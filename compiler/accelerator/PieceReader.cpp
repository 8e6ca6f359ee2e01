#include "compiler/accelerator/PieceReader.h"

#include "compiler/accelerator/GroupReader.h"
#include "compiler/accelerator/GroupedConvolution.h"
#include "compiler/accelerator/RecurrentGroup.h"
#include "compiler/accelerator/RecurrentReader.h"
#include "compiler/tensor/Tensor.h"

#include <mlir/IR/Matchers.h>
#include <mlir/IR/OpDefinition.h>

#include <algorithm>
#include <map>
#include <set>

namespace lockstep {
namespace {

struct ValueOrder {
  bool operator()(mlir::Value a, mlir::Value b) const {
    return a.getAsOpaquePointer() < b.getAsOpaquePointer();
  }
};

std::vector<uint64_t> shapeOf(mlir::Value value) {
  const auto shape = mlir::cast<mlir::ShapedType>(value.getType()).getShape();
  return {shape.begin(), shape.end()};
}

std::string elementTypeOf(mlir::Value value) {
  return "int" + std::to_string(mlir::cast<mlir::ShapedType>(value.getType()).getElementTypeBitWidth());
}

std::vector<uint8_t> bytesOf(const std::vector<int8_t> &values) { return {values.begin(), values.end()}; }

class PieceReader {
public:
  PieceReader(mlir::func::FuncOp function, const ArchitectureGraph &machine)
      : function(function), machine(machine) {}

  Result<PieceGraph> read();

private:
  Error error(mlir::Operation *operation, const std::string &what) {
    return {ErrorKind::Model, function.getName().str() + ": " + labelOf(operation) + " (" +
                                  operation->getName().getStringRef().str() + "): " + what + "."};
  }
  Status readOperation(mlir::Operation *operation);
  Status addLayer(mlir::Operation *anchor, Result<LayerReading> reading,
                  const std::vector<mlir::Operation *> &operations);
  Status addRecurrent(mlir::Operation *call, Result<RecurrentReading> reading);
  Status bindInputs(mlir::Operation *call, const RecurrentReading &reading, RecurrentPart &part);
  Status joinDirections(mlir::Operation *concat);
  Result<unsigned> maskTensor(mlir::Operation *call, mlir::Value lengths, const RecurrentProblem &problem);
  Status readResults(mlir::Operation *terminator);
  Status makeOutput(mlir::Operation *terminator, unsigned number);
  Result<unsigned> sourceTensor(mlir::Operation *anchor, mlir::Value value);
  unsigned addTensor(mlir::Value value, PieceTensor::Role role, uint64_t number = 0);
  unsigned addTensor(PieceTensor tensor);
  void computeAgain(unsigned tensor, unsigned copy);
  PieceLayer *producerOf(unsigned tensor);

  mlir::func::FuncOp function;
  const ArchitectureGraph &machine;
  PieceGraph graph;
  std::map<mlir::Value, unsigned, ValueOrder> tensors;
  std::set<mlir::Operation *> done; // of groups that have been read
};

unsigned PieceReader::addTensor(mlir::Value value, PieceTensor::Role role, uint64_t number) {
  return tensors[value] = addTensor({role, number, elementTypeOf(value), shapeOf(value), {}});
}

unsigned PieceReader::addTensor(PieceTensor tensor) {
  graph.tensors.push_back(std::move(tensor));
  return static_cast<unsigned>(graph.tensors.size() - 1);
}

Result<PieceGraph> PieceReader::read() {
  if (!function.getBody().hasOneBlock())
    return Error{ErrorKind::Model, function.getName().str() + ": has other than one block."};
  for (mlir::BlockArgument argument : function.getArguments())
    if (const auto type = mlir::dyn_cast<mlir::RankedTensorType>(argument.getType());
        type && type.hasStaticShape() && type.getElementType().isInteger())
      addTensor(argument, PieceTensor::Role::Input, argument.getArgNumber());
    else
      return Error{ErrorKind::Model, function.getName().str() + ": argument " +
                                         std::to_string(argument.getArgNumber()) +
                                         " is no static integer tensor."};
  for (mlir::Operation &operation : function.getBody().front())
    if (Status s = readOperation(&operation); !s)
      return s.error();
  return std::move(graph);
}

Status PieceReader::readOperation(mlir::Operation *operation) {
  if (done.count(operation) || mlir::matchPattern(operation, mlir::m_Constant()))
    return {};
  if (operation->hasTrait<mlir::OpTrait::ReturnLike>())
    return readResults(operation);
  if (const auto grouped = groupedConvolutionOf(operation))
    return addLayer(operation, readGroupedConvolution(*grouped, machine), grouped->operations());
  if (isAnchor(operation)) {
    const OperatorGroup group = groupAt(operation);
    return addLayer(operation, readGroup(group, machine), group.operations());
  }
  if (recurrentFunctionOf(operation))
    return addRecurrent(operation, readRecurrent(operation, machine));
  if (joinsDirections(operation))
    return joinDirections(operation);
  if (swapsLastTwo(operation)) // the product that it is folded into comes later
    return {};
  if (!isAlias(operation))
    return error(operation, "is not an operation of the accelerator");
  const auto found = tensors.find(operation->getOperand(0));
  if (found == tensors.end())
    return error(operation, "reshapes what the accelerator does not compute");
  tensors[operation->getResult(0)] = found->second;
  return {};
}

Status PieceReader::addLayer(mlir::Operation *anchor, Result<LayerReading> reading,
                             const std::vector<mlir::Operation *> &operations) {
  if (!reading)
    return error(anchor, reading.error().message);
  PieceLayer &layer = reading->layer;
  Result<unsigned> input = sourceTensor(anchor, reading->input);
  if (!input)
    return input.error();
  layer.input = *input;
  if (reading->other) {
    Result<unsigned> other = sourceTensor(anchor, reading->other);
    if (!other)
      return other.error();
    layer.other = *other;
  }
  layer.output = addTensor(reading->output, PieceTensor::Role::Workspace);
  graph.layers.push_back(std::move(layer));
  done.insert(operations.begin(), operations.end());
  return {};
}

/// The projection's result is int16 in external memory, between the two layers.
Status PieceReader::addRecurrent(mlir::Operation *call, Result<RecurrentReading> reading) {
  if (!reading)
    return error(call, reading.error().message);
  PieceLayer &projection = reading->projection, &layer = reading->layer;
  RecurrentPart &part = layer.recurrent;
  const Result<unsigned> x = sourceTensor(call, reading->x);
  if (!x)
    return x.error();
  if (Status s = bindInputs(call, *reading, part); !s)
    return s;
  const GemmProblem &product = projection.product;
  const auto n = static_cast<uint64_t>(product.n), k = static_cast<uint64_t>(product.k),
             m = static_cast<uint64_t>(product.m);
  projection.input = *x;
  projection.other =
      addTensor({PieceTensor::Role::Constant, 0, "int8", {n, k}, bytesOf(reading->projection_weights)});
  projection.output = layer.input = addTensor({PieceTensor::Role::Workspace, 0, "int16", {m, n}, {}});
  for (const auto &[value, result] :
       {std::pair(reading->y, &part.y), {reading->y_h, &part.y_h}, {reading->y_c, &part.y_c}})
    if (value)
      result->tensor = addTensor(value, PieceTensor::Role::Workspace);
  graph.layers.push_back(std::move(projection));
  graph.layers.push_back(std::move(layer));
  return {};
}

Status PieceReader::bindInputs(mlir::Operation *call, const RecurrentReading &reading, RecurrentPart &part) {
  const auto bind = [&](mlir::Value value, std::optional<unsigned> &tensor) -> Status {
    if (!value)
      return {};
    const Result<unsigned> source = sourceTensor(call, value);
    if (!source)
      return source.error();
    tensor = *source;
    return {};
  };
  if (Status s = bind(reading.initial_h, part.initial_h); !s)
    return s;
  if (Status s = bind(reading.initial_c, part.initial_c); !s)
    return s;
  if (!reading.lengths)
    return {};
  const Result<unsigned> mask = maskTensor(call, reading.lengths, part.problem);
  if (!mask)
    return mask.error();
  part.mask = *mask;
  return {};
}

/// Of constant lengths a constant; else made by who runs the piece, from the argument: one mask for all
/// layers with these lengths (both directions, say), as long as the longest of them, of which the others take
/// the first steps.
Result<unsigned> PieceReader::maskTensor(mlir::Operation *call, mlir::Value lengths,
                                         const RecurrentProblem &problem) {
  const auto lanes = machine.findMemory(MemoryKind::Accumulator)->word_bytes / 4;
  const std::vector<uint64_t> shape = {static_cast<uint64_t>(problem.steps),
                                       static_cast<uint64_t>(problem.batch), static_cast<uint64_t>(lanes)};
  if (const auto values = constantValuesOf(lengths))
    return addTensor(
        {PieceTensor::Role::Constant, 0, "int8", shape, maskOfLengths(*values, problem.steps, lanes)});
  const auto argument = mlir::dyn_cast<mlir::BlockArgument>(lengths);
  if (!argument)
    return error(call, "the lengths are computed within the piece");
  const unsigned number = argument.getArgNumber();
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    PieceTensor &tensor = graph.tensors[i];
    if (tensor.role != PieceTensor::Role::Mask || tensor.number != number)
      continue;
    tensor.shape[0] = std::max(tensor.shape[0], shape[0]);
    return static_cast<unsigned>(i);
  }
  return addTensor({PieceTensor::Role::Mask, number, "int8", shape, {}});
}

Result<unsigned> PieceReader::sourceTensor(mlir::Operation *anchor, mlir::Value value) {
  if (const auto found = tensors.find(value); found != tensors.end())
    return found->second;
  const auto values = constantValuesOf(value);
  if (!values)
    return error(anchor, "an operand is not computed by the accelerator");
  const unsigned index = addTensor(value, PieceTensor::Role::Constant);
  PieceTensor &tensor = graph.tensors[index];
  for (int64_t element : *values)
    for (uint64_t byte = 0; byte < elementBytes(tensor.element_type); ++byte)
      tensor.bytes.push_back(static_cast<uint8_t>(element >> (8 * byte)));
  return index;
}

/// Each direction writes its own part of the concat's result.
Status PieceReader::joinDirections(mlir::Operation *concat) {
  const unsigned whole = addTensor(concat->getResult(0), PieceTensor::Role::Workspace);
  for (unsigned number = 0; number < concat->getNumOperands(); ++number) {
    const auto found = tensors.find(concat->getOperand(number));
    PieceLayer *producer = found == tensors.end() ? nullptr : producerOf(found->second);
    if (!producer || producer->kind != PieceLayer::Kind::Recurrent)
      return error(concat, "joins what the accelerator does not compute");
    const unsigned alone = found->second;
    const InterleavedPart at = partOfConcat(concat, number);
    for (RecurrentResult *result :
         {&producer->recurrent.y, &producer->recurrent.y_h, &producer->recurrent.y_c})
      if (result->tensor == alone)
        *result = {whole, at.offset_bytes, at.step_bytes};
    graph.tensors[alone].shape = {0}; // nobody's any more
  }
  return {};
}

Status PieceReader::readResults(mlir::Operation *terminator) {
  for (unsigned number = 0; number < terminator->getNumOperands(); ++number)
    if (Status s = makeOutput(terminator, number); !s)
      return s;
  return {};
}

/// The layer writes the result itself; for a second result of the same bytes it is computed again.
Status PieceReader::makeOutput(mlir::Operation *terminator, unsigned number) {
  const mlir::Value value = terminator->getOperand(number);
  const auto found = tensors.find(value);
  if (found == tensors.end() || !producerOf(found->second))
    return error(terminator, "result " + std::to_string(number) + " is not computed by the accelerator");
  PieceTensor &tensor = graph.tensors[found->second];
  if (tensor.role == PieceTensor::Role::Workspace) {
    tensor.role = PieceTensor::Role::Output;
    tensor.number = number;
    tensor.shape = shapeOf(value);
    return {};
  }
  computeAgain(found->second,
               addTensor({PieceTensor::Role::Output, number, tensor.element_type, shapeOf(value), {}}));
  return {};
}

/// All layers that write `tensor` write `copy` too, at the end.
void PieceReader::computeAgain(unsigned tensor, unsigned copy) {
  for (size_t i = 0, count = graph.layers.size(); i < count; ++i) {
    PieceLayer again = graph.layers[i];
    bool writes = false;
    for (unsigned *output : again.outputs())
      if (*output == tensor)
        *output = copy, writes = true;
    if (writes)
      graph.layers.push_back(std::move(again));
  }
}

/// A layer that writes the tensor; null if there is none.
PieceLayer *PieceReader::producerOf(unsigned tensor) {
  for (PieceLayer &layer : graph.layers)
    for (const unsigned *output : layer.outputs())
      if (*output == tensor)
        return &layer;
  return nullptr;
}

} // namespace

Result<PieceGraph> readPiece(mlir::func::FuncOp function, const ArchitectureGraph &machine) {
  return PieceReader(function, machine).read();
}

} // namespace lockstep
