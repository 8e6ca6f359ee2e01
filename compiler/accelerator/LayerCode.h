// One layer: the mapping that is taken, its schedule, its instructions.
#pragma once

#include "compiler/accelerator/LayerPlan.h"
#include "compiler/accelerator/PieceGraph.h"
#include "compiler/recurrent/RecurrentScheduler.h"
#include "hw/isa/Instruction.h"
#include "hw/machine/Parameters.h"
#include "hw/support/Result.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace lockstep {

/// Where a layer's tensors lie, in external memory.
struct LayerAddresses {
  uint64_t input = 0, other = 0, output = 0;
  uint64_t parameters = 0; // arrays bias, multiplier, shift, as far as the layer has them
  int64_t parameter_array_bytes = 0;
  uint64_t workspace = 0;       // of workspaceBytes(), if that is not 0
  RecurrentAddresses recurrent; // of a recurrent layer: all but x (the input) and the constants (other)
};

/// A layer whose decisions are made.
class PlannedLayer {
public:
  virtual ~PlannedLayer() = default;
  LayerPlan plan; // instructions are filled in by whom chains the layers
  /// Bytes of `other` as the schedule wants them, where they belong to the layer (weights, tables); else
  /// empty.
  virtual std::vector<uint8_t> weights() const { return {}; }
  /// External memory that the layer writes and reads again, beside its tensors.
  virtual uint64_t workspaceBytes() const { return 0; }
  /// Fit for a LayerChain. Errors (Usage).
  virtual Result<std::vector<Instruction>> emit(const LayerAddresses &addresses) const = 0;
};

/// Recurrent layers of pieces: cells may go to a workspace.
inline RecurrentOptions recurrentOptions() {
  RecurrentOptions options;
  options.cells_in_memory = true;
  return options;
}

/// The layer has to outlive the plan; the options are for recurrent ones. Errors (Usage): no schedule fits
/// the machine.
Result<std::unique_ptr<PlannedLayer>> planLayer(const PieceLayer &layer, const Parameters &parameters,
                                                const RecurrentOptions &options = recurrentOptions());

// Of one kind.
Result<std::unique_ptr<PlannedLayer>> planProduct(const PieceLayer &layer, const Parameters &parameters);
Result<std::unique_ptr<PlannedLayer>> planConvolution(const PieceLayer &layer, const Parameters &parameters);
Result<std::unique_ptr<PlannedLayer>> planRecurrent(const PieceLayer &layer, const Parameters &parameters,
                                                    const RecurrentOptions &options);

} // namespace lockstep
