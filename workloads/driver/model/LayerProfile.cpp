#include "workloads/driver/model/LayerProfile.h"

#include <algorithm>

namespace lockstep {

namespace {

/// Bytes that a load or store moves, each time that it is executed.
uint64_t bytesMoved(const Instruction &instruction) {
  auto bytes = [](const auto &transfer) {
    return transfer.row_bytes * transfer.count_0 * transfer.count_1 * transfer.count_2;
  };
  if (auto *load = std::get_if<LoadInstruction>(&instruction))
    return bytes(*load);
  if (auto *store = std::get_if<StoreInstruction>(&instruction))
    return bytes(*store);
  return 0;
}

/// "matrix 93 %": the unit that is busy for the largest part of the layer's cycles.
std::string busiestUnit(const LayerTimes &times, uint64_t cycles) {
  size_t unit = size_t(std::max_element(times.busy_cycles.begin(), times.busy_cycles.end()) -
                       times.busy_cycles.begin());
  if (cycles == 0 || times.busy_cycles[unit] * 2 < cycles)
    return "waiting"; // no unit works for half of the time
  return unitName(Unit(unit));
}

double percent(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * double(part) / double(whole);
}

} // namespace

LayerProfile::LayerProfile(const Program &program, std::vector<LayerPlan> plans)
    : layers(std::move(plans)), list(layers.size()) {
  size_t layer = 0;
  for (size_t i = 0; i < program.instructions.size(); ++i) {
    while (layer + 1 < layers.size() && layers[layer + 1].first_instruction <= i)
      ++layer;
    layer_of.push_back(layer);
    auto instruction = decode(program.instructions[i]);
    bytes_of.push_back(instruction ? bytesMoved(*instruction) : 0);
  }
}

void LayerProfile::instruction(const InstructionEvent &event) {
  if (event.instruction >= layer_of.size() || list.empty())
    return;
  LayerTimes &times = list[layer_of[event.instruction]];
  size_t unit = size_t(event.track); // tracks of units have their units' numbers
  uint64_t end = event.finished + 1, begin = std::max(event.started, counted_until[unit]);
  if (end > begin)
    times.busy_cycles[unit] += end - begin;
  counted_until[unit] = std::max(counted_until[unit], end);
  times.first_start = times.instructions == 0 ? event.started : std::min(times.first_start, event.started);
  times.last_finish = std::max(times.last_finish, event.finished);
  ++times.instructions;
  uint64_t bytes = bytes_of[event.instruction];
  (event.track == Track::Store ? times.written_bytes : times.read_bytes) += bytes;
}

std::vector<Row> profileRows(const LayerProfile &profile, const std::string &piece, uint64_t totalCycles) {
  std::vector<Row> rows;
  uint64_t before = 0;
  for (size_t i = 0; i < profile.plans().size(); ++i) {
    const LayerPlan &plan = profile.plans()[i];
    const LayerTimes &times = profile.times()[i];
    uint64_t end = i + 1 == profile.plans().size() ? totalCycles : std::max(before, times.last_finish + 1);
    uint64_t cycles = end - std::min(before, end);
    Row row = {{"piece", piece},
               {"layer", plan.label},
               {"operation", plan.operation},
               {"mapping", plan.mapping},
               {"cycles", cycles},
               {"share_percent", percent(cycles, totalCycles)},
               {"bound_cycles", plan.bound_cycles},
               {"bound_percent", percent(plan.bound_cycles, cycles)},
               {"predicted_cycles", plan.predicted_cycles}};
    for (unsigned unit = 0; unit < kNumQueuedUnits; ++unit)
      row[std::string(unitName(Unit(unit))) + "_percent"] =
          percent(std::min(times.busy_cycles[unit], cycles), cycles);
    row["matrix_wait_cycles"] = cycles - std::min(cycles, times.busy_cycles[size_t(Unit::Matrix)]);
    row["busiest"] = busiestUnit(times, cycles);
    row["read_bytes"] = times.read_bytes;
    row["written_bytes"] = times.written_bytes;
    row["instructions"] = times.instructions;
    row["first_start"] = times.first_start;
    row["last_finish"] = times.last_finish;
    rows.push_back(std::move(row));
    before = std::max(before, end);
  }
  return rows;
}

const std::vector<Column> &layerColumns() {
  static const std::vector<Column> columns = {{"layer", "layer", 20, Show::Text},
                                              {"operation", "operation", 36, Show::Text},
                                              {"cycles", "cycles", 10, Show::Integer},
                                              {"share_percent", "of all", 7, Show::Percent},
                                              {"bound_percent", "of bound", 9, Show::Percent},
                                              {"load_percent", "load", 7, Show::Percent},
                                              {"matrix_percent", "matrix", 7, Show::Percent},
                                              {"vector_percent", "vector", 7, Show::Percent},
                                              {"store_percent", "store", 7, Show::Percent},
                                              {"busiest", "limit", 8, Show::Text},
                                              {"read_bytes", "read", 9, Show::Bytes},
                                              {"written_bytes", "written", 9, Show::Bytes}};
  return columns;
}

} // namespace lockstep
