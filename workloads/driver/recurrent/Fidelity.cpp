#include "workloads/driver/recurrent/Fidelity.h"

#include "compiler/quantize/Calibrators.h"
#include "compiler/recurrent/RecurrentQuantizer.h"
#include "workloads/reference/CpuGemm.h"
#include "workloads/reference/FloatRecurrent.h"
#include "workloads/reference/RecurrentReference.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

namespace lockstep {

namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kOne = 4096; // 1 in Q3.12

size_t sizeOf(int64_t value) { return static_cast<size_t>(value); }

/// The same numbers for the same seed with every standard library.
class Draws {
public:
  explicit Draws(uint64_t seed) : random(seed) {}

  std::vector<float> uniform(int64_t count, double range) {
    std::vector<float> values(sizeOf(count));
    for (float &value : values)
      value = static_cast<float>((2 * next() - 1) * range);
    return values;
  }
  /// G. E. P. Box, M. E. Muller (1958).
  std::vector<float> normal(int64_t count) {
    std::vector<float> values(sizeOf(count));
    for (float &value : values) {
      const double radius = std::sqrt(-2 * std::log(1 - next()));
      value = static_cast<float>(radius * std::cos(2 * kPi * next()));
    }
    return values;
  }

private:
  /// 0 to 1, 1 excluded.
  double next() { return std::ldexp(static_cast<double>(random() >> 11), -53); }
  std::mt19937_64 random;
};

int64_t keepingGate(CellKind cell) { return cell == CellKind::Lstm ? 2 : 0; }

FloatRecurrentLayer randomLayer(const FidelitySpec &spec, Draws &draws) {
  const double range = 1 / std::sqrt(static_cast<double>(spec.hidden));
  const int64_t rows = gatesOf(spec.cell) * spec.hidden;
  FloatRecurrentLayer layer;
  layer.cell = spec.cell;
  layer.hidden = layer.input = spec.hidden;
  layer.linear_before_reset = spec.linear_before_reset;
  layer.w = draws.uniform(rows * spec.hidden, range);
  layer.r = draws.uniform(rows * spec.hidden, range);
  layer.w_bias = draws.uniform(rows, range);
  layer.r_bias = draws.uniform(rows, range);
  if (spec.cell == CellKind::Rnn)
    return layer;
  const int64_t first = keepingGate(spec.cell) * spec.hidden;
  for (int64_t j = first; j < first + spec.hidden; ++j) {
    layer.w_bias[sizeOf(j)] = 0;
    layer.r_bias[sizeOf(j)] = static_cast<float>(spec.gate_bias); // a has room that x may need
  }
  return layer;
}

/// 10 log10(sum of squares of the signal / sum of squares of the difference).
template <typename Difference>
double decibels(const std::vector<double> &signal, const Difference &difference) {
  double power = 0, noise = 0;
  for (size_t i = 0; i < signal.size(); ++i) {
    power += signal[i] * signal[i];
    noise += difference(i) * difference(i);
  }
  return noise == 0 ? INFINITY : 10 * std::log10(power / noise);
}

double rootMeanSquare(const std::vector<double> &values) {
  double power = 0;
  for (double value : values)
    power += value * value;
  return std::sqrt(power / static_cast<double>(values.size()));
}

double largestOf(const std::vector<double> &values) {
  double largest = 0;
  for (double value : values)
    largest = std::max(largest, std::abs(value));
  return largest;
}

/// One random layer on its way to a row.
class Measurement {
public:
  explicit Measurement(const FidelitySpec &spec)
      : spec(spec), draws(spec.seed), layer(randomLayer(spec, draws)),
        x(draws.normal(spec.steps * spec.hidden)), projected(projectInput(layer, x)),
        run(runRecurrent(layer, projected)) {
    calibrate();
  }

  Result<Row> measure() {
    Row row = describe();
    if (Status s = measureInt16(row); !s)
      return s.error();
    if (Status s = measureInt8(row); !s)
      return s.error();
    return row;
  }

private:
  /// The inputs' scale from a batch that is not measured.
  void calibrate() {
    const std::vector<float> batch = draws.normal(spec.calibration_steps * spec.hidden);
    QuantizeOptions options;
    options.calibrator = spec.calibrator;
    ValueRange range;
    range.add(batch.data(), batch.size());
    Histogram histogram(range, histogramBins(options.calibrator, range.count));
    histogram.add(batch.data(), batch.size());
    quantizer = quantizerFor(range, calibratedThreshold(histogram, options), options);
    for (float value : x)
      quantized_x.push_back(static_cast<int8_t>(quantizer.quantize(value)));
    cell_fraction_bits = cellBits(batch);
  }

  /// C, by the cells over the calibration batch, repeated to as many steps as are measured: slow cells take
  /// their time to become large.
  int cellBits(const std::vector<float> &batch) const {
    if (spec.cell != CellKind::Lstm)
      return 12;
    if (spec.cell_fraction_bits != 0)
      return static_cast<int>(spec.cell_fraction_bits);
    std::vector<float> repeated;
    for (size_t i = 0; i < std::max(x.size(), batch.size()); ++i)
      repeated.push_back(batch[i % batch.size()]);
    return cellFractionBits(largestOf(runRecurrent(layer, projectInput(layer, repeated)).cells));
  }

  RecurrentLayer integerLayer() const {
    const int64_t rows = gatesOf(spec.cell) * spec.hidden;
    RecurrentLayer result;
    result.w = quantizeRows(layer.w.data(), rows, spec.hidden);
    result.r = quantizeRows(layer.r.data(), rows, spec.hidden);
    result.w_bias = layer.w_bias;
    result.r_bias = layer.r_bias;
    result.functions = CellFunctions::defaults(spec.cell);
    result.x_scale = quantizer.scale;
    result.x_zero_point = static_cast<int32_t>(quantizer.zero_point);
    return result;
  }

  Result<QuantizedRecurrent> quantize(bool int8State) const {
    RecurrentProblem problem;
    problem.cell = spec.cell;
    problem.hidden = spec.hidden;
    problem.steps = spec.steps;
    problem.linear_before_reset = spec.linear_before_reset;
    problem.state_int8 = int8State;
    problem.cell_fraction_bits = cell_fraction_bits;
    problem.writes_y_h = false;
    return quantizeRecurrent(problem, integerLayer());
  }

  Result<std::vector<int16_t>> integerProjection(const ProjectionConstants &constants) const {
    GemmProblem problem;
    problem.m = spec.steps, problem.n = gatesOf(spec.cell) * spec.hidden, problem.k = spec.hidden;
    problem.b_transposed = true;
    problem.a_zero_point = quantizer.zero_point;
    problem.output = GemmOutput::Int16;
    problem.has_bias = problem.per_column = true;
    std::vector<int16_t> output(sizeOf(problem.m * problem.n));
    const GemmOperands operands{reinterpret_cast<const uint8_t *>(quantized_x.data()),
                                reinterpret_cast<const uint8_t *>(constants.weights.data()),
                                constants.bias.data(), constants.multiplier.data(), constants.shift.data()};
    if (computeGemm(problem, operands, output.data()))
      return output;
    return Error{ErrorKind::Mismatch, "the CPU's own input projection failed Freivalds' test"};
  }

  std::vector<int16_t> exactProjection() const {
    std::vector<int16_t> values;
    for (double value : projected)
      values.push_back(static_cast<int16_t>(std::clamp(std::nearbyint(value * kOne), -32768.0, 32767.0)));
    return values;
  }

  double sqnrOf(const QuantizedRecurrent &integers, const std::vector<int16_t> &projection) const {
    RecurrentInputs inputs;
    inputs.x = projection.data();
    const RecurrentOutputs outputs = recurrentReference(integers.problem, integers.constants, inputs);
    return decibels(run.states, [&](size_t i) {
      return run.states[i] -
             std::ldexp(static_cast<double>(outputs.y[i]), -integers.problem.state_fraction_bits);
    });
  }

  Status measureInt16(Row &row) const {
    row["sqnr_int16_db"] = row["sqnr_exact_x_db"] = nullptr;
    if (!spec.int16_state)
      return {};
    const Result<QuantizedRecurrent> integers = quantize(false);
    if (!integers)
      return integers.error();
    const Result<std::vector<int16_t>> projection = integerProjection(integers->projection);
    if (!projection)
      return projection.error();
    row["sqnr_int16_db"] = sqnrOf(*integers, *projection);
    row["sqnr_exact_x_db"] = sqnrOf(*integers, exactProjection());
    return {};
  }

  Status measureInt8(Row &row) const {
    row["sqnr_int8_db"] = nullptr;
    if (!spec.int8_state)
      return {};
    const Result<QuantizedRecurrent> integers = quantize(true);
    if (!integers)
      return integers.error();
    const Result<std::vector<int16_t>> projection = integerProjection(integers->projection);
    if (!projection)
      return projection.error();
    row["sqnr_int8_db"] = sqnrOf(*integers, *projection);
    return {};
  }

  Row describe() const {
    const std::vector<double> inputs(x.begin(), x.end());
    Row row;
    row["cell"] = cellName(spec.cell);
    row["hidden"] = spec.hidden;
    row["steps"] = spec.steps;
    row["gate_bias"] = spec.gate_bias;
    row["seed"] = spec.seed;
    row["calibrator"] = calibratorName(spec.calibrator);
    row["input_sqnr_db"] =
        decibels(inputs, [&](size_t i) { return inputs[i] - quantizer.dequantize(quantized_x[i]); });
    row["state_rms"] = rootMeanSquare(run.states);
    for (const char *key : {"cell_fraction_bits", "cell_rms", "largest_cell", "cell_saturated"})
      row[key] = nullptr;
    if (spec.cell == CellKind::Lstm)
      describeCells(row);
    return row;
  }

  void describeCells(Row &row) const {
    const double bound = std::ldexp(1.0, 15 - cell_fraction_bits);
    uint64_t saturated = 0;
    for (double c : run.cells)
      saturated += std::abs(c) >= bound;
    row["cell_fraction_bits"] = cell_fraction_bits;
    row["cell_rms"] = rootMeanSquare(run.cells);
    row["largest_cell"] = largestOf(run.cells);
    row["cell_saturated"] = static_cast<double>(saturated) / static_cast<double>(run.cells.size());
  }

  const FidelitySpec spec;
  Draws draws;
  const FloatRecurrentLayer layer;
  const std::vector<float> x;          // [steps, hidden]
  const std::vector<double> projected; // [steps, G hidden]
  const FloatRecurrentRun run;
  Quantizer quantizer;
  std::vector<int8_t> quantized_x; // [steps, hidden]
  int cell_fraction_bits = 12;
};

Status within(const char *name, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most)
    return {};
  return Error{ErrorKind::Usage,
               fmt::format("fidelity: {} is {}; allowed is {} to {}", name, value, least, most)};
}

} // namespace

Status checkFidelitySpec(const FidelitySpec &spec) {
  for (Status status :
       {within("hidden", spec.hidden, 1, 4096), within("steps", spec.steps, 1, 100000),
        within("calibration_steps", spec.calibration_steps, 1, 100000),
        within("hidden x steps", spec.hidden * spec.steps, 1, 1 << 24),
        within("hidden x calibration_steps", spec.hidden * spec.calibration_steps, 1, 1 << 24)})
    if (!status)
      return status;
  if (spec.cell_fraction_bits != 0)
    if (Status s = within("cell_fraction_bits", spec.cell_fraction_bits, 8, 12); !s)
      return s;
  if (std::abs(spec.gate_bias) <= 100)
    return {};
  return Error{ErrorKind::Usage,
               fmt::format("fidelity: the gate bias is {}; allowed is -100 to 100", spec.gate_bias)};
}

std::string labelOf(const FidelitySpec &spec) {
  return fmt::format("{} {} bias {}", cellName(spec.cell), spec.hidden, spec.gate_bias);
}

uint64_t memoryOf(const FidelitySpec &spec) {
  constexpr uint64_t process = uint64_t(100) << 20;
  const uint64_t gates = uint64_t(gatesOf(spec.cell)), hidden = uint64_t(spec.hidden);
  const uint64_t weights = 2 * gates * hidden * hidden * (4 + 4 + 2);
  return process + weights + hidden * uint64_t(spec.steps) * (8 * (gates + 2) + 6 * gates + 16) +
         hidden * uint64_t(spec.calibration_steps) * 4;
}

Result<Row> measureFidelity(const FidelitySpec &spec) {
  if (Status s = checkFidelitySpec(spec); !s)
    return s.error();
  const auto begin = std::chrono::steady_clock::now();
  Result<Row> row = Measurement(spec).measure();
  if (row)
    (*row)["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return row;
}

} // namespace lockstep
