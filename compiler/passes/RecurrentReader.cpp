#include "compiler/passes/RecurrentReader.h"

#include "compiler/passes/Constants.h"
#include "compiler/passes/IntegerForm.h"
#include "compiler/passes/RecurrentActivation.h"

#include <algorithm>
#include <cmath>

namespace lockstep {

using namespace mlir;

namespace {

Error reason(const std::string &phrase) { return {ErrorKind::Model, phrase}; }

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Rows first * rows to first * rows + rows - 1 of a [.., .., columns] constant of int8.
Result<QuantizedRows> rowsOf(Value value, int64_t place, const std::string &name) {
  auto found = value ? dequantized(value) : std::nullopt;
  auto integers = found ? constantIntegers(found->source) : std::nullopt;
  if (!integers || found->rank() != 3)
    return reason(name + " is not a constant of quantized weights");
  const Quantization &quantization = found->quantization;
  if (quantization.bits != 8 || !quantization.is_signed || !quantization.oneZeroPoint() ||
      quantization.zeroPoint() != 0)
    return reason(name + " is not symmetric of 8 bits");
  if (quantization.axis && *quantization.axis > 1)
    return reason(name + " has scales along its last axis");
  const int64_t rows = found->shape()[1], columns = found->shape()[2];
  QuantizedRows result;
  for (int64_t i = 0; i < rows * columns; ++i)
    result.values.push_back(
        static_cast<int8_t>((*integers)[static_cast<size_t>(place * rows * columns + i)]));
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t index = !quantization.axis ? 0 : *quantization.axis == 0 ? place : row;
    result.scales.push_back(static_cast<float>(quantization.scales[static_cast<size_t>(index)]));
  }
  return result;
}

/// Row `place` of a float constant [.., size]; nothing if the layer has it not.
Result<std::vector<float>> floatsOf(Value value, int64_t place, const std::string &name) {
  if (!value)
    return std::vector<float>();
  auto values = knownFloats(value);
  if (!values || typeOf(value).getRank() != 2)
    return reason(name + " is not constant");
  const int64_t size = typeOf(value).getShape()[1];
  const auto begin = values->begin() + place * size;
  return std::vector<float>(begin, begin + size);
}

/// The largest magnitude that a state takes at the beginning, if anything is known of it.
double largestInitial(Value value) {
  double largest = 0;
  if (!value)
    return largest;
  if (auto values = knownFloats(value)) {
    for (float one : *values)
      largest = std::max(largest, std::abs(static_cast<double>(one)));
    return largest;
  }
  auto found = dequantized(value);
  if (!found || !found->quantization.perTensor())
    return largest;
  const Quantization &q = found->quantization;
  return q.scale() * static_cast<double>(std::max(q.maximum - q.zeroPoint(), q.zeroPoint() - q.minimum));
}

bool isZero(Value value) {
  auto values = value ? knownFloats(value) : std::nullopt;
  return values && llvm::all_of(*values, [](float one) { return one == 0; });
}

/// The quantization that all users of a value ask for; nothing if they do not agree, or one wants floats.
std::optional<Quantization> commonQuantization(Value value) {
  std::optional<Quantization> common;
  for (Operation *user : value.getUsers()) {
    auto cast = dyn_cast<quant::QuantizeCastOp>(user);
    auto wanted = cast ? quantizationOf(cast.getType()) : std::nullopt;
    if (!wanted || wanted->bits != 8 || !wanted->is_signed || !wanted->perTensor() ||
        wanted->minimum != -128 || wanted->maximum != 127 || (common && !(*common == *wanted)))
      return std::nullopt;
    common = wanted;
  }
  return common;
}

class Reader {
public:
  explicit Reader(const LayerCall &layer) : layer(layer), attributes(layer.attributes()) {}

  Result<IntegerLayer> read() {
    if (!isImported())
      return reason("it is no layer that import made");
    auto x = dequantizedInt8(layer.operand(0));
    if (!x)
      return reason("float32: the input is not quantized per tensor to int8");
    if (flag("input_forget"))
      return reason("input_forget couples the gates");
    readCell();
    if (Status status = readConstants(); !status)
      return status.error();
    if (Status status = readFunctions(); !status)
      return status.error();
    IntegerLayer result;
    result.x = *x;
    result.output = readOutputs();
    real.x_scale = static_cast<float>(x->quantization.scale());
    real.x_zero_point = static_cast<int32_t>(x->quantization.zeroPoint());
    auto quantized = quantizeRecurrent(problem, real, static_cast<float>(clip));
    if (!quantized)
      return reason(quantized.error().message);
    result.form.problem = quantized->problem;
    result.form.constants = std::move(quantized->constants);
    result.form.projection = std::move(quantized->projection);
    result.form.input = x->shape()[2];
    result.form.x_zero_point = real.x_zero_point;
    return result;
  }

private:
  bool flag(StringRef name) const {
    auto value = attributes.getAs<BoolAttr>(name);
    return value && value.getValue();
  }

  /// Everything that is looked at later is there and of the right shape: files can hold layers too.
  bool isImported() {
    auto cell = attributes.getAs<StringAttr>("cell");
    auto place = attributes.getAs<IntegerAttr>("place");
    auto bound = attributes.getAs<FloatAttr>("clip");
    auto x = shapeOf(layer.operand(0), 3), w = shapeOf(layer.operand(1), 3), h = shapeOf(layer.result(1), 2);
    if (!cell || !place || !bound || !x || !w || !h || place.getInt() < 0 || place.getInt() >= (*w)[0])
      return false;
    direction = place.getInt();
    clip = bound.getValueAsDouble();
    problem.cell = cell.getValue() == "gru"    ? CellKind::Gru
                   : cell.getValue() == "lstm" ? CellKind::Lstm
                                               : CellKind::Rnn;
    problem.steps = (*x)[0];
    problem.batch = (*x)[1];
    problem.hidden = (*h)[1];
    const int64_t directions = (*w)[0], rows = gatesOf(problem.cell) * problem.hidden;
    const std::vector<int64_t> state{problem.batch, problem.hidden};
    const auto is = [&](Value value, std::vector<int64_t> shape, bool isReal = true) {
      auto found = value ? shapeOf(value, shape.size(), isReal) : std::nullopt;
      return !value || found == shape;
    };
    return (*h)[0] == problem.batch && is(layer.operand(1), {directions, rows, (*x)[2]}) &&
           is(layer.operand(2), {directions, rows, problem.hidden}) &&
           is(layer.operand(3), {directions, 2 * rows}) && is(layer.operand(4), {problem.batch}, false) &&
           is(layer.operand(5), state) && is(layer.operand(6), state) &&
           is(layer.operand(7), {directions, 3 * problem.hidden}) && is(layer.result(2), state) &&
           is(layer.result(0), {problem.steps, problem.batch, problem.hidden});
  }

  /// Of a tensor of static shape with elements of float32, or int32.
  static std::optional<std::vector<int64_t>> shapeOf(Value value, size_t rank, bool isReal = true) {
    auto type = value ? dyn_cast<RankedTensorType>(value.getType()) : RankedTensorType();
    if (!type || !type.hasStaticShape() || static_cast<size_t>(type.getRank()) != rank ||
        !(isReal ? type.getElementType().isF32() : type.getElementType().isInteger(32)))
      return std::nullopt;
    return type.getShape().vec();
  }

  void readCell() {
    problem.linear_before_reset = problem.cell != CellKind::Gru || flag("linear_before_reset");
    problem.reverse = flag("reverse");
    problem.state_int8 = flag("state_int8");
    if (auto bits = attributes.getAs<IntegerAttr>("cell_fraction_bits");
        bits && problem.cell == CellKind::Lstm)
      problem.cell_fraction_bits = static_cast<int>(std::clamp<int64_t>(bits.getInt(), 8, 12));
    problem.peepholes = problem.cell == CellKind::Lstm && layer.operand(7) && !isZero(layer.operand(7));
    problem.has_lengths = bool(layer.operand(4));
    problem.initial_h = layer.operand(5) && !isZero(layer.operand(5));
    problem.initial_c = problem.cell == CellKind::Lstm && layer.operand(6) && !isZero(layer.operand(6));
  }

  Status readConstants() {
    auto w = rowsOf(layer.operand(1), direction, "W"), r = rowsOf(layer.operand(2), direction, "R");
    auto bias = floatsOf(layer.operand(3), direction, "B");
    auto peepholes = floatsOf(problem.peepholes ? layer.operand(7) : Value(), direction, "P");
    for (const auto *rows : {&w, &r})
      if (!*rows)
        return rows->error();
    for (const auto *values : {&bias, &peepholes})
      if (!*values)
        return values->error();
    real.w = std::move(*w);
    real.r = std::move(*r);
    const auto half = bias->begin() + static_cast<long>(bias->size() / 2);
    real.w_bias.assign(bias->begin(), half);
    real.r_bias.assign(half, bias->end());
    real.peepholes = std::move(*peepholes);
    return {};
  }

  /// Functions, and the fraction bits that the state needs for what they and the initial state give.
  Status readFunctions() {
    std::vector<ScalarFunction> functions;
    auto names = attributes.getAs<ArrayAttr>("activations");
    auto alphas = attributes.getAs<DenseF32ArrayAttr>("alphas"),
         betas = attributes.getAs<DenseF32ArrayAttr>("betas");
    const auto nameOf = [&](size_t i) {
      auto name = dyn_cast<StringAttr>(names[i]);
      return name ? name.str() : std::string();
    };
    for (size_t i = 0; names && alphas && betas && i < names.size() && i < size_t(alphas.size()) &&
                       i < size_t(betas.size());
         ++i)
      functions.push_back(recurrentActivation(nameOf(i), double(alphas[i]), double(betas[i])));
    const size_t wanted = problem.cell == CellKind::Lstm ? 3 : problem.cell == CellKind::Gru ? 2 : 1;
    if (functions.size() != wanted || llvm::any_of(functions, [](const auto &function) { return !function; }))
      return reason("it is no layer that import made");
    if (problem.cell == CellKind::Rnn)
      functions.insert(functions.begin(), ScalarFunction());
    real.functions.f = functions[0];
    real.functions.g = functions[1];
    if (problem.cell == CellKind::Lstm)
      real.functions.h = functions[2];
    return checkRanges();
  }

  Status checkRanges() {
    constexpr double kSlack = 1e-6;
    const double bound = clip > 0 ? clip : 8;
    if (real.functions.f) {
      const FunctionRange gates = rangeOf(real.functions.f, bound);
      if (gates.maximum > 1 + kSlack || gates.minimum < (problem.cell == CellKind::Gru ? 0 : -1) - kSlack)
        return reason("its gates' function goes beyond 1");
    }
    const FunctionRange candidate = rangeOf(real.functions.g, bound);
    double largest = std::max(candidate.maximum, -candidate.minimum);
    if (problem.cell == CellKind::Lstm) {
      if (largest > 1 + kSlack)
        return reason("its cell's input function goes beyond 1");
      const int largestCell = 1 << (15 - problem.cell_fraction_bits);
      if (largestInitial(layer.operand(6)) > largestCell)
        return reason("its initial cell state goes beyond " + std::to_string(largestCell));
      const FunctionRange output = rangeOf(real.functions.h, 8);
      largest = std::max(output.maximum, -output.minimum);
    }
    largest = std::max(largest, largestInitial(layer.operand(5)));
    const int whole = largest > 1 + kSlack ? static_cast<int>(std::ceil(std::log2(largest))) : 0;
    if (whole > 15)
      return reason("its state goes beyond 2^15");
    problem.state_fraction_bits = 15 - whole;
    return {};
  }

  /// Which results the layer writes, and how.
  std::optional<Quantization> readOutputs() {
    const auto used = [&](unsigned index) { return layer.result(index) && !layer.result(index).use_empty(); };
    problem.writes_y = used(0);
    problem.writes_y_h = used(1);
    problem.writes_y_c = used(2);
    std::optional<Quantization> common;
    for (unsigned index : {0u, 1u}) {
      if (!used(index))
        continue;
      auto wanted = commonQuantization(layer.result(index));
      if (!wanted || (common && !(*common == *wanted)))
        return std::nullopt;
      common = wanted;
    }
    return common && setOutputScale(std::ldexp(1.0, -problem.state_fraction_bits) / common->scale())
               ? (problem.output_zero_point = static_cast<int32_t>(common->zeroPoint()), common)
               : std::nullopt;
  }

  /// ratio = M / 2^s with M of 15 bits; false if there is none.
  bool setOutputScale(double ratio) {
    int exponent = 0;
    const double mantissa = std::frexp(ratio, &exponent);
    auto multiplier = static_cast<int32_t>(std::nearbyint(std::ldexp(mantissa, 15)));
    if (multiplier == 1 << 15) {
      multiplier /= 2;
      ++exponent;
    }
    const int shift = 15 - exponent;
    if (!std::isfinite(ratio) || shift < 0 || shift > 62)
      return false;
    problem.output = RecurrentOutput::Int8;
    problem.output_multiplier = multiplier;
    problem.output_shift = static_cast<uint32_t>(shift);
    return true;
  }

  const LayerCall &layer;
  DictionaryAttr attributes;
  int64_t direction = 0;
  double clip = 0; // 0: none
  RecurrentProblem problem;
  RecurrentLayer real;
};

} // namespace

LayerCall::LayerCall(func::CallOp call, func::FuncOp function)
    : call(call), function(function), dictionary(function->getAttrOfType<DictionaryAttr>(kRecurrentLayer)) {}

Value LayerCall::operand(int64_t input) const {
  auto inputs = dictionary.getAs<DenseI64ArrayAttr>("inputs");
  const auto operands = op().getOperands();
  for (int64_t i = 0; inputs && i < inputs.size() && i < static_cast<int64_t>(operands.size()); ++i)
    if (inputs[i] == input)
      return operands[static_cast<size_t>(i)];
  return Value();
}

Value LayerCall::result(unsigned index) const {
  return index < op().getNumResults() ? op().getResult(index) : Value();
}

Result<IntegerLayer> integerLayer(const LayerCall &layer) { return Reader(layer).read(); }

} // namespace lockstep
