// Random instructions that are legal wherever their registers may stand.
#pragma once

#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/numbers/Numbers.h"
#include "hw/program/ExternalMemory.h"
#include "tests/support/Random.h"

#include <optional>
#include <vector>

namespace lockstep {

/// A register that instructions may add to an address, and the values that it takes there.
struct LiveRegister {
  uint64_t number = 0;
  bool constant = false;
  uint64_t value = 0;        // if constant
  int64_t low = 0, high = 0; // else: all values lie between
  int64_t step = 1;          // else: all values are multiples of it
};

/// Makes instructions for one machine and one memory map. Shapes are drawn first, then addresses such that
/// every word and byte is in its place for every value of the registers.
class RandomInstructions {
public:
  RandomInstructions(const Parameters &parameters, const std::vector<Region> &regions, Random &random);

  /// Any unit instruction, without waits and posts.
  Instruction any(const std::vector<LiveRegister> &live);
  Instruction load(const std::vector<LiveRegister> &live, bool large = false);
  Instruction fill(const std::vector<LiveRegister> &live);
  Instruction matmul(const std::vector<LiveRegister> &live);
  Instruction requantize(const std::vector<LiveRegister> &live);
  Instruction elementwise(const std::vector<LiveRegister> &live);
  Instruction reduce(const std::vector<LiveRegister> &live);
  Instruction table(const std::vector<LiveRegister> &live);
  Instruction store(const std::vector<LiveRegister> &live);

private:
  struct Window {
    uint64_t low = 0, size = 0; // words or bytes
    uint64_t alignment = 1;
    unsigned bits = 24; // of the address field
  };
  struct Windows {
    Window reads, writes;
  };
  struct Span {
    int64_t low = 0, high = 0; // relative to the address
  };

  int64_t stride(int64_t most);
  uint64_t count(uint64_t most);
  int64_t zeroPoint(uint64_t type);
  LoadInstruction drawLoad(uint64_t most, bool large);
  MatmulInstruction drawMatmul(uint64_t most);
  RequantizeInstruction drawRequantize(uint64_t most);
  StoreInstruction drawStore(uint64_t most);
  void drawOutput(RequantizeInstruction &q);
  ElementwiseInstruction drawElementwise(uint64_t most);
  void drawResult(ElementwiseInstruction &e);
  void drawScale(ElementwiseInstruction &e, int64_t bits);
  void drawClamp(ElementwiseInstruction &e, ElementType type);
  uint64_t operandType(uint64_t memory);

  Window wholeScratchpad() const;
  Window scratchpad(Unit unit);
  Windows vectorWindows(uint64_t memory);
  Window streamedBanks();
  Window stationaryBanks();
  Window accumulator(Unit unit, unsigned addressBits);
  Window home(const Window &whole, int64_t bankWords, Unit unit);
  Window external(bool writable);

  bool place(uint64_t &address, uint64_t &addressRegister, Span span, const Window &window,
             const std::vector<LiveRegister> &live);
  bool placeAt(uint64_t &address, uint64_t &addressRegister, Span span, const Window &window,
               const LiveRegister *chosen);

  const Parameters parameters;
  const std::vector<Region> regions;
  Random &random;
  unsigned homePercent; // how often a unit keeps to banks of its own, so that units work at the same time
  int64_t firstStationaryBank; // banks below stream, the others hold stationary tiles: keeps matmul_c8 and
                               // matmul_c9
};

} // namespace lockstep
