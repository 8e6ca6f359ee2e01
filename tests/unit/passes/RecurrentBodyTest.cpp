// The body of a recurrent layer in integers gives the bits of the integer reference, which is written element
// by element from the manual: every cell and variant, usual and extreme values.
#include "compiler/passes/RecurrentBody.h"

#include "compiler/host/HostModule.h"
#include "hw/numbers/Numbers.h"
#include "tests/support/Random.h"
#include "workloads/reference/RecurrentValues.h"

#include <gtest/gtest.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/Verifier.h>

#include <cstring>

namespace lockstep {
namespace {

std::unique_ptr<mlir::MLIRContext> newContext() {
  auto context = std::make_unique<mlir::MLIRContext>();
  context->loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::linalg::LinalgDialect,
                       mlir::scf::SCFDialect, mlir::tensor::TensorDialect, mlir::tosa::TosaDialect>();
  return context;
}

template <typename T>
Tensor tensorOf(const std::string &type, const std::vector<uint64_t> &shape, const std::vector<T> &values) {
  Tensor tensor = zeroTensor(type, shape);
  EXPECT_EQ(tensor.bytes.size(), values.size() * sizeof(T));
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

/// int8 or int16 elements.
std::vector<int16_t> integersOf(const Tensor &tensor) {
  std::vector<int16_t> values(elementCount(tensor.shape));
  for (size_t i = 0; i < values.size(); ++i)
    if (tensor.element_type == "int8")
      values[i] = static_cast<int8_t>(tensor.bytes[i]);
    else
      std::memcpy(&values[i], &tensor.bytes[2 * i], 2);
  return values;
}

/// A layer with all of its numbers, and what goes into it.
struct Case {
  RecurrentForm form;
  std::vector<int8_t> x; // [steps, batch, input]
  RecurrentValues values;

  Case(const RecurrentProblem &problem, uint64_t seed, RecurrentValueKind kind) {
    Random random(seed);
    form.problem = problem;
    if (kind == RecurrentValueKind::Usual)
      form.problem.shift = usualShift(problem);
    form.constants = recurrentConstants(form.problem, seed, kind);
    values = recurrentValues(form.problem, seed, kind);
    form.input = random.range(1, 9);
    form.x_zero_point = static_cast<int32_t>(random.range(-128, 127));
    const int64_t columns = gatesOf(problem.cell) * problem.hidden;
    for (int64_t i = 0; i < columns * form.input; ++i)
      form.projection.weights.push_back(static_cast<int8_t>(random.range(-128, 127)));
    for (int64_t i = 0; i < columns; ++i) {
      form.projection.bias.push_back(static_cast<int32_t>(random.range(-10000, 10000)));
      form.projection.multiplier.push_back(static_cast<int32_t>(random.range(1 << 29, INT32_MAX)));
      form.projection.shift.push_back(static_cast<int32_t>(random.range(31, 34)));
    }
    for (int64_t i = 0; i < problem.steps * problem.batch * form.input; ++i)
      x.push_back(static_cast<int8_t>(random.range(-128, 127)));
  }

  /// int16 [steps, batch, G hidden], by the manual's chapter "Numbers".
  std::vector<int16_t> projected() const {
    const RecurrentProblem &p = form.problem;
    const int64_t columns = gatesOf(p.cell) * p.hidden;
    std::vector<int16_t> result;
    for (int64_t row = 0; row < p.steps * p.batch; ++row)
      for (int64_t column = 0; column < columns; ++column) {
        int32_t sum = form.projection.bias[size_t(column)];
        for (int64_t k = 0; k < form.input; ++k)
          sum = multiplyAccumulate(sum, x[size_t(row * form.input + k)] - form.x_zero_point,
                                   form.projection.weights[size_t(column * form.input + k)]);
        const int32_t scaled = applyScale32(sum, form.projection.multiplier[size_t(column)],
                                            uint32_t(form.projection.shift[size_t(column)]));
        result.push_back(static_cast<int16_t>(saturate(scaled, ElementType::Int16)));
      }
    return result;
  }

  NamedTensors inputs() const {
    const RecurrentProblem &p = form.problem;
    const auto steps = uint64_t(p.steps), batch = uint64_t(p.batch), hidden = uint64_t(p.hidden);
    NamedTensors result{{"x", tensorOf("int8", {steps, batch, uint64_t(form.input)}, x)}};
    const auto add = [&](Tensor tensor) {
      result.push_back({"input_" + std::to_string(result.size()), std::move(tensor)});
    };
    if (p.initial_h)
      add(tensorOf("int16", {batch, hidden}, values.initial_h));
    if (p.initial_c)
      add(tensorOf("int16", {batch, hidden}, values.initial_c));
    if (p.has_lengths)
      add(tensorOf("int32", {batch}, std::vector<int32_t>(values.lengths.begin(), values.lengths.end())));
    result[0].name = "input_0";
    return result;
  }
};

/// @main passes its arguments to the layer.
mlir::OwningOpRef<mlir::ModuleOp> moduleOf(const RecurrentForm &form, mlir::MLIRContext &context) {
  const mlir::Location loc = mlir::UnknownLoc::get(&context);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(loc);
  auto layer = buildRecurrentFunction(*module, loc, "layer", form);
  mlir::OpBuilder builder = mlir::OpBuilder::atBlockEnd(module->getBody());
  auto main = builder.create<mlir::func::FuncOp>(loc, "main", layer.getFunctionType());
  builder.setInsertionPointToStart(main.addEntryBlock());
  auto call = builder.create<mlir::func::CallOp>(loc, layer, main.getArguments());
  builder.create<mlir::func::ReturnOp>(loc, call.getResults());
  return module;
}

void expectReference(const Case &given, const std::string &name) {
  auto context = newContext();
  auto module = moduleOf(given.form, *context);
  ASSERT_TRUE(mlir::succeeded(mlir::verify(*module))) << name;
  auto host = HostProgram::compile(*module);
  ASSERT_TRUE(host) << name << ": " << host.error().message;
  auto outputs = host->run(given.inputs());
  ASSERT_TRUE(outputs) << name << ": " << outputs.error().message;
  const std::vector<int16_t> x = given.projected();
  RecurrentInputs inputs = given.values.inputs();
  inputs.x = x.data();
  const RecurrentOutputs wanted = recurrentReference(given.form.problem, given.form.constants, inputs, true);
  const RecurrentProblem &p = given.form.problem;
  std::vector<const std::vector<int16_t> *> results;
  if (p.writes_y)
    results.push_back(&wanted.y);
  if (p.writes_y_h)
    results.push_back(&wanted.y_h);
  if (p.writes_y_c)
    results.push_back(&wanted.y_c);
  ASSERT_EQ(outputs->size(), results.size());
  for (size_t i = 0; i < results.size(); ++i)
    EXPECT_EQ(integersOf((*outputs)[i].tensor), *results[i]) << name << ", result " << i;
}

RecurrentProblem smallProblem(CellKind cell) {
  RecurrentProblem problem;
  problem.cell = cell;
  problem.hidden = 5;
  problem.batch = 3;
  problem.steps = 4;
  problem.writes_y_c = cell == CellKind::Lstm;
  return problem;
}

void expectReference(const RecurrentProblem &problem, const std::string &name) {
  expectReference(Case(problem, 1, RecurrentValueKind::Usual), name);
  expectReference(Case(problem, 2, RecurrentValueKind::Extreme), name + ", extreme values");
}

} // namespace

TEST(RecurrentBody, GruWithTheResetBehindTheProductIsTheReference) {
  expectReference(smallProblem(CellKind::Gru), "gru");
}

TEST(RecurrentBody, GruWithTheResetBeforeTheProductIsTheReference) {
  RecurrentProblem problem = smallProblem(CellKind::Gru);
  problem.linear_before_reset = false;
  expectReference(problem, "gru, reset before");
}

TEST(RecurrentBody, LstmIsTheReferenceWithAndWithoutPeepholes) {
  RecurrentProblem problem = smallProblem(CellKind::Lstm);
  expectReference(problem, "lstm");
  problem.peepholes = true;
  expectReference(problem, "lstm, peepholes");
}

TEST(RecurrentBody, AnLstmWhoseCellHasFewerFractionBitsIsTheReference) {
  for (int bits = 8; bits <= 12; ++bits) {
    RecurrentProblem problem = smallProblem(CellKind::Lstm);
    problem.cell_fraction_bits = bits;
    problem.initial_c = problem.has_lengths = bits % 2 == 0;
    expectReference(problem, "lstm, cell of " + std::to_string(bits) + " bits");
    problem.peepholes = true, problem.peephole_fraction_bits = 12 - bits + (bits == 8 ? 0 : 10);
    expectReference(problem, "lstm, peepholes, cell of " + std::to_string(bits) + " bits");
  }
}

TEST(RecurrentBody, PlainRnnIsTheReference) { expectReference(smallProblem(CellKind::Rnn), "rnn"); }

TEST(RecurrentBody, AReverseLayerWithInitialStatesLengthsAndClipIsTheReference) {
  for (CellKind cell : {CellKind::Gru, CellKind::Lstm, CellKind::Rnn}) {
    RecurrentProblem problem = smallProblem(cell);
    problem.reverse = problem.has_lengths = problem.initial_h = true;
    problem.initial_c = cell == CellKind::Lstm;
    problem.clip = 5000;
    expectReference(problem, std::string(cellName(cell)) + ", reverse");
  }
}

TEST(RecurrentBody, ResultsOfEightBitsAreTheReferences) {
  RecurrentProblem problem = smallProblem(CellKind::Gru);
  problem.has_lengths = true;
  problem.output = RecurrentOutput::Int8;
  problem.output_multiplier = 30000;
  problem.output_shift = 22;
  problem.output_zero_point = -7;
  expectReference(problem, "gru, int8 results");
}

TEST(RecurrentBody, AStateOfEightBitsIsTheReferences) {
  RecurrentProblem problem = smallProblem(CellKind::Gru);
  problem.state_int8 = problem.initial_h = problem.has_lengths = true;
  expectReference(problem, "gru, int8 state");
  problem.linear_before_reset = false;
  expectReference(problem, "gru, reset before, int8 state");
}

TEST(RecurrentBody, ResultsThatNobodyWantsAreNotWritten) {
  RecurrentProblem problem = smallProblem(CellKind::Lstm);
  problem.writes_y = false;
  expectReference(problem, "lstm without y");
  problem.writes_y_h = false;
  expectReference(problem, "lstm with y_c alone");
}

TEST(RecurrentBody, ALayerOfOneElementIsTheReference) {
  RecurrentProblem problem = smallProblem(CellKind::Gru);
  problem.hidden = problem.batch = problem.steps = 1;
  expectReference(problem, "gru of one");
  problem.cell = CellKind::Rnn;
  expectReference(problem, "rnn of one");
}

TEST(RecurrentForm, TheAttributeReadsBackAsItWasWritten) {
  for (CellKind cell : {CellKind::Gru, CellKind::Lstm, CellKind::Rnn}) {
    RecurrentProblem problem = smallProblem(cell);
    problem.peepholes = cell == CellKind::Lstm;
    problem.cell_fraction_bits = problem.peepholes ? 9 : 12;
    problem.has_lengths = true;
    problem.output = RecurrentOutput::Int8;
    const Case given(problem, 3, RecurrentValueKind::Usual);
    auto context = newContext();
    auto module = moduleOf(given.form, *context);
    auto read = recurrentFormOf(module->lookupSymbol<mlir::func::FuncOp>("layer"));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(recurrentAttribute(context.get(), *read), recurrentAttribute(context.get(), given.form));
    EXPECT_EQ(read->problem.cell_fraction_bits, problem.cell_fraction_bits);
    EXPECT_EQ(read->constants.weights, given.form.constants.weights);
    EXPECT_EQ(read->constants.peepholes, given.form.constants.peepholes);
    EXPECT_EQ(read->projection.shift, given.form.projection.shift);
    EXPECT_EQ(read->x_zero_point, given.form.x_zero_point);
  }
}

TEST(RecurrentForm, AMalformedAttributeIsAnErrorThatNamesTheKey) {
  const Case given(smallProblem(CellKind::Gru), 4, RecurrentValueKind::Usual);
  auto context = newContext();
  auto module = moduleOf(given.form, *context);
  auto layer = module->lookupSymbol<mlir::func::FuncOp>("layer");
  const auto whole = layer->getAttrOfType<mlir::DictionaryAttr>(kRecurrentAttribute);
  for (mlir::NamedAttribute entry : whole) {
    mlir::NamedAttrList broken(whole);
    broken.set(entry.getName(), mlir::UnitAttr::get(context.get()));
    layer->setAttr(kRecurrentAttribute, broken.getDictionary(context.get()));
    auto read = recurrentFormOf(layer);
    ASSERT_FALSE(read) << entry.getName().str();
    EXPECT_NE(read.error().message.find("`" + entry.getName().str() + "`"), std::string::npos)
        << read.error().message;
  }
  layer->removeAttr(kRecurrentAttribute);
  EXPECT_FALSE(recurrentFormOf(layer));
}

} // namespace lockstep
