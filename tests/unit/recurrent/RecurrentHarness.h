// Random recurrent layers, and what the golden executor makes of them beside the reference.
#pragma once

#include "compiler/recurrent/RecurrentProblem.h"
#include "compiler/recurrent/RecurrentScheduler.h"
#include "hw/program/Program.h"
#include "workloads/reference/RecurrentValues.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lockstep::test {

using Random = std::mt19937_64;
int64_t pick(Random &random, int64_t low, int64_t high);

/// Named configurations and odd arrays.
std::vector<Parameters> machines();

/// Every variant at random; hidden up to so many blocks of the machine, batch and steps up to the limits.
RecurrentProblem randomLayer(Random &random, const Parameters &machine, int64_t blocks, int64_t batch,
                             int64_t steps);

std::string describe(const RecurrentProblem &problem);

/// A layer with its constants and inputs.
struct Layer {
  RecurrentProblem problem;
  RecurrentConstants constants;
  RecurrentValues values;
};
Layer makeLayer(RecurrentProblem problem, uint64_t seed, RecurrentValueKind kind = RecurrentValueKind::Usual);

/// Puts inputs and constants in the program's data.
void fill(Program &program, const Layer &layer, const RecurrentSchedule &schedule);

/// First place where the outputs in memory differ from the reference; empty if none does.
std::string differenceOf(const Program &program, const ExternalMemory &memory, const Layer &layer);

/// An LSTM's cells may lie in memory.
RecurrentOptions cellsInMemory();

/// Schedules, checks (legal, free of races, short enough), runs on golden, compares with the reference; empty
/// or a sentence.
std::string judge(const Layer &layer, const Parameters &machine);

} // namespace lockstep::test
