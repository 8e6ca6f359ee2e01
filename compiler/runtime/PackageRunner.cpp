#include "compiler/runtime/PackageRunner.h"

#include "hw/support/Text.h"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace lockstep {
namespace {

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

std::vector<std::string> inputNames(const Package &package) {
  std::vector<std::string> names;
  for (unsigned index : package.inputs)
    names.push_back(package.tensors[index].name);
  return names;
}

const Tensor *find(const NamedTensors &tensors, const std::string &name) {
  for (const NamedTensor &tensor : tensors)
    if (tensor.name == name)
      return &tensor.tensor;
  return nullptr;
}

Status checkInput(const PackageTensor &wanted, const Tensor *given) {
  if (!given)
    return usage("input `" + wanted.name + "` is missing");
  if (given->element_type != wanted.element_type || given->shape != wanted.shape)
    return usage("input `" + wanted.name + "` is " + given->element_type + " " + shapeText(given->shape) +
                 ", the package takes " + wanted.element_type + " " + shapeText(wanted.shape));
  if (given->bytes.size() != elementCount(given->shape) * elementBytes(given->element_type))
    return usage("input `" + wanted.name + "` has " + std::to_string(given->bytes.size()) +
                 " bytes, which is not what its type and shape say");
  return {};
}

/// Tensors of one run; each is freed after the last piece that reads it.
class Run {
public:
  Run(const Package &package, const PieceRunners &runners)
      : package(package), runners(runners), storage(package.tensors.size()), values(package.tensors.size()),
        lastUse(package.tensors.size()) {}

  Result<NamedTensors> run(const NamedTensors &inputs) {
    if (Status status = takeInputs(inputs); !status)
      return status.error();
    findLastUses();
    for (size_t i = 0; i < package.pieces.size(); ++i)
      if (Status status = runPiece(i); !status)
        return status.error();
    NamedTensors outputs;
    for (unsigned index : package.outputs)
      outputs.push_back({package.tensors[index].name, *values[index]});
    return outputs;
  }

private:
  Status takeInputs(const NamedTensors &inputs) {
    const std::vector<std::string> names = inputNames(package);
    for (const NamedTensor &given : inputs)
      if (std::find(names.begin(), names.end(), given.name) == names.end())
        return usage("the package has no input `" + given.name + "`" + suggestion(given.name, names) +
                     "; it takes " + joinNames(names));
    for (unsigned index : package.inputs) {
      values[index] = find(inputs, package.tensors[index].name);
      if (Status status = checkInput(package.tensors[index], values[index]); !status)
        return status;
    }
    return {};
  }

  void findLastUses() {
    for (size_t i = 0; i < package.pieces.size(); ++i)
      for (unsigned index : package.pieces[i].inputs)
        lastUse[index] = i;
    for (unsigned index : package.outputs)
      lastUse[index] = package.pieces.size();
  }

  Status runPiece(size_t position) {
    const Piece &piece = package.pieces[position];
    auto runner = runners.find(piece.target);
    if (runner == runners.end() || !runner->second)
      return usage("piece `" + piece.name + "` is for target `" + piece.target +
                   "`, which nothing here can run");
    std::vector<const Tensor *> inputs;
    for (unsigned index : piece.inputs)
      inputs.push_back(values[index]);
    std::vector<Tensor *> outputs;
    for (unsigned index : piece.outputs) {
      storage[index] = zeroTensor(package.tensors[index].element_type, package.tensors[index].shape);
      values[index] = &storage[index];
      outputs.push_back(&storage[index]);
    }
    if (Status status = runner->second->run(package, piece, inputs, outputs); !status)
      return status;
    for (unsigned index : piece.inputs)
      if (lastUse[index] == position)
        storage[index] = {};
    return {};
  }

  const Package &package;
  const PieceRunners &runners;
  std::vector<Tensor> storage;
  std::vector<const Tensor *> values;
  std::vector<size_t> lastUse;
};

} // namespace

Result<NamedTensors> runPackage(const Package &package, const PieceRunners &runners,
                                const NamedTensors &inputs) {
  try {
    return Run(package, runners).run(inputs);
  } catch (const std::bad_alloc &) {
    return Error{ErrorKind::System, "there is not enough memory for the package's tensors"};
  } catch (const std::length_error &) {
    return Error{ErrorKind::System, "there is not enough memory for the package's tensors"};
  }
}

} // namespace lockstep
