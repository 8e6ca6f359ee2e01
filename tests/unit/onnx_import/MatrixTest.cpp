// Matrix products of all ranks, and of bytes with zero points.
#include "tests/unit/onnx_import/Naive.h"
#include "tests/unit/onnx_operators/OperatorRun.h"

#include <gtest/gtest.h>

namespace lockstep {

namespace {

using Shape = std::vector<uint64_t>;

NaiveTensor random(const Shape &shape, uint64_t seed) {
  Random generator(seed);
  return randomTensor(Index(shape.begin(), shape.end()), generator);
}

/// The element of a tensor that broadcasts to `index` in its last axes but `kept`.
float broadcastAt(const NaiveTensor &tensor, const Index &batch, const Index &last) {
  Index index = last;
  const size_t batches = tensor.shape.size() - last.size();
  for (size_t i = 0; i < batches; ++i)
    index.insert(index.begin() + static_cast<long>(i),
                 tensor.shape[i] == 1 ? 0 : batch[batch.size() - batches + i]);
  return tensor.at(index);
}

void checkMatMul(const Shape &a, const Shape &b, const Shape &c, std::vector<size_t> constants) {
  const NaiveTensor x = random(a, 1), y = random(b, 2);
  NaiveTensor expected(Index(c.begin(), c.end()));
  forEachIndex(expected.shape, [&](const Index &at) {
    const bool isRow = a.size() == 1, isColumn = b.size() == 1;
    const size_t matrixAxes = 2u - isRow - isColumn;
    const Index batch(at.begin(), at.end() - static_cast<long>(matrixAxes));
    float sum = 0;
    for (int64_t k = 0; k < static_cast<int64_t>(a.back()); ++k) {
      const Index left = isRow ? Index{k} : Index{at[batch.size()], k};
      const Index right = isColumn ? Index{k} : Index{k, at.back()};
      sum += broadcastAt(x, batch, left) * broadcastAt(y, batch, right);
    }
    expected.at(at) = sum;
  });
  const OperatorCase given{"MatMul", {x.tensor(), y.tensor()}, {}, std::move(constants), {{"float32", c}}};
  EXPECT_EQ(valuesOf<float>(outputOf(given)), expected.values);
}

TEST(MatMul, BroadcastsBatchesAndTakesVectors) {
  checkMatMul({2, 3}, {3, 4}, {2, 4}, {});
  checkMatMul({3}, {3}, {}, {});
  checkMatMul({3}, {3, 4}, {4}, {});
  checkMatMul({2, 3}, {3}, {2}, {1});
  checkMatMul({3}, {5, 3, 4}, {5, 4}, {});
  checkMatMul({5, 2, 3}, {3}, {5, 2}, {});
  checkMatMul({5, 2, 3}, {3, 4}, {5, 2, 4}, {1});
  checkMatMul({2, 3}, {5, 3, 4}, {5, 2, 4}, {0});
  checkMatMul({2, 1, 2, 3}, {5, 3, 4}, {2, 5, 2, 4}, {});
  checkMatMul({2, 5, 2, 3}, {2, 5, 3, 1}, {2, 5, 2, 1}, {1});
}

TEST(MatMul, OfIntegersWrapsAround) {
  const OperatorCase given{"MatMul",
                           {tensorWith<int32_t>({1 << 30, 3}, {1, 2}), tensorWith<int32_t>({4, 5}, {2, 1})},
                           {},
                           {},
                           {{"int32", {1, 1}}}};
  EXPECT_EQ(valuesOf<int32_t>(outputOf(given)), std::vector<int32_t>{15});
}

TEST(Gemm, ScalesTransposesAndBroadcastsTheBias) {
  const Tensor a = tensorWith<float>({1, 2, 3, 4}, {2, 2}), b = tensorWith<float>({1, 0, 2, 1}, {2, 2});
  const auto run = [&](const Tensor &c, std::vector<GraphAttribute> attributes) {
    return valuesOf<float>(outputOf({"Gemm", {a, b, c}, attributes, {1, 2}, {{"float32", {2, 2}}}}));
  };
  EXPECT_EQ(run(vectorWith<float>({10, 20}), {}), (std::vector<float>{15, 22, 21, 24}));
  EXPECT_EQ(run(tensorWith<float>({10, 20}, {2, 1}), {}), (std::vector<float>{15, 12, 31, 24}));
  EXPECT_EQ(run(tensorWith<float>({1}, {}), {{"alpha", 2.0f}, {"beta", -1.0f}}),
            (std::vector<float>{9, 3, 21, 7}));
  EXPECT_EQ(run(vectorWith<float>({0, 0}), {{"transA", int64_t(1)}, {"transB", int64_t(1)}}),
            (std::vector<float>{1, 5, 2, 8}));
}

TEST(MatMulInteger, SubtractsZeroPointsOfSignedAndUnsignedBytes) {
  const Tensor a = tensorWith<uint8_t>({255, 0, 128, 7}, {2, 2}),
               b = tensorWith<int8_t>({-128, 127, 1, 5}, {2, 2});
  const Tensor za = tensorWith<uint8_t>({200}, {}), zb = tensorWith<int8_t>({-3}, {});
  // (a - 200) (b + 3) = [[55, -200], [-72, -193]] [[-125, 130], [4, 8]]
  const std::vector<int32_t> expected{55 * -125 - 200 * 4, 55 * 130 - 200 * 8, -72 * -125 - 193 * 4,
                                      -72 * 130 - 193 * 8};
  for (const std::vector<size_t> &constants : {std::vector<size_t>{}, {2, 3}, {1, 2, 3}})
    EXPECT_EQ(
        valuesOf<int32_t>(outputOf({"MatMulInteger", {a, b, za, zb}, {}, constants, {{"int32", {2, 2}}}})),
        expected);
}

TEST(MatMulInteger, HasAZeroPointForEachRowAndColumn) {
  const OperatorCase given{"MatMulInteger",
                           {tensorWith<uint8_t>({5, 9}, {2, 1}), tensorWith<uint8_t>({1, 2}, {1, 2}),
                            vectorWith<uint8_t>({5, 4}), vectorWith<uint8_t>({3, 2})},
                           {},
                           {},
                           {{"int32", {2, 2}}}};
  EXPECT_EQ(valuesOf<int32_t>(outputOf(given)), (std::vector<int32_t>{0, 0, -10, 0}));
}

TEST(ConvInteger, PadsWithTheZeroPoint) {
  for (const std::vector<size_t> &constants : {std::vector<size_t>{}, {2}, {1, 2, 3}}) {
    const OperatorCase given{"ConvInteger",
                             {tensorWith<uint8_t>({10, 250}, {1, 1, 2}),
                              tensorWith<uint8_t>({3, 1}, {1, 1, 2}), tensorWith<uint8_t>({9}, {}),
                              tensorWith<uint8_t>({2}, {})},
                             {{"pads", std::vector<int64_t>{1, 1}}},
                             constants,
                             {{"int32", {1, 1, 3}}}};
    // x - 9 = 0, 1, 241, 0 and w - 2 = 1, -1
    EXPECT_EQ(valuesOf<int32_t>(outputOf(given)), (std::vector<int32_t>{-1, 1 - 241, 241}));
  }
}

std::vector<float> einsum(const std::string &equation, const std::vector<Tensor> &inputs,
                          const Shape &shape) {
  return valuesOf<float>(outputOf({"Einsum", inputs, {{"equation", equation}}, {}, {{"float32", shape}}}));
}

TEST(Einsum, SumsOverLettersThatTheResultDoesNotHave) {
  const Tensor a = tensorWith<float>({1, 2, 3, 4}, {2, 2}), v = vectorWith<float>({10, 100});
  EXPECT_EQ(einsum("ij, j -> i", {a, v}, {2}), (std::vector<float>{210, 430}));
  EXPECT_EQ(einsum("ba", {a}, {2, 2}), (std::vector<float>{1, 3, 2, 4}));
  EXPECT_EQ(einsum("ii->i", {a}, {2}), (std::vector<float>{1, 4}));
  EXPECT_EQ(einsum("ij,ij", {a, a}, {}), (std::vector<float>{30}));
  EXPECT_EQ(einsum("i,j,k->kji", {vectorWith<float>({1, 2}), v, vectorWith<float>({3})}, {1, 2, 2}),
            (std::vector<float>{30, 60, 300, 600}));
}

TEST(Einsum, BroadcastsTheAxesOfTheEllipsis) {
  const Tensor a = tensorWith<float>({1, 2, 3, 4}, {2, 1, 2}),
               b = tensorWith<float>({1, 10, 100, 1000}, {1, 2, 2});
  EXPECT_EQ(einsum("...i,...i->...", {a, b}, {2, 2}), (std::vector<float>{21, 2100, 43, 4300}));
}

TEST(Einsum, RefusesWhatIsNoEquation) {
  const Tensor v = vectorWith<float>({1, 2});
  for (const char *equation : {"i,i->", "ij->i", "i->j", "i1->i"})
    EXPECT_FALSE(runOperator({"Einsum", {v}, {{"equation", equation}}, {}, {{"float32", {2}}}})) << equation;
}

} // namespace

} // namespace lockstep
