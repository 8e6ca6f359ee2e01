// Values of the matrix unit (manual, chapter "Matrix unit").
#pragma once

#include "sim/kernel/MatmulPanel.h"
#include "sim/kernel/MatmulPlan.h"

#include <memory>
#include <vector>

namespace lockstep {

/// Executes matmul instructions over the two on-chip memories of one machine.
class Multiplier {
public:
  Multiplier(const ArrayShape &shape, KernelIsa isa);
  /// False, with no effect, if matmulIsPossible() is false.
  bool execute(const MatmulInstruction &matmul, const uint8_t *scratchpad, uint8_t *accumulator);

private:
  void executePlan(const MatmulPlan &plan, const MatmulInstruction &matmul, PanelBlock block);
  void executeGroup(const MatmulPlan &plan, const MatmulInstruction &matmul, PanelBlock block);
  void executeSteps(const MatmulPlan &plan, PanelBlock block);

  ArrayShape shape;
  MatmulPlanCache plans;
  std::unique_ptr<MatmulPanel> panel;
  bool has_vnni;
};

/// The manual's loops, vector by vector: any legal instruction. Expects matmulIsPossible().
void multiplyInOrder(const MatmulInstruction &matmul, const ArrayShape &shape, const uint8_t *scratchpad,
                     uint8_t *accumulator);

} // namespace lockstep
