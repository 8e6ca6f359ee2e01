// What an operator's importer gets and gives; one function for each ONNX operator, in tables by family.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinTypes.h>
#include <mlir/IR/Value.h>
#include <onnx/onnx_pb.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

/// A tensor of the graph while it is imported.
struct ImportedValue {
  mlir::Value value;        // ranked, static shape; signless integers
  std::string element_type; // ONNX's: tells uint8 from int8
  mlir::RankedTensorType type() const { return mlir::cast<mlir::RankedTensorType>(value.getType()); }
  llvm::ArrayRef<int64_t> shape() const { return type().getShape(); }
  bool isUnsigned() const { return element_type[0] == 'u'; }
};

/// One node being imported. All of it stays valid during the call only.
class NodeContext {
public:
  virtual ~NodeContext() = default;
  virtual const onnx::NodeProto &node() const = 0;
  /// Of the node's domain, in the model: kOpsetVersion unless the version converter could not.
  virtual int64_t opset() const = 0;
  virtual mlir::OpBuilder &builder() = 0;
  virtual mlir::Location loc() const = 0;

  /// Number of inputs named in the node; an optional one may be absent.
  virtual size_t numInputs() const = 0;
  virtual bool hasInput(size_t index) const = 0;
  virtual ImportedValue input(size_t index) const = 0; // must be present
  /// The value of an input that is known while compiling (initializer, bound input, folded shape arithmetic).
  virtual std::optional<Tensor> constantInput(size_t index) const = 0;
  virtual size_t numOutputs() const = 0;
  virtual bool hasOutput(size_t index) const = 0;
  /// Element type and shape that shape inference found; empty shape optional if unknown.
  virtual std::string outputElementType(size_t index) const = 0;
  virtual std::optional<std::vector<int64_t>> outputShape(size_t index) const = 0;

  /// Defines an output. A constant may be given as well so that later nodes see it as constantInput.
  virtual void setOutput(size_t index, mlir::Value value, const std::string &elementType) = 0;
  virtual void setConstantOutput(size_t index, const Tensor &value) = 0;

  // Attributes, with ONNX's defaults given by the caller.
  virtual int64_t intAttribute(const std::string &name, int64_t otherwise) const = 0;
  virtual float floatAttribute(const std::string &name, float otherwise) const = 0;
  virtual std::string stringAttribute(const std::string &name, const std::string &otherwise) const = 0;
  virtual std::vector<int64_t> intsAttribute(const std::string &name) const = 0; // empty if absent
  virtual const onnx::AttributeProto *attribute(const std::string &name) const = 0;

  /// A constant in the IR.
  virtual mlir::Value constant(const Tensor &tensor) = 0;
  /// Imports a subgraph's nodes here (If with a constant condition, bodies of loops): its inputs bound to
  /// `arguments`.
  virtual Result<std::vector<ImportedValue>> importSubgraph(const onnx::GraphProto &graph,
                                                            const std::vector<ImportedValue> &arguments) = 0;
  /// "operator X (node N, opset V) is not supported: <reason>".
  virtual Error unsupported(const std::string &reason) const = 0;
};

/// Emits the node's operations and defines its outputs. Errors: context.unsupported(...).
using NodeImporter = std::function<Status(NodeContext &context)>;
using NodeImporters = std::map<std::string, NodeImporter>; // by operator type, default domain

// Families; each in files of its own.
void addMatrixImporters(
    NodeImporters &importers); // MatMul, Gemm, Conv, ConvTranspose, ConvInteger, MatMulInteger, ...
void addPoolImporters(NodeImporters &importers);         // MaxPool, AveragePool, GlobalAveragePool, ...
void addQuantizationImporters(NodeImporters &importers); // QuantizeLinear, DequantizeLinear, QLinearConv, ...
void addRecurrentImporters(NodeImporters &importers);    // GRU, LSTM, RNN
void addControlFlowImporters(NodeImporters &importers);  // If, Loop, Scan
void addElementwiseImporters(
    NodeImporters &importers); // arithmetic, comparison, logic, activations, Cast, Where, Clip
void addReductionImporters(
    NodeImporters &importers); // Reduce*, ArgMax, Softmax, LogSoftmax, CumSum, TopK, ...
void addNormalizationImporters(NodeImporters &importers); // BatchNormalization, LayerNormalization, LRN, ...
void addShapeImporters(
    NodeImporters &importers); // Reshape, Transpose, Concat, Slice, Split, Pad, Expand, Tile, ...
void addIndexingImporters(NodeImporters &importers); // Gather*, Scatter*, OneHot, Resize, ...
void addConstantImporters(
    NodeImporters &importers); // Constant, ConstantOfShape, Range, Shape, Size, EyeLike, ...

} // namespace lockstep
