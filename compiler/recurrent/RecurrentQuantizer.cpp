#include "compiler/recurrent/RecurrentQuantizer.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdlib>

namespace lockstep {
namespace {

constexpr double kOne = 4096;                  // 1 in Q3.12
constexpr double kLargestBias = (1 << 18) - 1; // far beyond what a saturated sum can tell apart
constexpr double kLargestSum = 2147483647.0;   // of an accumulator
constexpr double kLargestMultiplier = 2147483647.0;
constexpr uint32_t kMinShift = 2, kMaxShift = 62;
constexpr int kMaxPeepholeBits = 30;

Error usage(const std::string &what) { return {ErrorKind::Usage, "recurrent layer: " + what + "."}; }

// ---- rows of weights with their bias ----

/// A row of a matrix: real value = unit sum over k of weight[k] operand[k] + bias.
struct FittedRow {
  int8_t *weights = nullptr; // [columns]
  int64_t columns = 0;
  double unit = 0, bias = 0;
  double lost = 0; // what the operand's lost half takes away from the sum
};

/// What multiplies a row's weights.
struct RowOperand {
  double unit = 1;        // real value of 1
  double largest = 128;   // magnitude, rounding of a wide sum included
  bool lost_half = false; // an int16 state's low halves: sum of weights / 2 belongs into the bias
};

/// Half up; exact for halvings = 0.
int8_t halved(int8_t value, int halvings) {
  return static_cast<int8_t>(std::floor(std::ldexp(static_cast<double>(value), -halvings) + 0.5));
}

/// Weights and bias together take at most half of the range of an int32 sum: where a row's scale is too fine
/// for its bias, the scale is doubled as often as it takes; what the weights lose is far below the last Q3.12
/// bit of such a bias.
FittedRow fitRow(const int8_t *given, int8_t *weights, int64_t columns, double scale, double bias,
                 const RowOperand &operand) {
  const double wanted = std::clamp(bias, -kLargestBias, kLargestBias);
  for (int halvings = 0;; ++halvings) {
    int64_t sum = 0, magnitude = 0;
    for (int64_t k = 0; k < columns; ++k) {
      weights[k] = halvings == 0 ? given[k] : halved(given[k], halvings);
      sum += weights[k];
      magnitude += std::abs(int64_t{weights[k]});
    }
    const double unit = std::ldexp(scale, halvings) * operand.unit;
    if (std::abs(wanted) / unit + operand.largest * static_cast<double>(magnitude) <= kLargestSum / 2)
      return {weights, columns, unit, wanted, operand.lost_half ? static_cast<double>(sum) / 2 : 0};
  }
}

bool isUsable(float scale) { return std::isfinite(scale) && scale > 0; }

struct MatrixName {
  const char *matrix;
  int64_t hidden; // channels of a gate
};

std::string rowName(const MatrixName &name, int64_t row) {
  return std::string("row ") + std::to_string(row % name.hidden) + " of gate " +
         std::to_string(row / name.hidden) + " of " + name.matrix;
}

Status checkMatrix(const QuantizedRows &rows, const std::vector<float> &bias, int64_t count,
                   const MatrixName &name) {
  const auto wanted = static_cast<size_t>(count);
  if (rows.scales.size() != wanted || rows.values.size() % wanted != 0 || rows.values.empty())
    return usage(std::string(name.matrix) + " has " + std::to_string(rows.values.size()) + " values and " +
                 std::to_string(rows.scales.size()) + " scales; it needs " + std::to_string(count) +
                 " rows with a scale each");
  if (!bias.empty() && bias.size() != wanted)
    return usage(std::string("the bias of ") + name.matrix + " has " + std::to_string(bias.size()) +
                 " values; allowed are none or " + std::to_string(count));
  for (size_t i = 0; i < wanted; ++i) {
    if (!isUsable(rows.scales[i]))
      return usage("the scale of " + rowName(name, static_cast<int64_t>(i)) + " is " +
                   std::to_string(rows.scales[i]) + "; it has to be positive and finite");
    if (!bias.empty() && !std::isfinite(bias[i]))
      return usage("the bias of " + rowName(name, static_cast<int64_t>(i)) + " is not finite");
  }
  return {};
}

/// Fits all rows of a matrix into int32. Errors: sums beyond 2^19 could leave the int32 of a rescaled result.
Result<std::vector<FittedRow>> fitRows(std::vector<int8_t> &weights, const QuantizedRows &rows,
                                       const std::vector<float> &bias, const RowOperand &operand,
                                       const MatrixName &name) {
  const size_t count = rows.scales.size();
  const auto columns = static_cast<int64_t>(weights.size() / count);
  std::vector<FittedRow> fitted;
  for (size_t i = 0; i < count; ++i) {
    const int8_t *values = rows.values.data() + i * static_cast<size_t>(columns);
    double magnitude = 0;
    for (int64_t k = 0; k < columns; ++k)
      magnitude += std::abs(static_cast<double>(values[k]));
    const double reach = magnitude * operand.largest * rows.scales[i] * operand.unit;
    if (reach > kLargestBias)
      return usage(rowName(name, static_cast<int64_t>(i)) + " makes sums of up to " + std::to_string(reach) +
                   "; allowed is 262143, for functions of which the arguments end at 8");
    fitted.push_back(fitRow(values, weights.data() + i * static_cast<size_t>(columns), columns,
                            rows.scales[i], bias.empty() ? 0.0 : double{bias[i]}, operand));
  }
  return fitted;
}

// ---- multipliers ----

/// The largest shift with scale 2^shift below 2^31, at most 62; less than 2 if no multiplier can express it.
int64_t shiftFor(double scale) {
  int exponent;
  std::frexp(scale, &exponent);
  int64_t shift = 31 - exponent;
  if (std::nearbyint(std::ldexp(scale, static_cast<int>(shift))) > kLargestMultiplier)
    --shift;
  return std::min<int64_t>(shift, kMaxShift);
}

struct ScaledRow {
  int32_t multiplier = 0, bias = 0;
};

/// The bias is exact for the multiplier as it is rounded. A row too fine for the shift has no weights left:
/// they made less than 2^-shift Q3.12 steps each.
ScaledRow scaleRow(const FittedRow &row, int64_t shift) {
  const double steps = std::ldexp(row.unit * kOne, static_cast<int>(shift));
  const int64_t multiplier = std::max<int64_t>(1, std::llround(steps));
  const bool empty = std::llround(steps) == 0;
  if (empty)
    std::fill_n(row.weights, row.columns, int8_t{0});
  const double bias = std::ldexp(row.bias * kOne, static_cast<int>(shift)) / static_cast<double>(multiplier);
  return {static_cast<int32_t>(multiplier),
          static_cast<int32_t>(std::llround(bias + (empty ? 0 : row.lost)))};
}

Error tooLarge(double scale) {
  return usage("a scale of " + std::to_string(scale) +
               " from sums to Q3.12 needs a multiplier beyond 2^31 - 1 at the least shift of 2");
}

Status setRecurrentMultipliers(const std::vector<FittedRow> &rows, QuantizedRecurrent &result) {
  double largest = 0;
  for (const FittedRow &row : rows)
    largest = std::max(largest, row.unit * kOne);
  const int64_t shift = shiftFor(largest);
  if (shift < kMinShift)
    return tooLarge(largest);
  result.problem.shift = static_cast<uint32_t>(shift);
  for (const FittedRow &row : rows) {
    const ScaledRow scaled = scaleRow(row, shift);
    result.constants.bias.push_back(scaled.bias);
    result.constants.multiplier.push_back(scaled.multiplier);
  }
  return {};
}

Status setProjectionMultipliers(const std::vector<FittedRow> &rows, ProjectionConstants &projection) {
  for (const FittedRow &row : rows) {
    const int64_t shift = shiftFor(row.unit * kOne);
    if (shift < kMinShift)
      return tooLarge(row.unit * kOne);
    const ScaledRow scaled = scaleRow(row, shift);
    projection.bias.push_back(scaled.bias);
    projection.multiplier.push_back(scaled.multiplier);
    projection.shift.push_back(static_cast<int32_t>(shift));
  }
  return {};
}

// ---- functions and peepholes ----

int16_t toInt16(double value) {
  return static_cast<int16_t>(std::clamp(std::nearbyint(value), -32768.0, 32767.0));
}

Status fillTable(const char *name, const std::function<double(double)> &function, int fractionBits,
                 FunctionTable &table) {
  if (!function)
    return usage(std::string("the function ") + name + " is missing");
  for (size_t i = 0; i < table.size(); ++i) {
    const double argument = (128.0 * static_cast<double>(i) - 32768) / kOne;
    const double value = function(argument);
    if (std::isnan(value))
      return usage(std::string("the function ") + name + " is not a number at " + std::to_string(argument));
    table[i] = toInt16(std::ldexp(value, fractionBits));
  }
  return {};
}

Status setTables(const CellFunctions &functions, const RecurrentProblem &problem,
                 RecurrentConstants &constants) {
  const int state = problem.state_fraction_bits;
  if (problem.cell != CellKind::Rnn)
    if (Status s = fillTable("f", functions.f, 15, constants.f); !s)
      return s;
  if (Status s = fillTable("g", functions.g, problem.cell == CellKind::Lstm ? 15 : state, constants.g); !s)
    return s;
  return problem.cell == CellKind::Lstm ? fillTable("h", functions.h, state, constants.h) : Status();
}

/// As many fraction bits as the largest peephole allows; with the cell's, at least 12: a larger peephole
/// saturates, and with it every product with a cell that is not zero.
Status setPeepholes(const std::vector<float> &peepholes, QuantizedRecurrent &result) {
  const auto wanted = static_cast<size_t>(result.problem.peepholes ? 3 * result.problem.hidden : 0);
  if (peepholes.size() != wanted)
    return usage("there are " + std::to_string(peepholes.size()) + " peepholes; allowed are " +
                 std::to_string(wanted));
  double largest = 0;
  for (float peephole : peepholes) {
    if (!(std::abs(peephole) <= 32767))
      return usage("a peephole is " + std::to_string(peephole) + "; allowed is -32767 to 32767");
    largest = std::max(largest, std::abs(double{peephole}));
  }
  int bits = kMaxPeepholeBits;
  const int least = result.problem.peepholes ? 12 - result.problem.cell_fraction_bits : 0;
  while (bits > least && std::nearbyint(std::ldexp(largest, bits)) > 32767)
    --bits;
  result.problem.peephole_fraction_bits = bits;
  for (float peephole : peepholes)
    result.constants.peepholes.push_back(toInt16(std::ldexp(double{peephole}, bits)));
  return {};
}

Status setClip(float clip, RecurrentProblem &problem) {
  if (!(clip >= 0))
    return usage("clip is " + std::to_string(clip) + "; allowed is 0 (none) or more");
  problem.clip =
      clip == 0 ? 32767 : static_cast<int32_t>(std::clamp(std::nearbyint(double{clip} * kOne), 1.0, 32767.0));
  return {};
}

Status checkInput(const RecurrentLayer &layer) {
  if (!isUsable(layer.x_scale))
    return usage("the scale of x is " + std::to_string(layer.x_scale) + "; it has to be positive and finite");
  if (layer.x_zero_point < -128 || layer.x_zero_point > 127)
    return usage("the zero point of x is " + std::to_string(layer.x_zero_point) + "; allowed is -128 to 127");
  return {};
}

Status setRecurrent(const RecurrentLayer &layer, QuantizedRecurrent &result) {
  const RecurrentProblem &problem = result.problem;
  result.constants.weights = layer.r.values;
  const RowOperand state{std::ldexp(1.0, 8 - problem.state_fraction_bits), 129, !problem.state_int8};
  Result<std::vector<FittedRow>> rows =
      fitRows(result.constants.weights, layer.r, layer.r_bias, state, {"R", problem.hidden});
  if (!rows)
    return rows.error();
  return setRecurrentMultipliers(*rows, result);
}

Status setProjection(const RecurrentLayer &layer, QuantizedRecurrent &result) {
  result.projection.weights = layer.w.values;
  const double largest = std::max(std::abs(-128 - layer.x_zero_point), std::abs(127 - layer.x_zero_point));
  Result<std::vector<FittedRow>> rows =
      fitRows(result.projection.weights, layer.w, layer.w_bias, {layer.x_scale, largest, false},
              {"W", result.problem.hidden});
  if (!rows)
    return rows.error();
  return setProjectionMultipliers(*rows, result.projection);
}

Status checkLayer(const RecurrentProblem &problem, const RecurrentLayer &layer) {
  const int64_t rows = gatesOf(problem.cell) * problem.hidden;
  if (Status s = checkInput(layer); !s)
    return s;
  if (Status s = checkMatrix(layer.w, layer.w_bias, rows, {"W", problem.hidden}); !s)
    return s;
  if (Status s = checkMatrix(layer.r, layer.r_bias, rows, {"R", problem.hidden}); !s)
    return s;
  if (layer.r.values.size() == static_cast<size_t>(rows * problem.hidden))
    return {};
  return usage("R has " + std::to_string(layer.r.values.size()) + " values; it needs " +
               std::to_string(rows * problem.hidden));
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double hyperbolicTangent(double x) { return std::tanh(x); }

} // namespace

QuantizedRows quantizeRows(const float *matrix, int64_t rows, int64_t columns) {
  QuantizedRows result;
  result.values.reserve(static_cast<size_t>(rows * columns));
  for (int64_t row = 0; row < rows; ++row) {
    const float *values = matrix + row * columns;
    float largest = 0;
    for (int64_t k = 0; k < columns; ++k)
      if (std::isfinite(values[k]))
        largest = std::max(largest, std::abs(values[k]));
    const float scale = largest == 0 ? 1.0f : std::max(largest / 127, FLT_MIN);
    result.scales.push_back(scale);
    for (int64_t k = 0; k < columns; ++k) {
      const double steps = std::nearbyint(double{values[k]} / scale);
      result.values.push_back(static_cast<int8_t>(std::isnan(steps) ? 0 : std::clamp(steps, -127.0, 127.0)));
    }
  }
  return result;
}

int cellFractionBits(double largest) {
  constexpr double kMargin = 1.1;
  int bits = 12;
  while (bits > 8 && !(largest * kMargin < std::ldexp(1.0, 15 - bits)))
    --bits;
  return bits;
}

CellFunctions CellFunctions::defaults(CellKind cell) {
  switch (cell) {
  case CellKind::Gru:
    return {sigmoid, hyperbolicTangent, {}};
  case CellKind::Lstm:
    return {sigmoid, hyperbolicTangent, hyperbolicTangent};
  case CellKind::Rnn:
    break;
  }
  return {{}, hyperbolicTangent, {}};
}

Result<QuantizedRecurrent> quantizeRecurrent(const RecurrentProblem &problem, const RecurrentLayer &layer,
                                             float clip) {
  QuantizedRecurrent result;
  result.problem = problem;
  if (Status s = setClip(clip, result.problem); !s)
    return s.error();
  if (Status s = checkRecurrentProblem(result.problem); !s)
    return s.error();
  if (Status s = checkLayer(problem, layer); !s)
    return s.error();
  for (Status s :
       {setRecurrent(layer, result), setProjection(layer, result), setPeepholes(layer.peepholes, result),
        setTables(layer.functions, problem, result.constants)})
    if (!s)
      return s.error();
  result.problem.h_is_g = problem.cell != CellKind::Lstm || result.constants.h == result.constants.g;
  return result;
}

} // namespace lockstep
