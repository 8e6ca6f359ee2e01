// From a schedule to instructions: the only place that knows the order of a GEMM program.
#pragma once

#include "compiler/gemm/CodeBuilder.h"
#include "compiler/gemm/GemmLayer.h"
#include "compiler/gemm/GemmProblem.h"
#include "compiler/gemm/GemmSchedule.h"
#include "compiler/gemm/Placement.h"
#include "compiler/gemm/Roles.h"
#include "compiler/gemm/Transfers.h"
#include "hw/machine/Parameters.h"
#include "hw/program/Program.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace lockstep {

/// Adds the regions and symbols of the tensors (GemmScheduler.h) to a program.
GemmAddresses layOutGemm(const GemmProblem &problem, Program &program);

/// Emits one GEMM. All inputs have to outlive it; the schedule has to fit (placeGemm).
class GemmEmitter {
public:
  GemmEmitter(const GemmProblem &problem, const GemmRoles &roles, const GemmSchedule &schedule,
              const Placement &placement, const GemmAddresses &addresses, const Parameters &parameters,
              const GemmBatch &batch = {});

  /// The whole program, halt included.
  std::vector<Instruction> emit();
  /// The same for a program that goes on: without halt, all semaphores at zero at the end.
  std::vector<Instruction> emitLayer();

private:
  /// `count` equal blocks of a dimension, one of which may be its first or last.
  struct Segment {
    int64_t size = 0, count = 0;
    bool first = false, last = false;
  };
  /// An operand, or the parameters: ring, pointers, gate, and which blocks load.
  struct Stream {
    Residency residency = Residency::Chunk;
    bool follows_outer = false; // its block changes with the outer loop, else with the inner one
    Ring ring;
    CodeBuilder::Pointer external = 0, position = 0;
    CodeBuilder::Pointer read_position = 0; // of the consumer, where it is behind (parameters)
    unsigned gate = 0;
    int64_t chunks = 0; // in a panel
  };
  struct Place { // where in the loop nest the code is
    Segment outer, inner;
  };

  std::vector<Segment> segments(const BlockSplit &split, bool peelFirst, bool peelLast) const;
  void addStream(Stream &stream, Residency residency, bool followsOuter, const Ring &ring, Unit consumer,
                 int64_t chunks);
  void addGates();
  int64_t fills(const Stream &stream) const;

  void emitBlocks();
  void emitProduct();
  void emitOuter(const Segment &outer);
  void emitSegment(const Place &place);
  void emitBlock(const Place &place);
  void emitPendingOutput();
  void emitChunk(const Place &place, const Segment &chunk);
  void emitOperandLoads(const Stream &stream, std::vector<LoadInstruction> loads, uint64_t base,
                        bool startsBlock);
  void emitParameterLoad(const Place &place);
  void emitOutput(const Place &place);
  void emitStores(const BlockExtent &block, const OutputPiece &piece, bool lastPiece);
  void moveAfterBlock(const Place &place);
  void moveAfterOutput(const Place &place);
  void moveAfterInner(const Segment &outer);
  void moveAfterProduct();

  bool loads(const Stream &stream, const Place &place) const;
  bool releases(const Stream &stream, const Place &place) const;
  /// The planned places hold what a block needs.
  bool fits(const BlockExtent &extent) const;
  BlockExtent extentOf(const Place &place, int64_t reduction) const;
  int64_t innerTotal() const;
  int64_t outerTotal() const;
  /// Bytes in external memory from one element to the next of a dimension.
  int64_t outerStride(const Stream &stream) const;

  const GemmProblem &problem;
  const GemmRoles &roles;
  const GemmSchedule &schedule;
  const Placement &placement;
  GemmAddresses addresses;
  const GemmBatch batch;
  const TileShape shape;
  Transfers transfers;
  CodeBuilder code;
  Stream streamed, stationary, channel;
  bool has_parameters = false;
  CodeBuilder::Pointer output_external = 0, output_position = 0;
  CodeBuilder::Pointer accumulator_position = 0, accumulator_read_position = 0; // of matmul and of requantize
  std::optional<Place> pending; // a block whose output is not emitted yet
  unsigned accumulator_gate = 0, output_gate = 0, serial_gate = 0;
};

} // namespace lockstep
