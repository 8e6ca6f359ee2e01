// Matrix and vector unit of the reference.
#pragma once

#include "ReferenceUnit.h"

namespace lockstep::reference {

class ReferenceMatrix : public ReferenceUnit {
public:
  explicit ReferenceMatrix(Wires &wires) : ReferenceUnit(wires, Unit::Matrix) {}

protected:
  bool mayStart() override;
  void start(const Pending &pending) override;
  void work() override;
  std::string workClass() override;

private:
  struct Tile {
    uint64_t started; // of its instruction
    uint64_t words, vectors;
    bool ends_instruction;
    uint64_t loaded_in = kNever; // last cycle of its load
  };
  std::deque<Tile> to_load, to_stream;
  uint64_t num_loading = 0, num_streamed = 0; // tiles begun to load, tiles streamed completely
  uint64_t load_left = 0, stream_left = 0;    // words, vectors of the present tile
  uint64_t loader_free = 0;
  uint64_t streamed_in = 0, streamed_before = 0; // last cycles of the two latest streamed tiles
  bool streams = false;
};

/// Natural finish of an instruction of the vector unit that starts in `start`.
uint64_t finishOfVector(const Instruction &instruction, const Parameters &parameters, uint64_t start);

class ReferenceVector : public ReferenceUnit {
public:
  explicit ReferenceVector(Wires &wires) : ReferenceUnit(wires, Unit::Vector) {}

protected:
  bool mayStart() override { return unfinished.empty(); }
  void start(const Pending &pending) override;
  void work() override {}
  std::string workClass() override { return "busy"; }
};

} // namespace lockstep::reference
