#include "tests/unit/accelerator/RecurrentModule.h"

#include "compiler/passes/RecurrentBody.h"
#include "hw/numbers/Numbers.h"
#include "workloads/reference/RecurrentValues.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

#include <cmath>
#include <cstring>

namespace lockstep::test {
namespace {

template <typename T> std::vector<T> valuesOf(const Tensor &tensor) {
  std::vector<T> values(tensor.bytes.size() / sizeof(T));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

int64_t pick(std::mt19937_64 &random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
}

/// Manual, chapter "Numbers": the input projection as a matrix product.
std::vector<int16_t> projected(const RecurrentForm &form, const Tensor &x) {
  const auto rows = static_cast<int64_t>(x.bytes.size()) / form.input;
  const auto columns = static_cast<int64_t>(form.projection.bias.size());
  std::vector<int16_t> result;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      int32_t sum = 0;
      for (int64_t i = 0; i < form.input; ++i)
        sum += (static_cast<int8_t>(x.bytes[static_cast<size_t>(row * form.input + i)]) - form.x_zero_point) *
               form.projection.weights[static_cast<size_t>(column * form.input + i)];
      const auto c = static_cast<size_t>(column);
      const int32_t scaled =
          applyScale32(wrapAdd32(sum, form.projection.bias[c]), form.projection.multiplier[c],
                       static_cast<uint32_t>(form.projection.shift[c]));
      result.push_back(static_cast<int16_t>(saturate(scaled, ElementType::Int16)));
    }
  return result;
}

/// What the CPU computes, without values of the module.
RecurrentResults resultsOf(const RecurrentForm &form, const RecurrentValue &x, const RecurrentValue *initialH,
                           const RecurrentValue *initialC, const RecurrentValue *lengths) {
  const RecurrentProblem &p = form.problem;
  const std::vector<int16_t> xProjected = projected(form, x.content);
  std::vector<int16_t> h, c;
  std::vector<int64_t> rows;
  RecurrentInputs given;
  given.x = xProjected.data();
  if (p.initial_h)
    given.initial_h = (h = valuesOf<int16_t>(initialH->content)).data();
  if (p.initial_c)
    given.initial_c = (c = valuesOf<int16_t>(initialC->content)).data();
  if (p.has_lengths) {
    for (int32_t length : valuesOf<int32_t>(lengths->content))
      rows.push_back(length);
    given.lengths = rows.data();
  }
  const RecurrentOutputs wanted = recurrentReference(p, form.constants, given, true);
  const auto steps = static_cast<uint64_t>(p.steps), batch = static_cast<uint64_t>(p.batch),
             hidden = static_cast<uint64_t>(p.hidden);
  const bool asInt8 = p.output == RecurrentOutput::Int8;
  RecurrentResults results;
  if (p.writes_y)
    results.y = RecurrentValue{{}, tensorOf(wanted.y, {steps, batch, hidden}, asInt8)};
  if (p.writes_y_h)
    results.y_h = RecurrentValue{{}, tensorOf(wanted.y_h, {batch, hidden}, asInt8)};
  if (p.writes_y_c)
    results.y_c = RecurrentValue{{}, tensorOf(wanted.y_c, {batch, hidden})};
  return results;
}

mlir::RankedTensorType typeOf(const Tensor &tensor, mlir::MLIRContext *context) {
  return mlir::RankedTensorType::get(std::vector<int64_t>(tensor.shape.begin(), tensor.shape.end()),
                                     mlir::IntegerType::get(context, 8 * elementBytes(tensor.element_type)));
}

} // namespace

RecurrentForm randomForm(const RecurrentProblem &problem, int64_t input, uint64_t seed) {
  std::mt19937_64 random(seed);
  RecurrentForm form;
  form.problem = problem;
  form.problem.shift = usualShift(problem);
  form.constants = recurrentConstants(form.problem, seed);
  form.input = input;
  form.x_zero_point = static_cast<int32_t>(pick(random, -128, 127));
  const auto columns = static_cast<size_t>(gatesOf(problem.cell) * problem.hidden);
  form.projection.weights.resize(columns * static_cast<size_t>(input));
  for (int8_t &weight : form.projection.weights)
    weight = static_cast<int8_t>(pick(random, -127, 127));
  // Sums are within some 2^13 sqrt(input): to about 2^13.
  const int bits = static_cast<int>(std::lround(std::log2(static_cast<double>(input)) / 2));
  for (size_t i = 0; i < columns; ++i) {
    form.projection.bias.push_back(static_cast<int32_t>(pick(random, -1000, 1000)));
    form.projection.multiplier.push_back(static_cast<int32_t>(pick(random, 1 << 30, INT32_MAX)));
    form.projection.shift.push_back(static_cast<int32_t>(30 + bits + pick(random, 0, 2)));
  }
  return form;
}

RecurrentProblem randomRecurrentProblem(std::mt19937_64 &random) {
  const auto flag = [&] { return pick(random, 0, 1) == 1; };
  RecurrentProblem p;
  p.cell = CellKind(pick(random, 0, 2));
  p.hidden = pick(random, 1, 40), p.batch = pick(random, 1, 4), p.steps = pick(random, 1, 6);
  p.linear_before_reset = flag(), p.peepholes = p.cell == CellKind::Lstm && flag(), p.reverse = flag();
  p.has_lengths = flag(), p.initial_h = flag(), p.initial_c = p.cell == CellKind::Lstm && flag();
  p.state_int8 = pick(random, 0, 3) == 0,
  p.clip = flag() ? 32767 : static_cast<int32_t>(pick(random, 1, 32766));
  p.output = flag() ? RecurrentOutput::Int8 : RecurrentOutput::Int16;
  p.output_zero_point = p.output == RecurrentOutput::Int8 ? static_cast<int32_t>(pick(random, -128, 127)) : 0;
  p.writes_y = flag(), p.writes_y_h = !p.writes_y || flag(),
  p.writes_y_c = p.cell == CellKind::Lstm && flag();
  if (p.cell == CellKind::Lstm)
    p.cell_fraction_bits = static_cast<int>(pick(random, 8, 12));
  return p;
}

RecurrentModule::RecurrentModule() : context(mlir::MLIRContext::Threading::DISABLED), builder(&context) {
  context.loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::linalg::LinalgDialect,
                      mlir::scf::SCFDialect, mlir::tensor::TensorDialect, mlir::tosa::TosaDialect>();
  owned = mlir::ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToEnd(owned->getBody());
  mainFunction =
      builder.create<mlir::func::FuncOp>(builder.getUnknownLoc(), "main", builder.getFunctionType({}, {}));
  builder.setInsertionPointToStart(mainFunction.addEntryBlock());
}

RecurrentValue RecurrentModule::argument(Tensor content) {
  mlir::Block &block = mainFunction.getBody().front();
  const mlir::Value value = block.addArgument(typeOf(content, &context), builder.getUnknownLoc());
  inputs.push_back({"input_" + std::to_string(inputs.size()), content});
  return {value, std::move(content)};
}

RecurrentValue RecurrentModule::constant(Tensor content) {
  const auto attribute = mlir::DenseElementsAttr::getFromRawBuffer(
      typeOf(content, &context),
      {reinterpret_cast<const char *>(content.bytes.data()), content.bytes.size()});
  const mlir::Value value =
      builder.create<mlir::tosa::ConstOp>(builder.getUnknownLoc(), attribute.getType(), attribute);
  return {value, std::move(content)};
}

RecurrentResults RecurrentModule::call(const RecurrentForm &form, const RecurrentValue &x,
                                       const RecurrentValue *initialH, const RecurrentValue *initialC,
                                       const RecurrentValue *lengths) {
  const RecurrentProblem &p = form.problem;
  std::vector<mlir::Value> operands = {x.value};
  for (const auto &[present, value] :
       {std::pair(p.initial_h, initialH), {p.initial_c, initialC}, {p.has_lengths, lengths}})
    if (present)
      operands.push_back(value->value);
  const mlir::Location location = mlir::NameLoc::get(builder.getStringAttr("layer_" + std::to_string(count)));
  const mlir::func::FuncOp function =
      buildRecurrentFunction(*owned, location, "lockstep_recurrent_" + std::to_string(count++), form);
  auto call = builder.create<mlir::func::CallOp>(location, function, operands);
  RecurrentResults results = resultsOf(form, x, initialH, initialC, lengths);
  unsigned next = 0;
  for (std::optional<RecurrentValue> *result : {&results.y, &results.y_h, &results.y_c})
    if (*result)
      (*result)->value = call.getResult(next++);
  return results;
}

RecurrentValue RecurrentModule::reshape(const RecurrentValue &value, const std::vector<uint64_t> &shape) {
  RecurrentValue result{{}, value.content};
  result.content.shape = shape;
  result.value = builder.create<mlir::tosa::ReshapeOp>(
      builder.getUnknownLoc(), typeOf(result.content, &context), value.value,
      builder.getDenseI64ArrayAttr(std::vector<int64_t>(shape.begin(), shape.end())));
  return result;
}

RecurrentValue RecurrentModule::concat(const RecurrentValue &a, const RecurrentValue &b, unsigned axis) {
  RecurrentValue result{{}, a.content};
  uint64_t outer = 1;
  for (unsigned i = 0; i < axis; ++i)
    outer *= a.content.shape[i];
  result.content.bytes.clear();
  for (uint64_t i = 0; i < outer; ++i)
    for (const Tensor *part : {&a.content, &b.content}) {
      const size_t size = part->bytes.size() / outer;
      const auto begin = part->bytes.begin() + static_cast<long>(i * size);
      result.content.bytes.insert(result.content.bytes.end(), begin, begin + static_cast<long>(size));
    }
  result.content.shape[axis] += b.content.shape[axis];
  result.value = builder.create<mlir::tosa::ConcatOp>(
      builder.getUnknownLoc(), typeOf(result.content, &context), mlir::ValueRange{a.value, b.value}, axis);
  return result;
}

void RecurrentModule::finish(const std::vector<RecurrentValue> &results) {
  std::vector<mlir::Value> values;
  for (const RecurrentValue &result : results) {
    values.push_back(result.value);
    outputs.push_back({"output_" + std::to_string(outputs.size()), result.content});
  }
  builder.create<mlir::func::ReturnOp>(builder.getUnknownLoc(), values);
  mainFunction.setType(builder.getFunctionType(mainFunction.getBody().front().getArgumentTypes(),
                                               mlir::TypeRange(mlir::ValueRange(values))));
}

Tensor randomInt8(const std::vector<uint64_t> &shape, uint64_t seed) {
  std::mt19937_64 random(seed);
  Tensor tensor = zeroTensor("int8", shape);
  for (uint8_t &byte : tensor.bytes)
    byte = random() % 9 == 0 ? (random() % 2 ? 0x80 : 0x7f) : static_cast<uint8_t>(random());
  return tensor;
}

Tensor tensorOf(const std::vector<int16_t> &values, const std::vector<uint64_t> &shape, bool asInt8) {
  Tensor tensor = zeroTensor(asInt8 ? "int8" : "int16", shape);
  for (size_t i = 0; i < values.size(); ++i)
    if (asInt8)
      tensor.bytes[i] = static_cast<uint8_t>(values[i]);
    else
      std::memcpy(tensor.bytes.data() + 2 * i, &values[i], 2);
  return tensor;
}

Tensor lengthsOf(const std::vector<int64_t> &lengths) {
  Tensor tensor = zeroTensor("int32", {lengths.size()});
  for (size_t i = 0; i < lengths.size(); ++i) {
    const auto length = static_cast<int32_t>(lengths[i]);
    std::memcpy(tensor.bytes.data() + 4 * i, &length, 4);
  }
  return tensor;
}

} // namespace lockstep::test
