// A recurrent layer's program with its values in memory, and the judgement of what a machine wrote.
#pragma once

#include "compiler/recurrent/RecurrentScheduler.h"
#include "hw/program/ExternalMemory.h"
#include "hw/program/Program.h"
#include "workloads/driver/recurrent/RecurrentSpec.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// The loop over given projections (symbols: emitRecurrentProgram's), or behind the projection: then also
/// `input` int8 [steps, batch, input], `input_weights` int8 [G hidden, input], `input_bias`,
/// `input_multiplier`, `input_shift` int32 [G hidden], and `x` is written by the program itself.
struct RecurrentCode {
  RecurrentSpec spec;
  bool whole_layer = false;
  RecurrentProblem problem;
  GemmProblem projection;
  std::shared_ptr<const RecurrentSchedule> schedule;
  Program program;
  RecurrentBound bound;
  uint64_t projection_bound_cycles = 0;
  uint64_t predicted_cycles = 0;
  size_t loop_instructions = 0; // of a whole layer's program
  double compile_seconds = 0;

  uint64_t boundCycles() const { return bound.cycles() + projection_bound_cycles; }
};

/// Errors (Usage): those of the schedulers.
Result<RecurrentCode> compileRecurrent(const RecurrentSpec &spec, bool wholeLayer,
                                       const Parameters &parameters);

/// Values of a layer, the same for both of its programs.
struct RecurrentData {
  RecurrentConstants constants;
  RecurrentValues values; // `x` empty until it is drawn or projected
};
RecurrentData drawRecurrent(const RecurrentSpec &spec);
/// Projections of a program that computes none, if they are not there yet.
void drawProjections(const RecurrentSpec &spec, RecurrentData &data);

/// Constants, inputs and masks into the program's memory.
void fillMemory(const RecurrentCode &code, const RecurrentData &data, ExternalMemory &memory);

/// Of a whole layer after its run: one sentence if the projections are not the CPU's; empty if they are.
std::string projectionDifference(const RecurrentCode &code, ExternalMemory &memory);
/// The projections in memory.
const int16_t *projectionsIn(const RecurrentCode &code, ExternalMemory &memory);

/// One sentence about the first element that is not the expected one; empty if there is none.
std::string outputDifference(const RecurrentCode &code, const RecurrentOutputs &expected,
                             ExternalMemory &memory);

} // namespace lockstep
