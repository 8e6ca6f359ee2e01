// Loop: unrolled where it is short and its steps are known, else a loop of scf.
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/LoopBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <cstring>
#include <fmt/format.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>

namespace lockstep {

namespace {

constexpr int64_t kMostUnrolledNodes = 2048;

/// A bool that is known while compiling.
std::optional<bool> knownBool(mlir::Value value) {
  mlir::DenseElementsAttr attribute;
  if (!mlir::matchPattern(value, mlir::m_Constant(&attribute)) || attribute.getNumElements() != 1 ||
      !attribute.getElementType().isInteger(1))
    return std::nullopt;
  return *attribute.getValues<bool>().begin();
}

Tensor scalarTensor(bool value) { return {"bool", {}, {static_cast<uint8_t>(value)}}; }
Tensor scalarTensor(int64_t value) {
  Tensor tensor = zeroTensor("int64", {});
  std::memcpy(tensor.bytes.data(), &value, sizeof(value));
  return tensor;
}

/// ONNX's Loop: body (step, condition, states...) -> (condition, states..., collected...).
class LoopImport {
public:
  LoopImport(NodeContext &context, const onnx::GraphProto &body) : context(context), body(body) {}

  Status import() {
    if (Status status = readInputs(); !status)
      return status;
    if (condition == false || trips == 0)
      return setUnrolled({}, states);
    if (trips && condition && *trips * std::max(body.node_size(), 1) <= kMostUnrolledNodes) {
      bool isUnrolled = true;
      Status status = unroll(isUnrolled);
      if (isUnrolled)
        return status;
    }
    if (trips && condition && collectedCount() > 0)
      return countedLoop();
    if (collectedCount() > 0)
      return trips ? needsConstant(context, 1) : needsConstant(context, 0);
    return whileLoop();
  }

private:
  Status readInputs() {
    for (size_t i = 2; i < context.numInputs(); ++i) {
      if (!context.hasInput(i))
        return context.unsupported(fmt::format("state {} is left out", i - 2));
      states.push_back(context.input(i));
    }
    if (context.numOutputs() < states.size() ||
        body.output_size() != static_cast<int>(context.numOutputs()) + 1 ||
        body.input_size() != static_cast<int>(states.size()) + 2)
      return context.unsupported("the body's inputs and outputs do not fit the node's");
    if (const std::optional<Tensor> known = context.constantInput(0)) {
      Result<std::vector<int64_t>> values = constantIntegers(context, 0);
      if (!values || values->size() != 1)
        return context.unsupported("the trip count must be one integer");
      trips = std::max<int64_t>(values->front(), 0);
    }
    if (!context.hasInput(1))
      condition = true;
    else if (const std::optional<Tensor> known = context.constantInput(1); known && known->bytes.size() == 1)
      condition = known->bytes[0] != 0;
    return {};
  }

  size_t collectedCount() const { return context.numOutputs() - states.size(); }

  std::vector<ImportedValue> bodyArguments(mlir::Value step, mlir::Value holds,
                                           const std::vector<ImportedValue> &current) const {
    std::vector<ImportedValue> arguments{{step, "int64"}, {holds, "bool"}};
    arguments.insert(arguments.end(), current.begin(), current.end());
    return arguments;
  }

  /// All steps one behind the other. `isUnrolled` becomes false, and nothing is emitted, if a step's
  /// condition is not known.
  Status unroll(bool &isUnrolled) {
    DetachedCode code(context);
    std::vector<ImportedValue> current = states;
    std::vector<std::vector<ImportedValue>> collected;
    Status failure;
    code.emit({}, [&](mlir::ValueRange) {
      bool holds = true;
      for (int64_t step = 0; step < *trips && holds && failure; ++step) {
        Result<std::vector<ImportedValue>> results =
            context.importSubgraph(body, bodyArguments(context.constant(scalarTensor(step)),
                                                       context.constant(scalarTensor(true)), current));
        if (!results) {
          failure = results.error();
          break;
        }
        const std::optional<bool> next = knownBool(results->front().value);
        isUnrolled = next.has_value() || step + 1 == *trips;
        if (!isUnrolled)
          break;
        holds = next.value_or(false);
        const auto end = results->begin() + 1 + static_cast<long>(states.size());
        current.assign(results->begin() + 1, end);
        collected.emplace_back(end, results->end());
      }
    });
    if (!failure || !isUnrolled)
      return failure;
    code.place({});
    return setUnrolled(collected, current);
  }

  /// Outputs from final states and what each step has left.
  Status setUnrolled(const std::vector<std::vector<ImportedValue>> &collected,
                     std::vector<ImportedValue> outputs) {
    for (size_t i = 0; i < collectedCount(); ++i) {
      if (collected.empty())
        return context.unsupported("no step runs, so the shape of what is collected is not known");
      llvm::SmallVector<mlir::Value> parts;
      for (const std::vector<ImportedValue> &step : collected) {
        if (step[i].type() != collected[0][i].type())
          return context.unsupported("what is collected changes its shape from step to step");
        Extents shape(step[i].shape());
        shape.insert(shape.begin(), 1);
        parts.push_back(reshaped(context, step[i].value, shape));
      }
      outputs.push_back(
          {parts.size() == 1 ? parts[0] : concatenated(context, parts, 0), collected[0][i].element_type});
    }
    return setOutputs(context, outputs);
  }

  /// Number of the step as a tensor.
  mlir::Value stepTensor(mlir::Value index) const {
    mlir::OpBuilder &builder = context.builder();
    const mlir::Value number =
        builder.create<mlir::arith::IndexCastOp>(context.loc(), builder.getI64Type(), index);
    return builder.create<mlir::tensor::FromElementsOp>(
        context.loc(), mlir::RankedTensorType::get({}, builder.getI64Type()), number);
  }

  Status countedLoop() {
    CountedLoop loop;
    loop.body = &body;
    loop.steps = *trips;
    loop.skipped = 1;
    loop.states = states;
    loop.arguments = [&](mlir::Value step, const std::vector<ImportedValue> &current) {
      return bodyArguments(stepTensor(step), context.constant(scalarTensor(true)), current);
    };
    loop.check = [&](const std::vector<ImportedValue> &results) -> Status {
      if (knownBool(results.front().value) != true)
        return context.unsupported("it collects values until a condition that only running it tells");
      return {};
    };
    loop.collected.assign(collectedCount(), {});
    Result<std::vector<ImportedValue>> outputs = emitCountedLoop(context, loop);
    if (!outputs)
      return outputs.error();
    return setOutputs(context, *outputs);
  }

  /// Carried: step (index), condition (i1), states.
  Status whileLoop() {
    mlir::OpBuilder &builder = context.builder();
    const mlir::Location loc = context.loc();
    const mlir::Value limit = tripLimit();
    llvm::SmallVector<mlir::Value> initial{builder.create<mlir::arith::ConstantIndexOp>(loc, 0),
                                           firstCondition()};
    llvm::SmallVector<mlir::Type> types{builder.getIndexType(), builder.getI1Type()};
    for (const ImportedValue &state : states) {
      initial.push_back(state.value);
      types.push_back(state.type());
    }
    auto loop = builder.create<mlir::scf::WhileOp>(loc, types, initial);
    const llvm::SmallVector<mlir::Location> places(types.size(), loc);
    mlir::OpBuilder::InsertionGuard guard(builder);
    mlir::Block *before = builder.createBlock(&loop.getBefore(), {}, types, places);
    mlir::Value goes = before->getArgument(1);
    if (limit)
      goes = builder.create<mlir::arith::AndIOp>(
          loc, goes,
          builder.create<mlir::arith::CmpIOp>(loc, mlir::arith::CmpIPredicate::slt, before->getArgument(0),
                                              limit));
    builder.create<mlir::scf::ConditionOp>(loc, goes, before->getArguments());
    mlir::Block *after = builder.createBlock(&loop.getAfter(), {}, types, places);
    if (Status status = whileBody(after->getArguments()); !status) {
      loop.erase();
      return status;
    }
    std::vector<ImportedValue> outputs = states;
    for (size_t i = 0; i < outputs.size(); ++i)
      outputs[i].value = loop.getResult(static_cast<unsigned>(i) + 2);
    return setOutputs(context, outputs);
  }

  Status whileBody(mlir::ValueRange carried) {
    mlir::OpBuilder &builder = context.builder();
    std::vector<ImportedValue> current = states;
    for (size_t i = 0; i < current.size(); ++i)
      current[i].value = carried[i + 2];
    Result<std::vector<ImportedValue>> results = context.importSubgraph(
        body, bodyArguments(stepTensor(carried[0]), context.constant(scalarTensor(true)), current));
    if (!results)
      return results.error();
    const std::vector<ImportedValue> next(results->begin() + 1, results->end());
    if (!sameTypes(next, states))
      return context.unsupported("a state changes its type or shape from step to step");
    const mlir::Value one = builder.create<mlir::arith::ConstantIndexOp>(context.loc(), 1);
    llvm::SmallVector<mlir::Value> yielded{
        builder.create<mlir::arith::AddIOp>(context.loc(), carried[0], one),
        scalarOf(context, results->front().value)};
    for (const ImportedValue &state : next)
      yielded.push_back(state.value);
    builder.create<mlir::scf::YieldOp>(context.loc(), yielded);
    return {};
  }

  /// Null: no limit.
  mlir::Value tripLimit() const {
    mlir::OpBuilder &builder = context.builder();
    if (!context.hasInput(0))
      return nullptr;
    return builder.create<mlir::arith::IndexCastOp>(context.loc(), builder.getIndexType(),
                                                    scalarOf(context, context.input(0).value));
  }

  mlir::Value firstCondition() const {
    if (!context.hasInput(1))
      return context.builder().create<mlir::arith::ConstantIntOp>(context.loc(), 1, 1);
    return scalarOf(context, context.input(1).value);
  }

  NodeContext &context;
  const onnx::GraphProto &body;
  std::vector<ImportedValue> states;
  std::optional<int64_t> trips;
  std::optional<bool> condition;
};

Status importLoop(NodeContext &context) {
  Result<const onnx::GraphProto *> body = graphOf(context, "body");
  if (!body)
    return body.error();
  return LoopImport(context, **body).import();
}

} // namespace

void addLoopImporter(NodeImporters &importers) { importers["Loop"] = importLoop; }

} // namespace lockstep
