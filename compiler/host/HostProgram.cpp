// Modules as things to run: signature, checks of inputs, calls.
#include "compiler/host/HostModule.h"

#include "hw/support/Text.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/OwningOpRef.h>

namespace lockstep {
namespace {

using namespace mlir;

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

std::string elementTypeOf(Type type) {
  if (type.isInteger(1))
    return "bool";
  if (auto integer = dyn_cast<IntegerType>(type))
    return (integer.isUnsigned() ? "uint" : "int") + std::to_string(integer.getWidth());
  if (type.isBF16())
    return "bfloat16";
  return isa<FloatType>(type) ? "float" + std::to_string(type.getIntOrFloatBitWidth()) : "";
}

std::string textAttribute(DictionaryAttr attributes, StringRef name) {
  auto text = attributes ? attributes.getAs<StringAttr>(name) : StringAttr();
  return text ? text.str() : "";
}

NamedTensor describe(Type type, DictionaryAttr attributes, const std::string &otherwise) {
  NamedTensor result;
  result.name = textAttribute(attributes, "lockstep.name");
  if (result.name.empty())
    result.name = otherwise;
  result.tensor.element_type = textAttribute(attributes, "lockstep.type");
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return result;
  if (result.tensor.element_type.empty())
    result.tensor.element_type = elementTypeOf(tensor.getElementType());
  result.tensor.shape.assign(tensor.getShape().begin(), tensor.getShape().end());
  return result;
}

const Tensor *find(const NamedTensors &tensors, const std::string &name) {
  for (const NamedTensor &tensor : tensors)
    if (tensor.name == name)
      return &tensor.tensor;
  return nullptr;
}

std::vector<std::string> namesOf(const NamedTensors &tensors) {
  std::vector<std::string> names;
  for (const NamedTensor &tensor : tensors)
    names.push_back(tensor.name);
  return names;
}

Status checkInput(const NamedTensor &wanted, const Tensor *given) {
  if (!given)
    return usage("input `" + wanted.name + "` is missing");
  if (given->element_type != wanted.tensor.element_type || given->shape != wanted.tensor.shape)
    return usage("input `" + wanted.name + "` is " + given->element_type + " " + shapeText(given->shape) +
                 ", the model takes " + wanted.tensor.element_type + " " + shapeText(wanted.tensor.shape));
  if (given->bytes.size() != elementCount(given->shape) * elementBytes(given->element_type))
    return usage("input `" + wanted.name + "` has " + std::to_string(given->bytes.size()) +
                 " bytes, which is not what its type and shape say");
  return {};
}

} // namespace

FunctionSignature signatureOf(ModuleOp module, const std::string &function) {
  FunctionSignature signature;
  auto found = module.lookupSymbol<func::FuncOp>(function);
  if (!found)
    return signature;
  for (unsigned i = 0; i < found.getNumArguments(); ++i)
    signature.inputs.push_back(
        describe(found.getArgumentTypes()[i], found.getArgAttrDict(i), "input_" + std::to_string(i)));
  for (unsigned i = 0; i < found.getNumResults(); ++i)
    signature.outputs.push_back(
        describe(found.getResultTypes()[i], found.getResultAttrDict(i), "output_" + std::to_string(i)));
  return signature;
}

Result<HostProgram> HostProgram::compile(ModuleOp module, const HostOptions &options) {
  if (!module.lookupSymbol<func::FuncOp>("main"))
    return Error{ErrorKind::Model, "the module has no function @main"};
  HostProgram program;
  program.main = signatureOf(module);
  OwningOpRef<ModuleOp> copy = module.clone();
  Result<std::vector<uint8_t>> object = compileHostObject(*copy, options);
  if (!object)
    return object.error();
  Result<std::unique_ptr<HostModule>> loaded = loadHostObject(*object);
  if (!loaded)
    return loaded.error();
  program.code = std::move(*loaded);
  return program;
}

Result<NamedTensors> HostProgram::run(const NamedTensors &inputs) const {
  for (const NamedTensor &given : inputs)
    if (!find(main.inputs, given.name))
      return usage("the model has no input `" + given.name + "`" +
                   suggestion(given.name, namesOf(main.inputs)) + "; it takes " +
                   joinNames(namesOf(main.inputs)));
  std::vector<const Tensor *> arguments;
  for (const NamedTensor &wanted : main.inputs) {
    const Tensor *given = find(inputs, wanted.name);
    if (Status status = checkInput(wanted, given); !status)
      return status.error();
    arguments.push_back(given);
  }
  NamedTensors outputs;
  for (const NamedTensor &output : main.outputs)
    outputs.push_back({output.name, zeroTensor(output.tensor.element_type, output.tensor.shape)});
  std::vector<Tensor *> results;
  for (NamedTensor &output : outputs)
    results.push_back(&output.tensor);
  if (Status status = code->call("main", arguments, results); !status)
    return status.error();
  return outputs;
}

} // namespace lockstep
