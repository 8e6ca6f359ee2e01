// A Verilated block with its clock: inputs are set, `settle` shows the outputs of the cycle, `tick` ends it.
#pragma once

#include "verilated.h"

#include <cstdint>
#include <cstring>
#include <memory>

namespace lockstep {

template <typename Block> class VerilatedBlock {
public:
  VerilatedBlock() : block(std::make_unique<Block>(&context, "block")) {}
  ~VerilatedBlock() { block->final(); }

  Block *operator->() { return block.get(); }
  Block &operator*() { return *block; }

  void settle() {
    block->clk_i = 0;
    block->eval();
  }
  void tick() {
    settle();
    block->clk_i = 1;
    block->eval();
  }
  /// For blocks with a reset: two cycles of it.
  void reset() {
    block->rst_ni = 1;
    settle();
    block->rst_ni = 0;
    tick();
    tick();
    block->rst_ni = 1;
  }

private:
  VerilatedContext context;
  std::unique_ptr<Block> block;
};

/// `width` bits (at most 64) of a port from bit `lsb` on; ports are little-endian words of any size.
template <typename Port> uint64_t bitsOf(const Port &port, unsigned lsb, unsigned width) {
  const auto *bytes = reinterpret_cast<const uint8_t *>(&port);
  uint64_t value = 0;
  for (unsigned i = 0; i < width; ++i)
    value |= uint64_t(bytes[(lsb + i) / 8] >> ((lsb + i) % 8) & 1) << i;
  return value;
}

template <typename Port> void setBits(Port &port, unsigned lsb, unsigned width, uint64_t value) {
  auto *bytes = reinterpret_cast<uint8_t *>(&port);
  for (unsigned i = 0; i < width; ++i) {
    uint8_t &byte = bytes[(lsb + i) / 8];
    byte = uint8_t((byte & ~(1u << (lsb + i) % 8)) | ((value >> i & 1) << (lsb + i) % 8));
  }
}

} // namespace lockstep
