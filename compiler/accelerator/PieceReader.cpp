#include "compiler/accelerator/PieceReader.h"

#include "compiler/accelerator/GroupReader.h"
#include "compiler/accelerator/GroupedConvolution.h"

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
  Status readResults(mlir::Operation *terminator);
  Status makeOutput(mlir::Operation *terminator, unsigned number);
  Result<unsigned> sourceTensor(mlir::Operation *anchor, mlir::Value value);
  unsigned addTensor(mlir::Value value, PieceTensor::Role role, uint64_t number = 0);

  mlir::func::FuncOp function;
  const ArchitectureGraph &machine;
  PieceGraph graph;
  std::map<mlir::Value, unsigned, ValueOrder> tensors;
  std::set<mlir::Operation *> done; // of groups that have been read
};

unsigned PieceReader::addTensor(mlir::Value value, PieceTensor::Role role, uint64_t number) {
  graph.tensors.push_back({role, number, elementTypeOf(value), shapeOf(value), {}});
  const auto index = static_cast<unsigned>(graph.tensors.size() - 1);
  tensors[value] = index;
  return index;
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

Result<unsigned> PieceReader::sourceTensor(mlir::Operation *anchor, mlir::Value value) {
  if (const auto found = tensors.find(value); found != tensors.end())
    return found->second;
  const auto values = constantValuesOf(value);
  if (!values)
    return error(anchor, "an operand is not computed by the accelerator");
  const unsigned index = addTensor(value, PieceTensor::Role::Constant);
  for (int64_t element : *values)
    graph.tensors[index].bytes.push_back(static_cast<uint8_t>(element)); // int8: the only source type
  return index;
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
  const bool isComputed = found != tensors.end() &&
                          std::any_of(graph.layers.begin(), graph.layers.end(),
                                      [&](const PieceLayer &layer) { return layer.output == found->second; });
  if (!isComputed)
    return error(terminator, "result " + std::to_string(number) + " is not computed by the accelerator");
  PieceTensor &tensor = graph.tensors[found->second];
  if (tensor.role == PieceTensor::Role::Workspace) {
    tensor.role = PieceTensor::Role::Output;
    tensor.number = number;
    tensor.shape = shapeOf(value);
    return {};
  }
  const auto producer = std::find_if(graph.layers.begin(), graph.layers.end(),
                                     [&](const PieceLayer &layer) { return layer.output == found->second; });
  PieceLayer again = *producer;
  graph.tensors.push_back({PieceTensor::Role::Output, number, tensor.element_type, shapeOf(value), {}});
  again.output = static_cast<unsigned>(graph.tensors.size() - 1);
  graph.layers.push_back(std::move(again));
  return {};
}

} // namespace

Result<PieceGraph> readPiece(mlir::func::FuncOp function, const ArchitectureGraph &machine) {
  return PieceReader(function, machine).read();
}

} // namespace lockstep
