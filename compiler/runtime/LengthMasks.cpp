#include "compiler/runtime/LengthMasks.h"

#include <cstring>

namespace lockstep {
namespace {

/// The input's number, or the number of inputs if the name is no mask's.
size_t inputOf(const Symbol &symbol, size_t numInputs) {
  for (size_t i = 0; i < numInputs; ++i)
    if (symbol.name == "mask_" + std::to_string(i))
      return i;
  return numInputs;
}

void fill(const Tensor &lengths, const std::vector<uint64_t> &shape, uint8_t *mask) {
  for (uint64_t step = 0; step < shape[0]; ++step)
    for (uint64_t row = 0; row < shape[1]; ++row, mask += shape[2]) {
      int32_t length;
      std::memcpy(&length, lengths.bytes.data() + 4 * row, sizeof length);
      std::memset(mask, static_cast<int64_t>(step) < length ? 1 : 0, shape[2]);
    }
}

} // namespace

Status fillLengthMasks(const Program &program, const std::vector<const Tensor *> &inputs,
                       ExternalMemory &memory) {
  for (const Symbol &symbol : program.symbols) {
    if (symbol.name.rfind("mask_", 0) != 0)
      continue;
    const size_t number = inputOf(symbol, inputs.size());
    const Tensor *lengths = number < inputs.size() ? inputs[number] : nullptr;
    uint8_t *mask =
        symbol.shape.size() == 3 ? memory.find(symbol.address, elementCount(symbol.shape)) : nullptr;
    if (!mask || !lengths || lengths->element_type != "int32" || lengths->bytes.size() != 4 * symbol.shape[1])
      return Error{ErrorKind::Program,
                   "symbol " + symbol.name +
                       " must be int8 [steps, batch, lanes], made of an int32 input [batch]"};
    fill(*lengths, symbol.shape, mask);
  }
  return {};
}

} // namespace lockstep
