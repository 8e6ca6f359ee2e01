// Random resolved instructions with all their fields, most of them legal, some that address a little too far.
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"

#include <cstdint>

namespace lockstep {

/// splitmix64: the same numbers on every host.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}
  uint64_t next() {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// minimum to maximum, both included.
  int64_t between(int64_t minimum, int64_t maximum) {
    return minimum + static_cast<int64_t>(next() % static_cast<uint64_t>(maximum - minimum + 1));
  }
  bool chance(unsigned percent) { return next() % 100 < percent; }

private:
  uint64_t state;
};

/// Of one external region [base, base + size_bytes) that may be written.
struct ExternalWindow {
  uint64_t base;
  uint64_t size_bytes;
};

class RandomInstruction {
public:
  RandomInstruction(const Parameters &parameters, ExternalWindow window, Random &random)
      : p(parameters), external(window), random(random) {}

  LoadInstruction load();
  FillInstruction fill();
  MatmulInstruction matmul();
  RequantizeInstruction requantize();
  StoreInstruction store();
  ElementwiseInstruction elementwise();
  ReduceInstruction reduce();
  TableInstruction table();

private:
  uint64_t operandType(uint64_t memory);
  uint64_t wordsIn(uint64_t memory) const;
  void chooseArithmetic(ElementwiseInstruction &e);
  void chooseRows(ElementwiseInstruction &e);
  template <typename Transfer> void chooseTransfer(Transfer &transfer, int64_t wordBytes, int64_t words);
  template <typename Transfer> void chooseLevels(Transfer &transfer, int64_t words);
  void chooseTiles(MatmulInstruction &m);
  void chooseStreams(MatmulInstruction &m);
  int64_t wordStride(int64_t words);

  const Parameters &p;
  ExternalWindow external;
  Random &random;
};

} // namespace lockstep
