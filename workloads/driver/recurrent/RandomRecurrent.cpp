#include "workloads/driver/recurrent/RandomRecurrent.h"

#include "workloads/random_models/Random.h"
#include "workloads/reference/StateProducts.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

namespace {

/// 1, or a multiple of the tile or one beside it, or any size.
int64_t sizeAtEdges(ModelRandom &random, int64_t tile, int64_t most) {
  const int64_t edge = tile * random.between(1, 3) + random.between(-1, 1);
  const int64_t size = random.chance(10) ? 1 : random.chance(70) ? edge : random.between(1, 4 * tile);
  return std::clamp<int64_t>(size, 1, most);
}

/// So many units that the weights are 1 to 1.6 times what the scratchpad holds.
int64_t sizeThatStreams(ModelRandom &random, int64_t gates, const Parameters &parameters) {
  const double held = std::sqrt(double(parameters.scratchpad_size_bytes) / double(gates));
  return int64_t(held * (1 + double(random.below(300)) / 1000));
}

/// Cycles of the array for one step, roughly.
double stepCycles(const RecurrentSpec &spec, int64_t gates, const Parameters &parameters) {
  const double tiles =
      double(gates) * std::pow(std::ceil(double(spec.hidden) /
                                         double(std::min(parameters.array_rows, parameters.array_columns))),
                               2);
  return tiles * double(std::max<int64_t>(parameters.array_rows, 2 * spec.batch));
}

void drawSizes(ModelRandom &random, RecurrentSpec &spec, const Parameters &parameters) {
  const int64_t gates = numGates(problemOf(spec).cell);
  const int64_t tile = std::min(parameters.array_rows, parameters.array_columns);
  const bool streams = random.chance(20);
  spec.hidden = streams ? sizeThatStreams(random, gates, parameters) : sizeAtEdges(random, tile, 64);
  spec.batch = random.chance(40) ? 1 : random.between(1, 6);
  if (random.chance(12))
    spec.batch = sizeAtEdges(random, parameters.accumulatorBankWords(), 150);
  spec.input = sizeAtEdges(random, tile, 64);
  constexpr double mostCycles = 120'000;
  const double most = std::clamp(mostCycles / stepCycles(spec, gates, parameters), 1.0, 6.0);
  spec.steps = random.between(1, int64_t(most));
}

void drawVariants(ModelRandom &random, RecurrentSpec &spec, const Parameters &parameters) {
  const bool lstm = spec.cell == "lstm";
  spec.linear_before_reset = spec.cell != "gru" || random.chance(60);
  spec.peepholes = lstm && random.chance(40);
  spec.reverse = random.chance(25), spec.lengths = random.chance(25);
  spec.initial_h = random.chance(40), spec.initial_c = lstm && random.chance(40);
  spec.state = random.chance(25) ? "int8" : "int16";
  spec.output = random.chance(25) ? "int8" : "int16";
  spec.y = random.chance(85), spec.y_h = !spec.y || random.chance(60), spec.y_c = lstm && random.chance(50);
  spec.clip = random.chance(20) ? double(random.between(1, 4000)) / 1000 : 0;
  // An LSTM with fewer bits takes a third table.
  const bool otherBits = random.chance(20) && (!lstm || parameters.vector_tables >= 3);
  spec.state_fraction_bits = otherBits ? random.between(11, 14) : 15;
  spec.output_zero_point = spec.output == "int8" ? random.between(-20, 20) : 0;
  spec.x_zero_point = random.chance(50) ? random.between(-128, 127) : 0;
  spec.values = random.chance(25) ? "extreme" : "usual";
  spec.cell_fraction_bits = lstm && random.chance(50) ? random.between(8, 11) : 12;
}

} // namespace

RecurrentSpec randomRecurrent(uint64_t seed, const Parameters &parameters) {
  ModelRandom random(seed * 0x2545f4914f6cdd1d + 1);
  RecurrentSpec spec;
  spec.seed = seed;
  spec.cell = random.pick<std::string>({"gru", "gru", "lstm", "lstm", "rnn"});
  spec.hidden = 1;
  drawSizes(random, spec, parameters);
  drawVariants(random, spec, parameters);
  return spec;
}

} // namespace lockstep
