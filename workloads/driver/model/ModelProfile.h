// The profile, and the trace if wanted, of one run of a whole model.
#pragma once

#include "compiler/pipeline/Compiler.h"
#include "sim/trace/PerfettoTrace.h"
#include "workloads/driver/execution/BothSinks.h"
#include "workloads/driver/model/LayerProfile.h"
#include "workloads/driver/model/ModelEngine.h"

#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// Listens to the accelerator's pieces. Pieces lie one behind the other in the trace; the time of the host's
/// pieces is not shown: it is not the machine's.
class ModelProfile {
public:
  /// `traceFile`: empty for none.
  ModelProfile(const Package &package, std::string traceFile);

  /// What AcceleratorRunner::listen() takes; valid while this object lives.
  EventSink *listen(const Piece &piece, const Program &program, uint64_t cycles);

  /// After the run, with what it cost: ends the trace. Errors: System.
  Status finish(const ModelRunCost &cost);
  /// A row for each layer, after finish().
  const std::vector<Row> &rows() const { return list; }

private:
  struct PieceProfile {
    std::string piece;
    uint64_t begin_cycle;
    std::unique_ptr<LayerProfile> profile;
    std::unique_ptr<BothSinks> sinks;
  };
  Status openTrace(const Program &program, uint64_t cycles);
  void slices(const PieceProfile &piece, const std::vector<Row> &rows);

  const PieceLayers layers;
  const std::string trace_file;
  std::unique_ptr<PerfettoTrace> trace;
  Status trace_status;
  std::vector<PieceProfile> pieces;
  std::vector<Row> list;
};

/// The table of the layers, and of the pieces on the host with their time on this computer.
std::string showProfile(const ModelProfile &profile, const ModelRunCost &cost);

} // namespace lockstep
