// If and Scan: branches that are known are inlined, others become scf's; shapes stay the same from step to
// step.
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/LoopBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>

namespace lockstep {

namespace {

/// Both branches, with results of the same types.
Status importConditional(NodeContext &context, const onnx::GraphProto &thenGraph,
                         const onnx::GraphProto &elseGraph) {
  mlir::OpBuilder &builder = context.builder();
  const mlir::Value condition = scalarOf(context, context.input(0).value);
  DetachedCode thenCode(context), elseCode(context);
  std::vector<std::vector<ImportedValue>> results;
  for (auto [code, graph] : {std::pair{&thenCode, &thenGraph}, {&elseCode, &elseGraph}}) {
    const onnx::GraphProto *branch = graph;
    Result<std::vector<ImportedValue>> values =
        code->emit({}, [&](mlir::ValueRange) { return context.importSubgraph(*branch, {}); });
    if (!values)
      return values.error();
    results.push_back(*values);
  }
  if (!sameTypes(results[0], results[1]))
    return context.unsupported("the branches have results of different types or shapes");
  llvm::SmallVector<mlir::Type> types;
  for (const ImportedValue &value : results[0])
    types.push_back(value.type());
  auto ifOp = builder.create<mlir::scf::IfOp>(context.loc(), types, condition, true, true);
  const auto fill = [&](mlir::Block *block, DetachedCode &code, const std::vector<ImportedValue> &values) {
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(block);
    code.place({});
    llvm::SmallVector<mlir::Value> yielded;
    for (const ImportedValue &value : values)
      yielded.push_back(value.value);
    builder.setInsertionPointToEnd(block);
    builder.create<mlir::scf::YieldOp>(context.loc(), yielded);
  };
  fill(ifOp.thenBlock(), thenCode, results[0]);
  fill(ifOp.elseBlock(), elseCode, results[1]);
  std::vector<ImportedValue> outputs = results[0];
  for (size_t i = 0; i < outputs.size(); ++i)
    outputs[i].value = ifOp.getResult(static_cast<unsigned>(i));
  return setOutputs(context, outputs);
}

Status importIf(NodeContext &context) {
  Result<const onnx::GraphProto *> thenGraph = graphOf(context, "then_branch");
  Result<const onnx::GraphProto *> elseGraph = graphOf(context, "else_branch");
  for (const auto *graph : {&thenGraph, &elseGraph})
    if (!*graph)
      return graph->error();
  if (countOf(context.input(0).shape()) != 1)
    return context.unsupported("the condition must be one bool");
  const std::optional<Tensor> condition = context.constantInput(0);
  if (!condition)
    return importConditional(context, **thenGraph, **elseGraph);
  Result<std::vector<ImportedValue>> values =
      context.importSubgraph(condition->bytes[0] ? **thenGraph : **elseGraph, {});
  if (!values)
    return values.error();
  return setOutputs(context, *values);
}

/// An axis or direction for each of `count` tensors.
Result<std::vector<int64_t>> listOf(const NodeContext &context, const std::string &name, size_t count) {
  std::vector<int64_t> values = context.intsAttribute(name);
  if (values.empty())
    values.assign(count, 0);
  if (values.size() != count)
    return context.unsupported(fmt::format("attribute {} has {} values, not {}", name, values.size(), count));
  return values;
}

/// ONNX's Scan since opset 9: body (states..., elements...) -> (states..., collected...).
Status importScan(NodeContext &context) {
  if (context.opset() < 9)
    return context.unsupported("Scan before opset 9");
  Result<const onnx::GraphProto *> body = graphOf(context, "body");
  if (!body)
    return body.error();
  const int64_t scanned = context.intAttribute("num_scan_inputs", 0);
  const auto inputs = static_cast<int64_t>(context.numInputs());
  if (scanned < 1 || scanned > inputs || (*body)->input_size() != inputs ||
      static_cast<int64_t>(context.numOutputs()) < inputs - scanned)
    return context.unsupported("the body's inputs and outputs do not fit the node's");
  CountedLoop loop;
  loop.body = *body;
  std::vector<ImportedValue> sequences;
  for (int64_t i = 0; i < inputs; ++i)
    (i < inputs - scanned ? loop.states : sequences).push_back(context.input(static_cast<size_t>(i)));
  const size_t collected = context.numOutputs() - loop.states.size();
  Result<std::vector<int64_t>> axes = listOf(context, "scan_input_axes", sequences.size());
  Result<std::vector<int64_t>> directions = listOf(context, "scan_input_directions", sequences.size());
  Result<std::vector<int64_t>> outputAxes = listOf(context, "scan_output_axes", collected);
  Result<std::vector<int64_t>> outputDirections = listOf(context, "scan_output_directions", collected);
  for (const auto *list : {&axes, &directions, &outputAxes, &outputDirections})
    if (!*list)
      return list->error();
  for (size_t i = 0; i < sequences.size(); ++i) {
    const std::optional<int64_t> axis =
        normalizedAxis((*axes)[i], static_cast<int64_t>(sequences[i].shape().size()));
    const int64_t steps = axis ? sequences[i].shape()[static_cast<size_t>(*axis)] : 0;
    if (!axis || (i > 0 && steps != loop.steps))
      return context.unsupported("the scan inputs differ in length, or an axis is out of range");
    (*axes)[i] = *axis;
    loop.steps = steps;
  }
  for (size_t i = 0; i < collected; ++i)
    loop.collected.push_back({(*outputAxes)[i], (*outputDirections)[i] == 1});
  loop.arguments = [&](mlir::Value step, const std::vector<ImportedValue> &states) {
    std::vector<ImportedValue> arguments = states;
    mlir::OpBuilder &builder = context.builder();
    for (size_t i = 0; i < sequences.size(); ++i) {
      mlir::Value place = step;
      if ((*directions)[i] == 1)
        place = builder.create<mlir::arith::SubIOp>(
            context.loc(), builder.create<mlir::arith::ConstantIndexOp>(context.loc(), loop.steps - 1), step);
      arguments.push_back(
          {elementAlong(context, sequences[i].value, (*axes)[i], place), sequences[i].element_type});
    }
    return arguments;
  };
  Result<std::vector<ImportedValue>> outputs = emitCountedLoop(context, loop);
  if (!outputs)
    return outputs.error();
  return setOutputs(context, *outputs);
}

} // namespace

void addControlFlowImporters(NodeImporters &importers) {
  importers["If"] = importIf;
  addLoopImporter(importers);
  importers["Scan"] = importScan;
}

} // namespace lockstep
