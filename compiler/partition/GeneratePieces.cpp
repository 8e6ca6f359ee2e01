// From an outlined module to a package.
#include "compiler/partition/InlineRecurrent.h"
#include "compiler/partition/Partition.h"
#include "compiler/partition/PartitionIr.h"

#include <mlir/IR/Builders.h>
#include <mlir/IR/OwningOpRef.h>

#include <llvm/ADT/DenseMap.h>

#include <algorithm>

namespace lockstep {

using namespace mlir;

namespace {

std::string stringAttribute(DictionaryAttr attributes, const char *name) {
  auto text = attributes ? attributes.getAs<StringAttr>(name) : StringAttr();
  return text ? text.getValue().str() : std::string();
}

/// Tensors of the package, one for each value of @main.
class Tensors {
public:
  explicit Tensors(Package &package) : package(package) {}

  unsigned add(Value value, const std::string &name, const std::string &elementType) {
    auto type = cast<RankedTensorType>(value.getType());
    PackageTensor tensor{name, elementType, {}};
    if (tensor.element_type.empty())
      tensor.element_type = packageTypeOf(type.getElementType());
    tensor.shape.assign(type.getShape().begin(), type.getShape().end());
    package.tensors.push_back(std::move(tensor));
    const auto index = static_cast<unsigned>(package.tensors.size() - 1);
    indices.insert({value, index});
    return index;
  }
  bool has(Value value) const { return indices.count(value) > 0; }
  unsigned indexOf(Value value) const { return indices.lookup(value); }

private:
  Package &package;
  llvm::DenseMap<Value, unsigned> indices;
};

std::vector<std::string> labelsIn(func::FuncOp function) {
  std::vector<std::string> labels;
  function.walk([&](Operation *op) {
    if (op == function || isCloned(op) || isa<func::ReturnOp>(op))
      return;
    std::string label = operationLabel(op);
    if (!label.empty() && std::find(labels.begin(), labels.end(), label) == labels.end())
      labels.push_back(label);
  });
  return labels;
}

class Generator {
public:
  Generator(ModuleOp module, const Targets &targets) : module(module), targets(targets), tensors(package) {
    hostModule = ModuleOp::create(module.getLoc());
  }

  Result<Package> run(func::FuncOp main, const HostOptions &host) {
    for (BlockArgument argument : main.getArguments())
      package.inputs.push_back(tensors.add(argument,
                                           stringAttribute(attributes(main, argument), "lockstep.name"),
                                           stringAttribute(attributes(main, argument), "lockstep.type")));
    for (Operation &op : main.getBody().front().without_terminator())
      if (Status status = addPiece(op); !status)
        return status.error();
    addOutputs(main);
    if (!hostModule->getOps<func::FuncOp>().empty()) {
      package.host_triple = host.triple;
      auto object = compileHostObject(*hostModule, host);
      if (!object)
        return object.error();
      package.host_object = std::move(*object);
    }
    return std::move(package);
  }

private:
  static DictionaryAttr attributes(func::FuncOp main, BlockArgument argument) {
    return main.getArgAttrDict(argument.getArgNumber());
  }

  Status addPiece(Operation &op) {
    auto call = dyn_cast<func::CallOp>(op);
    auto function = call ? module.lookupSymbol<func::FuncOp>(call.getCallee()) : func::FuncOp();
    auto target = function ? function->getAttrOfType<StringAttr>(kTargetAttribute) : StringAttr();
    if (!target)
      return Error{ErrorKind::Model, "@main has an operation " + op.getName().getStringRef().str() +
                                         " that calls no outlined function; outline regions first"};
    Piece piece;
    piece.name = function.getName().str();
    piece.target = target.str();
    for (Value operand : call.getOperands())
      piece.inputs.push_back(tensors.indexOf(operand));
    for (auto [i, result] : llvm::enumerate(call.getResults()))
      piece.outputs.push_back(tensors.add(result, piece.name + "." + std::to_string(i), ""));
    piece.layers = labelsIn(function);
    if (Status status = generate(piece, function); !status)
      return status;
    package.pieces.push_back(std::move(piece));
    return {};
  }

  Status generate(Piece &piece, func::FuncOp function) {
    for (const auto &target : targets) {
      if (target->name() != piece.target)
        continue;
      if (target->inHostObject()) {
        auto copy = cast<func::FuncOp>(function->clone());
        copy.setPublic();
        hostModule->push_back(copy);
        return inlineRecurrentCalls(copy, module);
      }
      auto code = target->generate(function);
      if (!code)
        return code.error();
      piece.code = std::move(*code);
      return {};
    }
    return Error{ErrorKind::Usage, "piece " + piece.name + " is for target " + piece.target +
                                       ", which is not among the targets given"};
  }

  /// Every output has a tensor of its own (annotateTargets sees to that), which takes its name and type.
  void addOutputs(func::FuncOp main) {
    Operation *terminator = main.getBody().front().getTerminator();
    for (auto [i, value] : llvm::enumerate(terminator->getOperands())) {
      const std::string name = stringAttribute(main.getResultAttrDict(i), "lockstep.name");
      const std::string type = stringAttribute(main.getResultAttrDict(i), "lockstep.type");
      const unsigned index = tensors.indexOf(value);
      package.outputs.push_back(index);
      if (!name.empty())
        package.tensors[index].name = name;
      if (!type.empty())
        package.tensors[index].element_type = type;
    }
  }

  ModuleOp module;
  const Targets &targets;
  Package package;
  Tensors tensors;
  OwningOpRef<ModuleOp> hostModule;
};

} // namespace

Result<Package> generatePieces(ModuleOp outlined, const Targets &targets, const std::string &model,
                               const HostOptions &host) {
  func::FuncOp main = mainOf(outlined);
  if (!main)
    return Error{ErrorKind::Model, "the module has no function @main with a body"};
  auto package = Generator(outlined, targets).run(main, host);
  if (package)
    package->model = model;
  return package;
}

} // namespace lockstep
