// Random machines and instruction streams for tests of time. Semaphores are in order; words and bytes are
// not: values are not executed.
#pragma once

#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"

#include <random>

namespace lockstep {

class RandomStreams {
public:
  explicit RandomStreams(uint64_t seed) : random(seed) {}

  /// Legal, at most 32 x 32.
  Parameters parameters();
  /// Loops, registers and at most about `size` instructions for each unit.
  Program program(const Parameters &parameters, unsigned size);

private:
  uint64_t upTo(uint64_t largest) { return std::uniform_int_distribution<uint64_t>(0, largest)(random); }
  uint64_t between(uint64_t low, uint64_t high) { return low + upTo(high - low); }
  bool chance(unsigned percent) { return upTo(99) < percent; }
  int64_t powerOfTwo(unsigned low, unsigned high) { return int64_t{1} << between(low, high); }

  Parameters anyParameters();
  void body(unsigned size, unsigned depth);
  void unitInstruction();
  template <typename Fields> void synchronize(Fields &fields, Unit unit);
  template <typename Transfer> void transferLevels(Transfer &transfer, uint64_t maxRows);
  template <typename Transfer> void makeUniform(Transfer &transfer);
  void emit(const Instruction &instruction);
  void load();
  void fill();
  void matmul();
  void requantize();
  uint64_t laneType(uint64_t memory);
  void vectorArithmetic();
  void elementwise();
  void reduce();
  void store();
  void sync();

  static constexpr unsigned kPerPair = 4; // semaphores from one unit to another
  struct Posted {
    unsigned semaphore;
    unsigned waiter;
  };

  std::mt19937_64 random;
  Parameters p;
  Program result;
  std::vector<Posted> open; // posts of the present loop body that nobody has waited for
};

} // namespace lockstep
