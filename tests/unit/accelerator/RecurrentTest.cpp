// Recurrent layers as pieces of the machine give the bits of the CPU's reference.
#include "tests/unit/accelerator/PieceHarness.h"
#include "tests/unit/accelerator/RecurrentModule.h"

#include "compiler/recurrent/RecurrentScheduler.h"
#include "workloads/reference/RecurrentValues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

using testing::HasSubstr;

RecurrentProblem problemOf(CellKind cell, int64_t hidden, int64_t batch, int64_t steps) {
  RecurrentProblem problem;
  problem.cell = cell, problem.hidden = hidden, problem.batch = batch, problem.steps = steps;
  return problem;
}

std::vector<uint64_t> shapeOfX(const RecurrentForm &form) {
  return {static_cast<uint64_t>(form.problem.steps), static_cast<uint64_t>(form.problem.batch),
          static_cast<uint64_t>(form.input)};
}

/// A layer with random states and lengths, lengths as an argument or constant.
RecurrentResults callWithInputs(RecurrentModule &m, const RecurrentForm &form, const RecurrentValue &x,
                                uint64_t seed) {
  const RecurrentProblem &p = form.problem;
  const RecurrentValues values = recurrentValues(p, seed, RecurrentValueKind::Usual, false);
  const std::vector<uint64_t> state = {static_cast<uint64_t>(p.batch), static_cast<uint64_t>(p.hidden)};
  std::optional<RecurrentValue> h, c, lengths;
  if (p.initial_h)
    h = m.argument(tensorOf(values.initial_h, state));
  if (p.initial_c)
    c = m.constant(tensorOf(values.initial_c, state));
  if (p.has_lengths)
    lengths = seed % 2 ? m.argument(lengthsOf(values.lengths)) : m.constant(lengthsOf(values.lengths));
  return m.call(form, x, h ? &*h : nullptr, c ? &*c : nullptr, lengths ? &*lengths : nullptr);
}

std::vector<RecurrentValue> listOf(const RecurrentResults &results) {
  std::vector<RecurrentValue> list;
  for (const auto &result : {results.y, results.y_h, results.y_c})
    if (result)
      list.push_back(*result);
  return list;
}

/// Empty if the piece of @main gives the outputs; else a sentence.
std::string judge(RecurrentModule &m, const std::string &machine, size_t layers) {
  const Result<AcceleratorPiece> piece = compileAcceleratorPiece(m.main(), *loadParameters(machine));
  if (!piece)
    return piece.error().message;
  if (piece->layers.size() != layers)
    return "the piece has " + std::to_string(piece->layers.size()) + " layers";
  const Result<NamedTensors> got = goldenOutputs(piece->program, m.inputs);
  return got ? differenceOf(*got, m.outputs) : got.error().message;
}

class RecurrentPieces : public testing::TestWithParam<const char *> {};

TEST_P(RecurrentPieces, OfOneLayerGiveTheReferencesBits) {
  for (CellKind cell : {CellKind::Gru, CellKind::Lstm, CellKind::Rnn}) {
    RecurrentModule m;
    const RecurrentForm form = randomForm(problemOf(cell, 24, 2, 5), 9, 3);
    m.finish(listOf(m.call(form, m.argument(randomInt8(shapeOfX(form), 1)))));
    EXPECT_EQ(judge(m, GetParam(), 2), "") << cellName(cell);
  }
}

TEST_P(RecurrentPieces, OfRandomVariantsGiveTheReferencesBits) {
  std::mt19937_64 random(11);
  for (uint64_t seed = 0; seed < 24; ++seed) {
    RecurrentModule m;
    const RecurrentForm form =
        randomForm(randomRecurrentProblem(random), static_cast<int64_t>(1 + random() % 20), seed);
    m.finish(listOf(callWithInputs(m, form, m.argument(randomInt8(shapeOfX(form), seed)), seed)));
    ASSERT_EQ(judge(m, GetParam(), 2), "") << "layer " << seed;
  }
}

TEST_P(RecurrentPieces, OfTwoLayersHandTheirOutputsOnInt8) {
  RecurrentProblem first = problemOf(CellKind::Lstm, 20, 2, 4);
  first.output = RecurrentOutput::Int8;
  first.writes_y_h = false;
  RecurrentModule m;
  const RecurrentForm one = randomForm(first, 7, 1),
                      two = randomForm(problemOf(CellKind::Gru, 9, 2, 4), 20, 2);
  const RecurrentResults between = m.call(one, m.argument(randomInt8(shapeOfX(one), 1)));
  m.finish(listOf(m.call(two, *between.y)));
  EXPECT_EQ(judge(m, GetParam(), 4), "");
}

/// A layer of two directions with y [steps, 2, batch, hidden] and y_h [2, batch, hidden].
void bidirectional(RecurrentModule &m, RecurrentProblem problem, int64_t input,
                   std::vector<RecurrentValue> &results) {
  const RecurrentForm forward = randomForm(problem, input, 1);
  problem.reverse = true;
  RecurrentForm backward = randomForm(problem, input, 2);
  const RecurrentValue x = m.argument(randomInt8(shapeOfX(forward), 5));
  const RecurrentResults a = m.call(forward, x), b = m.call(backward, x);
  const auto steps = static_cast<uint64_t>(problem.steps), batch = static_cast<uint64_t>(problem.batch),
             hidden = static_cast<uint64_t>(problem.hidden);
  const std::vector<uint64_t> all = {steps, 1, batch, hidden}, last = {1, batch, hidden};
  results.push_back(m.concat(m.reshape(*a.y, all), m.reshape(*b.y, all), 1));
  results.push_back(m.concat(m.reshape(*a.y_h, last), m.reshape(*b.y_h, last), 0));
}

TEST_P(RecurrentPieces, OfBothDirectionsWriteTheirOutputsSideBySide) {
  for (const RecurrentOutput output : {RecurrentOutput::Int16, RecurrentOutput::Int8})
    for (int64_t steps : {1, 4}) {
      RecurrentProblem problem = problemOf(CellKind::Gru, 11, 3, steps);
      problem.output = output;
      RecurrentModule m;
      std::vector<RecurrentValue> results;
      bidirectional(m, problem, 6, results);
      m.finish(results);
      EXPECT_EQ(judge(m, GetParam(), 4), "") << steps;
    }
}

TEST(RecurrentPiece, WithManyCellsKeepThemInAWorkspaceForEachDirection) {
  RecurrentModule m;
  std::vector<RecurrentValue> results;
  bidirectional(m, problemOf(CellKind::Lstm, 128, 8, 3), 6, results);
  m.finish(results);
  const Result<AcceleratorPiece> piece = compileAcceleratorPiece(m.main(), *loadParameters("tiny"));
  ASSERT_TRUE(bool(piece)) << piece.error().message;
  for (size_t layer : {1, 3})
    EXPECT_THAT(piece->layers.at(layer).schedule, HasSubstr("cells 0 (in memory)"));
  EXPECT_EQ(judge(m, "tiny", 4), "");
}

TEST(RecurrentPiece, OfOneLayerStaysWithin64KiBThoughItsProjectionTakesMuchOfThem) {
  RecurrentModule m;
  const RecurrentForm form = randomForm(problemOf(CellKind::Gru, 900, 3, 2), 301, 3);
  m.finish(listOf(m.call(form, m.argument(randomInt8(shapeOfX(form), 1)))));
  const Result<AcceleratorPiece> piece = compileAcceleratorPiece(m.main(), *loadParameters("tiny"));
  ASSERT_TRUE(bool(piece)) << piece.error().message;
  EXPECT_LE(piece->program.instructions.size(), kMaxLayerInstructions);
}

TEST_P(RecurrentPieces, WithTheSameLengthsShareTheirMask) {
  RecurrentModule m;
  RecurrentProblem problem = problemOf(CellKind::Gru, 6, 3, 4);
  problem.has_lengths = true;
  const RecurrentForm forward = randomForm(problem, 5, 1);
  problem.reverse = true;
  const RecurrentForm backward = randomForm(problem, 5, 2);
  problem.steps = 7;
  const RecurrentForm longer = randomForm(problem, 5, 3);
  const RecurrentValue x = m.argument(randomInt8(shapeOfX(forward), 5)),
                       other = m.argument(randomInt8(shapeOfX(longer), 6)),
                       lengths = m.argument(lengthsOf({2, 4, 3}));
  std::vector<RecurrentValue> results;
  for (const auto &[form, input] : {std::pair(&forward, &x), {&backward, &x}, {&longer, &other}})
    for (const RecurrentValue &result : listOf(m.call(*form, *input, nullptr, nullptr, &lengths)))
      results.push_back(result);
  m.finish(results);
  EXPECT_EQ(judge(m, GetParam(), 6), "");
}

TEST_P(RecurrentPieces, WithAResultTwiceComputeItTwice) {
  RecurrentModule m;
  const RecurrentForm form = randomForm(problemOf(CellKind::Lstm, 10, 2, 3), 9, 3);
  const RecurrentResults results = m.call(form, m.argument(randomInt8(shapeOfX(form), 1)));
  m.finish({*results.y, *results.y_h, m.reshape(*results.y, {60})});
  EXPECT_EQ(judge(m, GetParam(), 3), "");
}

TEST_P(RecurrentPieces, TellTheirLayersForProfilesAndForPeople) {
  RecurrentModule m;
  const RecurrentForm form = randomForm(problemOf(CellKind::Gru, 24, 2, 5), 9, 3);
  m.finish(listOf(m.call(form, m.argument(randomInt8(shapeOfX(form), 1)))));
  const Result<AcceleratorPiece> piece = compileAcceleratorPiece(m.main(), *loadParameters(GetParam()));
  ASSERT_TRUE(bool(piece)) << piece.error().message;
  ASSERT_EQ(piece->layers.size(), 2u);
  EXPECT_EQ(piece->layers[0].operation, "gru input projection 5x2x9 * 72x9 -> 5x2x72");
  EXPECT_EQ(piece->layers[1].operation, "gru 5x2x24, 5 steps");
  EXPECT_THAT(printMapped(*piece),
              HasSubstr("recurrent: a[g, b, j] += h[b, k] * r[g, j, k], g 3, b 2, j 24, k 24, 5 times"));
  for (const LayerPlan &layer : piece->layers) {
    EXPECT_GT(layer.instructions, 0u);
    EXPECT_GT(layer.bound_cycles, 0u);
    EXPECT_GE(layer.predicted_cycles, layer.bound_cycles);
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, RecurrentPieces, testing::Values("tiny", "small", "base"),
                         [](const auto &info) { return info.param; });

TEST(RecurrentTarget, TakesBothDirectionsWithWhatJoinsThemAsOneGroup) {
  RecurrentModule m;
  std::vector<RecurrentValue> results;
  bidirectional(m, problemOf(CellKind::Gru, 4, 2, 3), 3, results);
  m.finish(results);
  const auto target = makeAcceleratorTarget(*loadParameters("base"));
  std::vector<std::string> names;
  for (mlir::Operation *operation : target->match(&*m.main().getBody().front().begin()).operations)
    names.push_back(operation->getName().stripDialect().str());
  EXPECT_THAT(names, testing::ElementsAre("call", "call", "reshape", "reshape", "concat", "reshape",
                                          "reshape", "concat"));
}

TEST(RecurrentTarget, TakesDirectionsAloneWhereAResultIsReadBeforeTheyAreJoined) {
  RecurrentModule m;
  const RecurrentForm form = randomForm(problemOf(CellKind::Gru, 4, 2, 3), 3, 1);
  const RecurrentValue x = m.argument(randomInt8(shapeOfX(form), 5));
  const RecurrentResults a = m.call(form, x);
  const RecurrentValue other = m.reshape(*a.y_h, {8});
  const RecurrentResults b = m.call(form, x);
  m.finish({other, m.concat(*a.y, *b.y, 0), *b.y_h});
  const auto target = makeAcceleratorTarget(*loadParameters("base"));
  EXPECT_EQ(target->match(a.y->value.getDefiningOp()).operations.size(), 1u);
}

TEST(RecurrentTarget, LeavesALayerToTheHostWhereTheMachineHasTooFewTablesAndSaysSo) {
  RecurrentModule m;
  const RecurrentForm form = randomForm(problemOf(CellKind::Gru, 4, 1, 2), 3, 1);
  const RecurrentResults results = m.call(form, m.argument(randomInt8(shapeOfX(form), 1)));
  m.finish(listOf(results));
  const auto target = makeAcceleratorTarget(*loadParameters("base", {{"vector.tables", "1"}}));
  const TargetMatch match = target->match(results.y->value.getDefiningOp());
  EXPECT_TRUE(match.operations.empty());
  EXPECT_THAT(match.refusal, HasSubstr("tables"));
}

TEST(RecurrentTarget, SaysWhatDoesNotFitTogether) {
  RecurrentModule m;
  RecurrentForm form = randomForm(problemOf(CellKind::Gru, 4, 1, 2), 3, 1);
  const RecurrentResults results = m.call(form, m.argument(randomInt8(shapeOfX(form), 1)));
  m.finish(listOf(results));
  mlir::Operation *call = results.y->value.getDefiningOp();
  const auto target = makeAcceleratorTarget(*loadParameters("base"));
  EXPECT_EQ(target->match(call).operations.size(), 1u) << target->match(call).refusal;
  form.input = 4;
  form.projection.weights.resize(4 * 12);
  m.module()
      .lookupSymbol<mlir::func::FuncOp>("lockstep_recurrent_0")
      ->setAttr(kRecurrentAttribute, recurrentAttribute(m.module().getContext(), form));
  EXPECT_THAT(target->match(call).refusal, HasSubstr("operands or results are not those"));
}

} // namespace
} // namespace lockstep::test
