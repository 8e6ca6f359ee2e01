#include "compiler/accelerator/PieceCompiler.h"

#include "compiler/accelerator/LayerCode.h"
#include "compiler/gemm/LayerChain.h"
#include "compiler/tensor/Tensor.h"

#include <cstring>
#include <memory>

namespace lockstep {
namespace {

constexpr uint64_t kRegionAlignment = 65536; // also the rows of a DRAM's banks
constexpr uint64_t kTensorAlignment = 64;

uint64_t aligned(uint64_t value, uint64_t unit) { return (value + unit - 1) / unit * unit; }

uint64_t bytesOf(const PieceTensor &tensor) {
  return elementCount(tensor.shape) * elementBytes(tensor.element_type);
}

/// Of the tensors that pass the piece's border; else empty.
std::string symbolName(const PieceTensor &tensor) {
  const std::string number = std::to_string(tensor.number);
  switch (tensor.role) {
  case PieceTensor::Role::Input:
    return "in_" + number;
  case PieceTensor::Role::Output:
    return "out_" + number;
  case PieceTensor::Role::Mask:
    return "mask_" + number;
  default:
    return {};
  }
}

/// Tensors of one kind, side by side in one region; its address is known once it is closed.
class Arena {
public:
  uint64_t add(uint64_t bytes) {
    const uint64_t offset = size;
    size = aligned(size + bytes, kTensorAlignment);
    return offset;
  }
  uint64_t size = 0, address = 0;
};

class PieceCompiler {
public:
  PieceCompiler(const PieceGraph &graph, const Parameters &parameters, const RecurrentOptions &options)
      : graph(graph), parameters(parameters), options(options) {
    piece.program.parameters = parameters;
  }
  Result<CompiledPiece> compile();

private:
  Status planLayers();
  void layOutTensors();
  void layOutConstants();
  uint64_t addConstant(const std::vector<uint8_t> &bytes);
  uint64_t addParameters(const ChannelParameters &channels, int64_t &arrayBytes);
  uint64_t addRegion(const std::string &name, uint64_t bytes, RegionKind kind);
  void addSymbol(const std::string &name, const PieceTensor &tensor, uint64_t address);
  RecurrentAddresses recurrentAddresses(const RecurrentPart &part) const;
  Status emitLayers();
  Status finishProgram();

  const PieceGraph &graph;
  const Parameters &parameters;
  const RecurrentOptions options;
  CompiledPiece piece;
  std::vector<std::unique_ptr<PlannedLayer>> planned;
  std::vector<uint64_t> tensorAddresses;
  std::vector<LayerAddresses> addresses; // of each layer
  Arena constants, workspace;
  std::vector<DataBlock> constantBlocks; // addresses relative to the region
  LayerChain chain;
  uint64_t nextAddress = kRegionAlignment;
};

Result<CompiledPiece> PieceCompiler::compile() {
  if (Status s = planLayers(); !s)
    return s.error();
  layOutTensors();
  layOutConstants();
  if (Status s = emitLayers(); !s)
    return s.error();
  if (Status s = finishProgram(); !s)
    return s.error();
  return std::move(piece);
}

Status PieceCompiler::planLayers() {
  for (const PieceLayer &layer : graph.layers) {
    auto plan = planLayer(layer, parameters, options);
    if (!plan)
      return plan.error();
    planned.push_back(std::move(*plan));
  }
  addresses.resize(planned.size());
  return {};
}

uint64_t PieceCompiler::addRegion(const std::string &name, uint64_t bytes, RegionKind kind) {
  const uint64_t address = nextAddress;
  piece.program.regions.push_back({name, address, bytes, kind});
  nextAddress = aligned(address + bytes, kRegionAlignment);
  return address;
}

void PieceCompiler::addSymbol(const std::string &name, const PieceTensor &tensor, uint64_t address) {
  piece.program.symbols.push_back({name, address, tensor.element_type, tensor.shape});
}

void PieceCompiler::layOutTensors() {
  tensorAddresses.resize(graph.tensors.size());
  for (size_t i = 0; i < graph.tensors.size(); ++i) {
    const PieceTensor &tensor = graph.tensors[i];
    if (tensor.role == PieceTensor::Role::Workspace)
      tensorAddresses[i] = workspace.add(bytesOf(tensor));
    const std::string name = symbolName(tensor);
    if (name.empty())
      continue;
    const bool isOutput = tensor.role == PieceTensor::Role::Output;
    tensorAddresses[i] = addRegion(name, bytesOf(tensor), isOutput ? RegionKind::Output : RegionKind::Input);
    addSymbol(name, tensor, tensorAddresses[i]);
  }
  for (size_t i = 0; i < planned.size(); ++i)
    if (const uint64_t bytes = planned[i]->workspaceBytes())
      addresses[i].workspace = workspace.add(bytes);
  if (workspace.size == 0)
    return;
  workspace.address = addRegion("workspace", workspace.size, RegionKind::Workspace);
  for (LayerAddresses &at : addresses)
    at.workspace += workspace.address;
  for (size_t i = 0; i < graph.tensors.size(); ++i)
    if (graph.tensors[i].role == PieceTensor::Role::Workspace)
      tensorAddresses[i] += workspace.address;
}

uint64_t PieceCompiler::addConstant(const std::vector<uint8_t> &bytes) {
  const uint64_t offset = constants.add(bytes.size());
  constantBlocks.push_back({offset, bytes});
  return offset;
}

/// bias, multiplier, shift: those that the layer has, one behind the other.
uint64_t PieceCompiler::addParameters(const ChannelParameters &channels, int64_t &arrayBytes) {
  std::vector<uint8_t> bytes;
  for (const std::vector<int32_t> *array : {&channels.bias, &channels.multiplier, &channels.shift}) {
    if (array->empty())
      continue;
    const size_t begin = bytes.size(), used = 4 * array->size();
    bytes.resize(begin + aligned(used, kTensorAlignment));
    std::memcpy(bytes.data() + begin, array->data(), used);
    arrayBytes = static_cast<int64_t>(bytes.size() - begin);
  }
  return bytes.empty() ? 0 : addConstant(bytes);
}

void PieceCompiler::layOutConstants() {
  for (size_t i = 0; i < graph.tensors.size(); ++i)
    if (graph.tensors[i].role == PieceTensor::Role::Constant)
      tensorAddresses[i] = addConstant(graph.tensors[i].bytes);
  for (size_t i = 0; i < graph.layers.size(); ++i) {
    const PieceLayer &layer = graph.layers[i];
    LayerAddresses &at = addresses[i];
    at.parameters = addParameters(layer.channels, at.parameter_array_bytes);
    if (layer.kind != PieceLayer::Kind::Product)
      at.other = addConstant(planned[i]->weights());
  }
  if (constants.size == 0)
    return;
  constants.address = addRegion("constants", constants.size, RegionKind::Constant);
  for (DataBlock &block : constantBlocks)
    piece.program.data.push_back({constants.address + block.address, std::move(block.bytes)});
  for (size_t i = 0; i < graph.tensors.size(); ++i)
    if (graph.tensors[i].role == PieceTensor::Role::Constant)
      tensorAddresses[i] += constants.address;
}

RecurrentAddresses PieceCompiler::recurrentAddresses(const RecurrentPart &part) const {
  const auto addressOf = [&](const std::optional<unsigned> &tensor) {
    return tensor ? tensorAddresses[*tensor] : 0;
  };
  RecurrentAddresses at;
  at.y = addressOf(part.y.tensor) + part.y.offset_bytes;
  at.y_step_bytes = part.y.step_bytes;
  at.y_h = addressOf(part.y_h.tensor) + part.y_h.offset_bytes;
  at.y_c = addressOf(part.y_c.tensor) + part.y_c.offset_bytes;
  at.initial_h = addressOf(part.initial_h);
  at.initial_c = addressOf(part.initial_c);
  at.mask = addressOf(part.mask);
  return at;
}

Status PieceCompiler::emitLayers() {
  chain = LayerChain(parameters, constants.address, constants.address + constants.size);
  for (size_t i = 0; i < graph.layers.size(); ++i) {
    const PieceLayer &layer = graph.layers[i];
    LayerAddresses &at = addresses[i];
    at.parameters += constants.address;
    at.other =
        layer.kind == PieceLayer::Kind::Product ? tensorAddresses[layer.other] : at.other + constants.address;
    at.input = tensorAddresses[layer.input];
    at.output = tensorAddresses[layer.output];
    at.recurrent = recurrentAddresses(layer.recurrent);
    Result<std::vector<Instruction>> code = planned[i]->emit(at);
    if (!code)
      return code.error();
    if (const Result<LayerChain::Span> span = chain.append(std::move(*code)); !span)
      return span.error();
    piece.layers.push_back(planned[i]->plan);
  }
  for (size_t i = 0; i < graph.layers.size(); ++i) {
    piece.layers[i].first_instruction = chain.layers()[i].first;
    piece.layers[i].instructions = chain.layers()[i].count;
  }
  return {};
}

Status PieceCompiler::finishProgram() {
  Program &program = piece.program;
  for (const Instruction &instruction : chain.finish()) {
    Result<EncodedInstruction> bits = encode(instruction);
    if (!bits)
      return bits.error();
    program.instructions.push_back(*bits);
  }
  const uint64_t bytes = program.instructions.size() * kInstructionBytes;
  program.program_address = addRegion("program", bytes, RegionKind::Program);
  return {};
}

/// A recurrent layer with no other beside it.
std::optional<size_t> theRecurrentLayer(const PieceGraph &graph) {
  std::optional<size_t> found;
  for (size_t i = 0; i < graph.layers.size(); ++i) {
    if (graph.layers[i].kind != PieceLayer::Kind::Recurrent)
      continue;
    if (found)
      return std::nullopt;
    found = i;
  }
  return found;
}

} // namespace

Result<std::unique_ptr<PlannedLayer>> planLayer(const PieceLayer &layer, const Parameters &parameters,
                                                const RecurrentOptions &options) {
  switch (layer.kind) {
  case PieceLayer::Kind::Product:
    return planProduct(layer, parameters);
  case PieceLayer::Kind::Convolution:
    return planConvolution(layer, parameters);
  default:
    return planRecurrent(layer, parameters, options);
  }
}

std::vector<unsigned *> PieceLayer::outputs() {
  if (kind != Kind::Recurrent)
    return {&output};
  std::vector<unsigned *> list;
  for (RecurrentResult *result : {&recurrent.y, &recurrent.y_h, &recurrent.y_c})
    if (result->tensor)
      list.push_back(&*result->tensor);
  return list;
}

Result<CompiledPiece> compilePiece(const PieceGraph &graph, const Parameters &parameters) {
  Result<CompiledPiece> piece = PieceCompiler(graph, parameters, recurrentOptions()).compile();
  const std::optional<size_t> recurrent = theRecurrentLayer(graph);
  if (!piece || !recurrent)
    return piece;
  const auto shorter =
      recurrentOptions().shorter(piece->program.instructions.size(), piece->layers[*recurrent].instructions);
  return shorter ? PieceCompiler(graph, parameters, *shorter).compile() : std::move(piece);
}

} // namespace lockstep
