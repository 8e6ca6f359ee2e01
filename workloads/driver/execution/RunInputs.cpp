#include "workloads/driver/execution/RunInputs.h"

#include "compiler/tensor/TensorFile.h"
#include "workloads/driver/execution/SymbolTensor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <set>

namespace lockstep {

namespace {

const Region *regionOf(const Program &program, const Symbol &symbol) {
  for (const Region &region : program.regions)
    if (symbol.address >= region.address && symbol.address - region.address < region.size_bytes)
      return &region;
  return nullptr;
}

const Symbol *findSymbol(const Program &program, const std::string &name) {
  for (const Symbol &symbol : program.symbols)
    if (symbol.name == name)
      return &symbol;
  return nullptr;
}

bool hasData(const Program &program, const Symbol &symbol) {
  return std::any_of(program.data.begin(), program.data.end(), [&](const DataBlock &block) {
    return block.address < symbol.address + bytesOf(symbol) &&
           symbol.address < block.address + block.bytes.size();
  });
}

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
uint64_t nextRandom(uint64_t &state) {
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

void fillRandom(const Symbol &symbol, uint8_t *bytes, uint64_t seed) {
  uint64_t state = seed;
  for (char c : symbol.name) // equal for equal names, whatever else the program holds
    state = nextRandom(state) ^ uint8_t(c);
  uint64_t size = bytesOf(symbol);
  for (uint64_t i = 0; i < size; i += 8) {
    uint64_t value = nextRandom(state);
    std::memcpy(bytes + i, &value, std::min<uint64_t>(8, size - i));
  }
}

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

Status placeFile(const Program &program, ExternalMemory &memory, const std::string &name,
                 const std::string &file) {
  const Symbol *symbol = findSymbol(program, name);
  if (!symbol) {
    std::vector<std::string> names;
    for (const Symbol &each : program.symbols)
      names.push_back(each.name);
    return usage(
        fmt::format("--input {}: the program has no such symbol; it has {}", name, fmt::join(names, ", ")));
  }
  auto tensor = readTensor(file);
  if (!tensor)
    return tensor.error();
  if (Status status = checkTensor(*tensor, *symbol); !status)
    return status;
  uint8_t *bytes = memory.find(symbol->address, tensor->bytes.size());
  if (!bytes)
    return usage(fmt::format("symbol {} does not lie in one region of the program", name));
  std::memcpy(bytes, tensor->bytes.data(), tensor->bytes.size());
  return {};
}

} // namespace

std::vector<Symbol> symbolsOf(const Program &program, RegionKind kind) {
  std::vector<Symbol> symbols;
  for (const Symbol &symbol : program.symbols)
    if (const Region *region = regionOf(program, symbol); region && region->kind == kind)
      symbols.push_back(symbol);
  return symbols;
}

Status placeInputs(const Program &program, ExternalMemory &memory,
                   const std::vector<std::string> &assignments, uint64_t seed) {
  std::set<std::string> placed;
  for (const std::string &assignment : assignments) {
    size_t equals = assignment.find('=');
    if (equals == std::string::npos)
      return usage(fmt::format("--input `{}` is not of the form name=file.npy", assignment));
    std::string name = assignment.substr(0, equals);
    if (Status status = placeFile(program, memory, name, assignment.substr(equals + 1)); !status)
      return status;
    placed.insert(name);
  }
  for (const Symbol &symbol : symbolsOf(program, RegionKind::Input)) {
    uint8_t *bytes = memory.find(symbol.address, bytesOf(symbol));
    if (bytes && !placed.count(symbol.name) && !hasData(program, symbol))
      fillRandom(symbol, bytes, seed);
  }
  return {};
}

Status writeOutputs(const Program &program, const ExternalMemory &memory, const std::string &folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure)
    return Error{ErrorKind::System, fmt::format("--output-dir {}: {}", folder, failure.message())};
  for (const Symbol &symbol : symbolsOf(program, RegionKind::Output)) {
    const uint8_t *bytes = memory.find(symbol.address, bytesOf(symbol));
    if (!bytes)
      return usage(fmt::format("symbol {} does not lie in one region of the program", symbol.name));
    Tensor tensor = {symbol.element_type, symbol.shape, {bytes, bytes + bytesOf(symbol)}};
    if (Status status =
            writeTensor(tensor, (std::filesystem::path(folder) / (symbol.name + ".npy")).string());
        !status)
      return status;
  }
  return {};
}

} // namespace lockstep
