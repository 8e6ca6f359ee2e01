#include "compiler/accelerator/MappingLines.h"

#include "compiler/gemm/GemmScheduler.h"
#include "compiler/map/Matcher.h"

#include <mlir/IR/MLIRContext.h>

#include <functional>

namespace lockstep {
namespace {

/// What a legal way costs, in words.
using Cost = std::function<std::string(const MappingWay &)>;

std::string arrayCost(const MappingWay &way) {
  return "at least " + std::to_string(way.array_cycles) + " cycles in the array (" +
         std::to_string(static_cast<int>(100 * way.array_share + 0.5)) + " % of it useful)";
}

std::vector<std::string> linesOf(const IndexExpression &expression, const Parameters &parameters,
                                 mlir::MLIRContext &context, const Cost &cost) {
  std::vector<std::string> lines = {printExpression(expression)};
  const ArchitectureGraph machine(parameters);
  for (const ArchitectureGraph::Ability &ability : machine.abilities("matmul"))
    for (const MappingWay &way : matchUnit(expression, *ability.capability, context))
      lines.push_back(ability.unit->name + " unit: " + printWay(way, expression) + ": " +
                      (way.refusal.empty() ? cost(way) : "refused: " + way.refusal));
  return lines;
}

} // namespace

std::vector<std::string> productLines(const PieceLayer &layer, const GemmSchedule &taken,
                                      const Parameters &parameters) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  const IndexExpression expression = productExpression(layer.product, layer.batch, false, context);
  const auto batch = static_cast<uint64_t>(layer.batch);
  return linesOf(expression, parameters, context, [&](const MappingWay &way) -> std::string {
    if (way.stationary_is_left == taken.stationary_is_a)
      return std::to_string(batch * taken.predicted_cycles) + " cycles, taken";
    const Result<GemmSchedule> other = scheduleGemmWith(way.stationary_is_left, layer.product, parameters);
    return other ? std::to_string(batch * other->predicted_cycles) + " cycles"
                 : "refused: " + other.error().message;
  });
}

std::vector<std::string> convolutionLines(const PieceLayer &layer, const Parameters &parameters) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  return linesOf(convolutionExpression(layer.convolution, context), parameters, context, arrayCost);
}

std::vector<std::string> recurrentLines(const RecurrentProblem &problem) {
  const std::string passes = problem.state_int8 ? "as int8, one pass" : "as a pair of int8, two passes";
  std::string sums = "recurrent: a[g, b, j] += h[b, k] * r[g, j, k], g " +
                     std::to_string(gatesOf(problem.cell)) + ", b " + std::to_string(problem.batch) + ", j " +
                     std::to_string(problem.hidden) + ", k " + std::to_string(problem.hidden) + ", " +
                     std::to_string(problem.steps) + " times";
  return {std::move(sums),
          "matrix unit: h streams " + passes + ", each tile of r is stationary for all rows of b",
          std::string("vector unit: gates, functions and the new state of a ") + cellName(problem.cell)};
}

} // namespace lockstep
