// Where the cycles of a model go, layer by layer, from the event log.
#pragma once

#include "compiler/accelerator/LayerPlan.h"
#include "hw/program/Program.h"
#include "sim/engine/Events.h"
#include "workloads/driver/support/Row.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// What the event log says about one layer of a program.
struct LayerTimes {
  uint64_t first_start = 0, last_finish = 0; // cycles of the program; last_finish 0: it never ran
  std::array<uint64_t, kNumQueuedUnits>
      busy_cycles{}; // by Unit: cycles in which at least one of its instructions is at work
  uint64_t read_bytes = 0, written_bytes = 0; // that loads and stores ask for
  uint64_t instructions = 0;                  // dispatched
};

/// Listens to one run of a program and adds up by layer. Instructions of no layer (between layers) count to
/// the one before.
class LayerProfile final : public EventSink {
public:
  LayerProfile(const Program &program, std::vector<LayerPlan> plans);

  void instruction(const InstructionEvent &event) override;
  void burst(const BurstEvent &) override {}

  const std::vector<LayerPlan> &plans() const { return layers; }
  const std::vector<LayerTimes> &times() const { return list; }

private:
  std::vector<LayerPlan> layers;
  std::vector<LayerTimes> list;
  std::vector<size_t> layer_of;   // by instruction of the program
  std::vector<uint64_t> bytes_of; // by instruction: that a load or store moves
  std::array<uint64_t, kNumQueuedUnits>
      counted_until{}; // by unit: first cycle that is not yet counted as busy
};

/// A row for each layer. A layer's `cycles` last from the end of the layers before it to its own end, the
/// first one's from start, the last one's to idle: they add up to `totalCycles`. Keys: layerColumns().
std::vector<Row> profileRows(const LayerProfile &profile, const std::string &piece, uint64_t totalCycles);
const std::vector<Column> &layerColumns();

} // namespace lockstep
