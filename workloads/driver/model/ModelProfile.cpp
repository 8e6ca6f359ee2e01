#include "workloads/driver/model/ModelProfile.h"

#include "compiler/pipeline/Notes.h"
#include "workloads/driver/model/ModelTables.h"

#include <fmt/format.h>

namespace lockstep {

ModelProfile::ModelProfile(const Package &package, std::string traceFile)
    : layers(layersOf(package)), trace_file(std::move(traceFile)) {}

Status ModelProfile::openTrace(const Program &program, uint64_t cycles) {
  if (trace) {
    trace->nextProgram(program, cycles);
    return {};
  }
  auto opened = PerfettoTrace::open(trace_file, program);
  if (!opened)
    return opened.error();
  trace = std::move(*opened);
  return {};
}

EventSink *ModelProfile::listen(const Piece &piece, const Program &program, uint64_t cycles) {
  auto plans = layers.find(piece.name);
  PieceProfile profile{piece.name, cycles, nullptr, nullptr};
  profile.profile = std::make_unique<LayerProfile>(
      program, plans == layers.end()
                   ? std::vector<LayerPlan>{{piece.name, "all layers", "", {}, "", 0, 0, 0, 0}}
                   : plans->second);
  if (!trace_file.empty() && trace_status)
    trace_status = openTrace(program, cycles);
  if (trace)
    profile.sinks = std::make_unique<BothSinks>(*profile.profile, *trace);
  pieces.push_back(std::move(profile));
  return trace ? static_cast<EventSink *>(pieces.back().sinks.get()) : pieces.back().profile.get();
}

void ModelProfile::slices(const PieceProfile &piece, const std::vector<Row> &rows) {
  uint64_t begin = piece.begin_cycle;
  for (const Row &row : rows) {
    uint64_t end = begin + row["cycles"].get<uint64_t>();
    trace->slice("layers", row["layer"].get<std::string>(), begin, end);
    begin = end;
  }
}

Status ModelProfile::finish(const ModelRunCost &cost) {
  for (size_t i = 0; i < std::min(pieces.size(), cost.pieces.size()); ++i) {
    const auto &timing = cost.pieces[i].execution.timing;
    if (!timing)
      continue;
    std::vector<Row> rows = profileRows(*pieces[i].profile, pieces[i].piece, timing->total_cycles);
    if (trace)
      slices(pieces[i], rows);
    list.insert(list.end(), rows.begin(), rows.end());
  }
  if (trace)
    trace_status = trace->finish();
  trace.reset();
  return trace_status;
}

std::string showProfile(const ModelProfile &profile, const ModelRunCost &cost) {
  std::vector<std::vector<std::string>> table(1);
  for (const Column &column : layerColumns())
    table[0].push_back(column.header);
  for (const Row &row : profile.rows()) {
    table.emplace_back();
    for (const Column &column : layerColumns())
      table.back().push_back(showCell(row, column));
  }
  std::string text = table.size() > 1 ? showTable(table) : "";
  for (const PieceExecution &piece : cost.pieces)
    if (piece.execution.timing)
      text += fmt::format("\n{}: {} cycles\n{}", piece.piece, piece.execution.timing->total_cycles,
                          showCounters(*piece.execution.timing));
  for (const auto &[piece, seconds] : cost.host_seconds)
    text += fmt::format("{}: {:.3f} ms on this computer\n", piece, 1000 * seconds);
  return text;
}

} // namespace lockstep
