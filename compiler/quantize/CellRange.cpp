#include "compiler/quantize/CellRange.h"

#include "compiler/onnx/OnnxModel.h"
#include "compiler/quantize/FloatLstm.h"
#include "compiler/recurrent/RecurrentQuantizer.h"

#include <algorithm>

namespace lockstep {

namespace {

constexpr int kLengths = 4, kInitialH = 5, kInitialC = 6; // places of ONNX's inputs

bool isLstm(const onnx::NodeProto &node) { return isRecurrent(node) && node.op_type() == "LSTM"; }

/// One node's layer, and where its inputs come from.
class CalibratedCell {
public:
  CalibratedCell(const GraphEditor &editor, const onnx::NodeProto &node, const GateWeights &gates)
      : node(node), lstm(editor, node, gates) {
    for (int index : {kInitialH, kInitialC})
      if (auto constant = hasInput(node, index) ? editor.floatConstant(node.input(index)) : std::nullopt)
        constants[index] = tensorOf(*constant);
    if (hasInput(node, kLengths) && editor.constant(node.input(kLengths)))
      if (auto tensor = tensorOf(*editor.constant(node.input(kLengths))))
        constants[kLengths] = std::move(*tensor);
  }

  void look(const std::map<std::string, const Tensor *> &results) {
    const auto find = [&](int index) -> const Tensor * {
      if (auto constant = constants.find(index); constant != constants.end())
        return &constant->second;
      const auto found = hasInput(node, index) ? results.find(node.input(index)) : results.end();
      return found == results.end() ? nullptr : found->second;
    };
    largest =
        std::max(largest, lstm.largestCell({find(0), find(kLengths), find(kInitialH), find(kInitialC)}));
  }

  CellReport report() const { return {node.name(), largest, cellFractionBits(largest)}; }

private:
  const onnx::NodeProto &node;
  FloatLstm lstm;
  std::map<int, Tensor> constants; // by place
  double largest = 0;
};

} // namespace

std::vector<std::string> cellTensors(const GraphEditor &editor, const Placement &placement) {
  std::set<std::string> names;
  for (const QuantizedLayer &layer : placement.layers)
    for (int index : {kLengths, kInitialH, kInitialC})
      if (isLstm(*layer.anchor) && hasInput(*layer.anchor, index) &&
          !editor.constant(layer.anchor->input(index)))
        names.insert(layer.anchor->input(index));
  for (const std::string &tensor : placement.tensors)
    names.erase(tensor);
  return {names.begin(), names.end()};
}

Result<std::vector<CellReport>> calibrateCells(ReferenceRuns &reference, const GraphEditor &editor,
                                               const Placement &placement) {
  std::vector<CalibratedCell> cells;
  for (const QuantizedLayer &layer : placement.layers)
    if (auto gates = isLstm(*layer.anchor) ? gateWeights(editor, *layer.anchor) : std::nullopt)
      cells.emplace_back(editor, *layer.anchor, *gates);
  std::vector<CellReport> reports;
  if (cells.empty())
    return reports;
  Status status = reference.forEach([&](uint64_t, const auto &results) {
    for (CalibratedCell &cell : cells)
      cell.look(results);
  });
  if (!status)
    return status.error();
  for (const CalibratedCell &cell : cells)
    reports.push_back(cell.report());
  return reports;
}

} // namespace lockstep
