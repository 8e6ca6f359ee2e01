// One recurrent layer from its sizes to its row of results.
#pragma once

#include "workloads/driver/execution/Execution.h"
#include "workloads/driver/execution/RunSpec.h"
#include "workloads/driver/recurrent/RecurrentProgram.h"
#include "workloads/driver/recurrent/RecurrentSpec.h"

#include <cstdint>
#include <string>

namespace lockstep {

/// The usual limit of a layer at full length: about five minutes of RTL.
constexpr uint64_t kUsualRtlCycles = 300'000'000;
/// The usual length of a layer over the limit: about ten seconds of RTL.
constexpr uint64_t kUsualRtlShort = 10'000'000;

struct RecurrentRun {
  RunSpec run;
  RecurrentPart part = RecurrentPart::Recurrent;
  /// Engines with RTL: layers whose loop takes more cycles run only so many steps as take about `rtl_short`
  /// of them (and no more than `rtl_cycles`), at least two; 0: all steps always.
  uint64_t rtl_cycles = kUsualRtlCycles, rtl_short = kUsualRtlShort;
};

/// Layers on the engines of one machine.
class RecurrentRunner {
public:
  RecurrentRunner(const Parameters &parameters, const RecurrentRun &run);

  /// Schedules, emits, runs, compares with the CPU's result. The row: keys of RecurrentSpec, of
  /// recurrentColumns(), and more (README, "Rows"); of both programs: the loop's, the whole layer's as
  /// `layer_...`. A difference of bits or cycles is a row with `bits_equal` or `cycles_equal` false and a
  /// sentence under `difference`; what keeps it from running is an Error.
  Result<Row> run(const RecurrentSpec &spec);

private:
  Result<double> cyclesOf(RecurrentSpec spec, int64_t steps);
  Result<RecurrentSpec> shortened(const RecurrentSpec &spec);
  Status prepare(const RecurrentCode &code, RecurrentData &data, ExternalMemory &memory);
  Result<Row> runProgram(const RecurrentSpec &spec, bool wholeLayer, RecurrentData &data);
  Result<Row> runParts(const RecurrentSpec &spec);
  std::string judge(const RecurrentCode &code, RecurrentData &data, ExternalMemory &memory);
  Row begin(const RecurrentSpec &asked, const RecurrentSpec &spec) const;
  Row describe(const RecurrentCode &code, const Execution &execution) const;

  const Parameters parameters;
  const RecurrentRun options;
  Executor executor;
  RecurrentOutputs expected; // of the layer that runs
  bool isExpected = false;   // they are there
};

/// One layer by itself; the golden executor joins a lockstep run if it is small.
Result<Row> runRecurrent(const RecurrentSpec &spec, const RecurrentRun &run);

/// The schedules' decisions, bounds and predictions, for people.
Result<std::string> explainRecurrent(const RecurrentSpec &spec, const RecurrentRun &run);

/// An upper estimate of the host bytes that runRecurrent uses.
uint64_t memoryOfRecurrent(const RecurrentSpec &spec, const RecurrentRun &run);

} // namespace lockstep
