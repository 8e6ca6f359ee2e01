// RNN, GRU and LSTM against their formulas: both directions, all options.
#include "tests/unit/onnx_import/Naive.h"
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

namespace lockstep {

namespace {

constexpr int64_t kSteps = 4, kBatch = 3, kInputs = 2, kHidden = 3;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// All inputs of a node with two directions.
struct Recurrent {
  int64_t gates;
  NaiveTensor x, w, r, b, h, c, p;
  std::vector<int32_t> lengths{4, 1, 3};
  double clip = 1e9;
  bool linear_before_reset = false;

  Recurrent(int64_t gates, Random &random)
      : gates(gates), x({kSteps, kBatch, kInputs}), w({2, gates * kHidden, kInputs}),
        r({2, gates * kHidden, kHidden}), b({2, 2 * gates * kHidden}), h({2, kBatch, kHidden}),
        c({2, kBatch, kHidden}), p({2, 3 * kHidden}) {
    for (NaiveTensor *tensor : {&x, &w, &r, &b, &h, &c, &p})
      for (float &value : tensor->values)
        value = static_cast<float>(random.range(-100, 100)) / 100;
  }

  /// Gate `gate` of unit `unit`: x W, and h R with its bias.
  double input(int64_t d, int64_t t, int64_t n, int64_t gate, int64_t unit) const {
    const int64_t row = gate * kHidden + unit;
    double sum = b.at({d, row});
    for (int64_t i = 0; i < kInputs; ++i)
      sum += x.at({t, n, i}) * w.at({d, row, i});
    return sum;
  }
  double recurrent(int64_t d, const std::vector<double> &state, int64_t gate, int64_t unit) const {
    const int64_t row = gate * kHidden + unit;
    double sum = b.at({d, gates * kHidden + row});
    for (int64_t i = 0; i < kHidden; ++i)
      sum += state[static_cast<size_t>(i)] * r.at({d, row, i});
    return sum;
  }
  double clipped(double value) const { return std::clamp(value, -clip, clip); }
};

/// New hidden (and cell) state of one sequence.
using Step = std::function<void(const Recurrent &, int64_t d, int64_t t, int64_t n, std::vector<double> &h,
                                std::vector<double> &c)>;

void rnnStep(const Recurrent &node, int64_t d, int64_t t, int64_t n, std::vector<double> &h,
             std::vector<double> &) {
  const std::vector<double> before = h;
  for (int64_t j = 0; j < kHidden; ++j)
    h[static_cast<size_t>(j)] =
        std::tanh(node.clipped(node.input(d, t, n, 0, j) + node.recurrent(d, before, 0, j)));
}

void gruStep(const Recurrent &node, int64_t d, int64_t t, int64_t n, std::vector<double> &h,
             std::vector<double> &) {
  const std::vector<double> before = h;
  std::vector<double> z(kHidden), r(kHidden), gated(kHidden);
  for (size_t j = 0; j < kHidden; ++j) {
    const auto unit = static_cast<int64_t>(j);
    z[j] = sigmoid(node.clipped(node.input(d, t, n, 0, unit) + node.recurrent(d, before, 0, unit)));
    r[j] = sigmoid(node.clipped(node.input(d, t, n, 1, unit) + node.recurrent(d, before, 1, unit)));
    gated[j] = r[j] * before[j];
  }
  for (size_t j = 0; j < kHidden; ++j) {
    const auto unit = static_cast<int64_t>(j);
    const double own = node.linear_before_reset ? r[j] * node.recurrent(d, before, 2, unit)
                                                : node.recurrent(d, gated, 2, unit);
    h[j] = (1 - z[j]) * std::tanh(node.clipped(node.input(d, t, n, 2, unit) + own)) + z[j] * before[j];
  }
}

void lstmStep(const Recurrent &node, int64_t d, int64_t t, int64_t n, std::vector<double> &h,
              std::vector<double> &c) {
  const std::vector<double> before = h;
  const auto gate = [&](int64_t index, int64_t unit) {
    return node.input(d, t, n, index, unit) + node.recurrent(d, before, index, unit);
  };
  for (size_t j = 0; j < kHidden; ++j) {
    const auto unit = static_cast<int64_t>(j);
    const auto peephole = [&](int64_t index) {
      return static_cast<double>(node.p.at({d, index * kHidden + unit}));
    };
    const double i = sigmoid(node.clipped(gate(0, unit) + peephole(0) * c[j]));
    const double f = sigmoid(node.clipped(gate(2, unit) + peephole(2) * c[j]));
    c[j] = f * c[j] + i * std::tanh(node.clipped(gate(3, unit)));
    h[j] = sigmoid(node.clipped(gate(1, unit) + peephole(1) * c[j])) * std::tanh(c[j]);
  }
}

/// Y [t, d, n, h], Y_h [d, n, h].
std::vector<std::vector<double>> expectedOf(const Recurrent &node, const Step &step) {
  std::vector<double> y(kSteps * 2 * kBatch * kHidden), last;
  for (int64_t d = 0; d < 2; ++d)
    for (int64_t n = 0; n < kBatch; ++n) {
      std::vector<double> h, c;
      for (int64_t j = 0; j < kHidden; ++j) {
        h.push_back(node.h.at({d, n, j}));
        c.push_back(node.c.at({d, n, j}));
      }
      const int64_t length = node.lengths[static_cast<size_t>(n)];
      for (int64_t i = 0; i < length; ++i) {
        const int64_t t = d == 0 ? i : length - 1 - i;
        step(node, d, t, n, h, c);
        for (int64_t j = 0; j < kHidden; ++j)
          y[static_cast<size_t>(((t * 2 + d) * kBatch + n) * kHidden + j)] = h[static_cast<size_t>(j)];
      }
      last.insert(last.end(), h.begin(), h.end());
    }
  return {y, last};
}

void check(const std::string &type, Recurrent &node, const Step &step,
           std::vector<GraphAttribute> attributes) {
  attributes.push_back({"direction", "bidirectional"});
  attributes.push_back({"hidden_size", kHidden});
  OperatorCase given{type,
                     {node.x.tensor(), node.w.tensor(), node.r.tensor(), node.b.tensor(),
                      vectorWith(node.lengths), node.h.tensor()},
                     attributes,
                     {1, 2, 3},
                     {{"float32", {kSteps, 2, kBatch, kHidden}}, {"float32", {2, kBatch, kHidden}}}};
  if (type == "LSTM") {
    given.inputs.push_back(node.c.tensor());
    given.inputs.push_back(node.p.tensor());
  }
  const auto results = runOperator(given);
  ASSERT_TRUE(results) << results.error().message;
  const auto expected = expectedOf(node, step);
  for (size_t output = 0; output < 2; ++output) {
    const std::vector<float> values = valuesOf<float>((*results)[output]);
    ASSERT_EQ(values.size(), expected[output].size());
    for (size_t i = 0; i < values.size(); ++i)
      EXPECT_NEAR(values[i], expected[output][i], 1e-5) << type << ", output " << output << ", element " << i;
  }
}

TEST(Recurrent, RnnIsItsFormulaInBothDirectionsWithSequenceLengths) {
  Random random(1);
  Recurrent node(1, random);
  check("RNN", node, rnnStep, {});
}

TEST(Recurrent, RnnClipsWhatGoesIntoTheActivation) {
  Random random(2);
  Recurrent node(1, random);
  node.clip = 0.25;
  check("RNN", node, rnnStep, {{"clip", 0.25f}});
}

TEST(Recurrent, GruIsItsFormulaWithTheResetBeforeAndBehindTheProduct) {
  Random random(3);
  Recurrent node(3, random);
  check("GRU", node, gruStep, {});
  node.linear_before_reset = true;
  check("GRU", node, gruStep, {{"linear_before_reset", int64_t(1)}});
}

TEST(Recurrent, LstmIsItsFormulaWithPeepholes) {
  Random random(4);
  Recurrent node(4, random);
  check("LSTM", node, lstmStep, {});
  node.clip = 0.5;
  check("LSTM", node, lstmStep, {{"clip", 0.5f}});
}

/// The error of a forward node with these attributes and inputs.
std::string refusalOf(const std::string &type, std::vector<Tensor> inputs,
                      std::vector<GraphAttribute> attributes, bool withHiddenSize = true) {
  if (withHiddenSize)
    attributes.push_back({"hidden_size", kHidden});
  const auto results = runOperator(
      {type, std::move(inputs), std::move(attributes), {}, {{"float32", {kSteps, 1, kBatch, kHidden}}}});
  if (results)
    return "no error";
  EXPECT_EQ(results.error().kind, ErrorKind::Model);
  return results.error().message;
}

/// X, W, R of one direction, with these extents.
std::vector<Tensor> forward(int64_t gates, int64_t inputs = kInputs, int64_t hidden = kHidden) {
  return {NaiveTensor({kSteps, kBatch, kInputs}).tensor(), NaiveTensor({1, gates * hidden, inputs}).tensor(),
          NaiveTensor({1, gates * hidden, hidden}).tensor()};
}

TEST(Recurrent, ShapesThatDoNotFitEachOtherAreRefused) {
  const std::string phrase = "the shapes of its inputs do not fit each other";
  EXPECT_NE(refusalOf("GRU", forward(4), {}).find(phrase), std::string::npos);
  EXPECT_NE(refusalOf("GRU", forward(3, kInputs + 1), {}).find(phrase), std::string::npos);
  std::vector<Tensor> biased = forward(3);
  biased.push_back(NaiveTensor({1, 3 * kHidden}).tensor());
  EXPECT_NE(refusalOf("GRU", biased, {}).find(phrase), std::string::npos);
  EXPECT_NE(refusalOf("LSTM", forward(4), {{"direction", "bidirectional"}}).find(phrase), std::string::npos);
}

TEST(Recurrent, AHiddenSizeThatTheWeightsContradictIsRefused) {
  const std::string message = refusalOf("RNN", forward(1), {{"hidden_size", kHidden + 1}}, false);
  EXPECT_NE(message.find("hidden_size is 4, but R has rows of 3 elements"), std::string::npos) << message;
}

TEST(Recurrent, FunctionsThatAreUnknownOrTooFewAreRefused) {
  const auto named = [](const std::vector<std::string> &names) {
    std::vector<GraphAttribute> attributes{{"activations", names}};
    return attributes;
  };
  EXPECT_NE(refusalOf("GRU", forward(3), named({"Sigmoid", "Nonsense"})).find("activation 'Nonsense'"),
            std::string::npos);
  EXPECT_NE(refusalOf("GRU", forward(3), named({"Sigmoid"})).find("1 activations, not 2"), std::string::npos);
}

TEST(Recurrent, AnUnknownDirectionIsRefused) {
  Random random(5);
  const Recurrent node(1, random);
  const auto results = runOperator({"RNN",
                                    {node.x.tensor(), node.w.tensor(), node.r.tensor()},
                                    {{"direction", "sideways"}, {"hidden_size", kHidden}},
                                    {},
                                    {{"float32", {kSteps, 2, kBatch, kHidden}}}});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().kind, ErrorKind::Model);
}

} // namespace

} // namespace lockstep
