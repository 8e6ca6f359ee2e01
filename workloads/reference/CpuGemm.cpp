#include "workloads/reference/CpuGemm.h"

#include "workloads/reference/OneDnnGemm.h"
#include "workloads/reference/PlainGemm.h"
#include "workloads/reference/PlainLoops.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <set>
#include <vector>

namespace lockstep {

namespace {

/// Panels of rows of the int32 sums sum over k of (A - za)(B - zb).
class SumPanels {
public:
  SumPanels(const GemmProblem &problem, const GemmOperands &gemmOperands, bool useOneDnn)
      : p(problem), operands(gemmOperands), oneDnn(useOneDnn), a(plainOperand(p.a_type, p.a_zero_point)),
        b(plainOperand(p.b_type, p.b_zero_point)) {
    if (oneDnn)
      prepareB();
  }

  void compute(int64_t firstRow, int64_t numRows, int32_t *sums) {
    if (oneDnn && computeOneDnn(firstRow, numRows, sums))
      return;
    oneDnn = false;
    for (int64_t i = 0; i < numRows; ++i)
      multiplyRow(p, operands, firstRow + i, reinterpret_cast<uint32_t *>(sums + i * p.n));
  }

  bool usesOneDnn() const { return oneDnn; }
  double oneDnnSeconds() const { return seconds; }

private:
  /// oneDNN multiplies int8: uint8 is copied less 128, and zero points are corrected afterwards by sums of
  /// columns of B and of rows of A.
  void prepareB() {
    bytesB = operands.b;
    if (b.flip) {
      flippedB.resize(static_cast<size_t>(p.k * p.n));
      flipBytes(operands.b, b.flip, flippedB.data(), p.k * p.n);
      bytesB = flippedB.data();
    }
    if (a.zero_point == 0)
      return;
    columnSums.assign(static_cast<size_t>(p.n), 0);
    if (p.b_transposed)
      for (int64_t n = 0; n < p.n; ++n)
        columnSums[static_cast<size_t>(n)] = sumBytes(bytesB + n * p.k, 0, p.k);
    else
      for (int64_t k = 0; k < p.k; ++k)
        addScaledBytes(bytesB + k * p.n, {}, 1, columnSums.data(), p.n);
  }

  /// The panel's rows of A as int8: [numRows, k] or [k, leading].
  const uint8_t *panelOfA(int64_t firstRow, int64_t numRows, int64_t &leading) {
    const uint8_t *first = operands.a + (p.a_transposed ? firstRow : firstRow * p.k);
    leading = p.a_transposed ? p.m : p.k;
    if (!a.flip)
      return first;
    flippedA.resize(static_cast<size_t>(numRows * p.k));
    int64_t lines = p.a_transposed ? p.k : numRows, length = p.a_transposed ? numRows : p.k;
    for (int64_t i = 0; i < lines; ++i)
      flipBytes(first + i * leading, a.flip, flippedA.data() + i * length, length);
    leading = length;
    return flippedA.data();
  }

  bool computeOneDnn(int64_t firstRow, int64_t numRows, int32_t *sums) {
    int64_t leading;
    const uint8_t *panel = panelOfA(firstRow, numRows, leading);
    double elapsed =
        multiplyOneDnn({numRows, p.n, p.k, reinterpret_cast<const int8_t *>(panel), leading, p.a_transposed,
                        reinterpret_cast<const int8_t *>(bytesB), p.b_transposed ? p.k : p.n, p.b_transposed},
                       sums);
    if (elapsed < 0)
      return false;
    seconds += elapsed;
    subtractZeroPoints(panel, leading, numRows, sums);
    return true;
  }

  /// (a' - za)(b' - zb) = a' b' - za sum b' - zb sum a' + k za zb, modulo 2^32.
  void subtractZeroPoints(const uint8_t *panel, int64_t leading, int64_t numRows, int32_t *sums) {
    if (a.zero_point == 0 && b.zero_point == 0)
      return;
    uint32_t za = static_cast<uint32_t>(a.zero_point), zb = static_cast<uint32_t>(b.zero_point);
    std::vector<uint32_t> rowSums(static_cast<size_t>(numRows), 0);
    if (zb != 0 && p.a_transposed)
      for (int64_t k = 0; k < p.k; ++k)
        addScaledBytes(panel + k * leading, {}, 1, rowSums.data(), numRows);
    else if (zb != 0)
      for (int64_t i = 0; i < numRows; ++i)
        rowSums[static_cast<size_t>(i)] = sumBytes(panel + i * leading, 0, p.k);
    for (int64_t i = 0; i < numRows; ++i) {
      uint32_t forRow = static_cast<uint32_t>(p.k) * za * zb - zb * rowSums[static_cast<size_t>(i)];
      for (int64_t n = 0; n < p.n; ++n) {
        uint32_t forColumn = za != 0 ? za * columnSums[static_cast<size_t>(n)] : 0;
        int32_t &sum = sums[i * p.n + n];
        sum = static_cast<int32_t>(static_cast<uint32_t>(sum) + forRow - forColumn);
      }
    }
  }

  const GemmProblem &p;
  const GemmOperands &operands;
  bool oneDnn;
  PlainOperand a, b;
  const uint8_t *bytesB = nullptr;
  std::vector<uint8_t> flippedA, flippedB;
  std::vector<uint32_t> columnSums; // [n] of the flipped bytes of B
  double seconds = 0;
};

/// Sums to outputs of the problem's type, one row at a time.
class OutputRows {
public:
  OutputRows(const GemmProblem &problem, const GemmOperands &operands) : p(problem) {
    scale.bias = p.has_bias ? operands.bias : nullptr;
    scale.multiplier = p.per_column ? operands.multiplier : nullptr;
    scale.shift = p.per_column ? operands.shift : nullptr;
    scale.one_multiplier = p.multiplier;
    scale.one_shift = p.shift;
    scale.zero_point = p.output_zero_point;
    scale.minimum = p.clamp_minimum;
    scale.maximum = p.clamp_maximum;
  }

  int64_t rowBytes() const { return p.n * elementBytes(p.output); }

  /// `sums` may be changed.
  void convert(int32_t *sums, uint8_t *output) const {
    if (p.output == GemmOutput::Int16)
      return rescaleSums16(sums, scale, reinterpret_cast<int16_t *>(output), p.n);
    if (p.output != GemmOutput::Int32)
      return rescaleSums(sums, scale, output, p.n);
    if (scale.bias)
      addBias(scale.bias, sums, p.n);
    std::memcpy(output, sums, static_cast<size_t>(rowBytes()));
  }

  int64_t valueAt(const uint8_t *row, int64_t column) const {
    if (p.output == GemmOutput::Int32)
      return readAs<int32_t>(row + 4 * column);
    if (p.output == GemmOutput::Int16)
      return readAs<int16_t>(row + 2 * column);
    return p.output == GemmOutput::Uint8 ? int64_t{row[column]} : static_cast<int8_t>(row[column]);
  }

private:
  template <typename Element> static int64_t readAs(const uint8_t *bytes) {
    Element value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
  }

  const GemmProblem &p;
  PlainScale scale;
};

/// Distinct rows, first and last among them if there is more than one.
std::vector<int64_t> sampleRows(const GemmProblem &p, const CpuGemmOptions &options) {
  uint64_t affordable = std::max<uint64_t>(1, options.plain_row_macs / static_cast<uint64_t>(p.n * p.k));
  uint64_t wanted = std::min({options.plain_rows, affordable, static_cast<uint64_t>(p.m)});
  std::set<int64_t> rows;
  uint64_t state = options.seed;
  if (wanted > 2)
    rows = {0, p.m - 1};
  while (rows.size() < wanted) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    rows.insert(static_cast<int64_t>((state >> 20) % static_cast<uint64_t>(p.m)));
  }
  return {rows.begin(), rows.end()};
}

class Computation {
public:
  Computation(const GemmProblem &problem, const GemmOperands &gemmOperands, const CpuGemmOptions &cpuOptions)
      : p(problem), operands(gemmOperands), options(cpuOptions),
        panels(p, operands, options.allow_onednn && oneDnnIsExact()), freivalds(p, operands, options.seed),
        rows(p, operands) {}

  /// Calls visit(row, its outputs) in order until it returns false; stops also if Freivalds' test fails.
  template <typename Visit> void forRows(GemmComparison &result, const Visit &visit) {
    int64_t perPanel = std::clamp<int64_t>(static_cast<int64_t>(options.panel_bytes) / (4 * p.n), 1, p.m);
    std::vector<int32_t> sums(static_cast<size_t>(perPanel * p.n));
    std::vector<uint8_t> output(static_cast<size_t>(rows.rowBytes()));
    for (int64_t first = 0; first < p.m; first += perPanel) {
      int64_t count = std::min(perPanel, p.m - first);
      panels.compute(first, count, sums.data());
      int64_t wrong = freivalds.firstWrongRow(first, count, sums.data());
      result.freivalds_rows_checked += static_cast<uint64_t>(wrong);
      for (int64_t i = 0; i < wrong; ++i) {
        rows.convert(sums.data() + i * p.n, output.data());
        if (!visit(first + i, output.data()))
          return;
      }
      if (wrong < count)
        return reject(result, first + wrong);
    }
  }

  /// The sampled rows by a naive loop instead; the same visits.
  template <typename Visit> void forSampledRows(const Visit &visit) {
    std::vector<int32_t> sums(static_cast<size_t>(p.n));
    std::vector<uint8_t> output(static_cast<size_t>(rows.rowBytes()));
    for (int64_t row : sampleRows(p, options)) {
      multiplyRow(p, operands, row, reinterpret_cast<uint32_t *>(sums.data()));
      rows.convert(sums.data(), output.data());
      if (!visit(row, output.data()))
        return;
    }
  }

  const OutputRows &outputRows() const { return rows; }
  void tell(GemmComparison &result) const {
    result.used_onednn = panels.usesOneDnn();
    result.onednn_seconds = panels.oneDnnSeconds();
  }

private:
  void reject(GemmComparison &result, int64_t row) {
    result.row = row;
    result.difference = "The CPU's own result failed Freivalds' test in row " + std::to_string(row) +
                        ": the comparison means nothing.";
  }

  const GemmProblem &p;
  const GemmOperands &operands;
  CpuGemmOptions options;
  SumPanels panels;
  Freivalds freivalds;
  OutputRows rows;
};

/// Compares one row of `output`; fills in where it differs.
class RowComparison {
public:
  RowComparison(const GemmProblem &problem, const OutputRows &outputRows, const void *output,
                GemmComparison &comparison)
      : p(problem), rows(outputRows), machine(static_cast<const uint8_t *>(output)), result(comparison) {}

  bool operator()(int64_t row, const uint8_t *expected) const {
    const uint8_t *actual = machine + row * rows.rowBytes();
    if (!std::memcmp(expected, actual, static_cast<size_t>(rows.rowBytes())))
      return true;
    int64_t byte = std::mismatch(expected, expected + rows.rowBytes(), actual).first - expected;
    result.row = row;
    result.column = byte / elementBytes(p.output);
    result.expected = rows.valueAt(expected, result.column);
    result.actual = rows.valueAt(actual, result.column);
    result.difference = "Element (row " + std::to_string(row) + ", column " + std::to_string(result.column) +
                        ") of " + std::to_string(p.m) + " x " + std::to_string(p.n) + " is " +
                        std::to_string(result.actual) + ", but the CPU computes " +
                        std::to_string(result.expected) + ".";
    return false;
  }

private:
  const GemmProblem &p;
  const OutputRows &rows;
  const uint8_t *machine;
  GemmComparison &result;
};

double secondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

} // namespace

GemmComparison compareGemm(const GemmProblem &problem, const GemmOperands &operands, const void *output,
                           const CpuGemmOptions &options) {
  auto begin = std::chrono::steady_clock::now();
  GemmComparison result;
  Computation computation(problem, operands, options);
  RowComparison compareRow(problem, computation.outputRows(), output, result);
  computation.forRows(result, compareRow);
  if (result.difference.empty())
    computation.forSampledRows([&](int64_t row, const uint8_t *expected) {
      bool same = compareRow(row, expected);
      result.plain_rows_checked += same;
      return same;
    });
  result.equal = result.difference.empty();
  computation.tell(result);
  result.seconds = secondsSince(begin);
  return result;
}

bool computeGemm(const GemmProblem &problem, const GemmOperands &operands, void *output,
                 const CpuGemmOptions &options) {
  GemmComparison result;
  Computation computation(problem, operands, options);
  int64_t rowBytes = computation.outputRows().rowBytes();
  computation.forRows(result, [&](int64_t row, const uint8_t *values) {
    std::memcpy(static_cast<uint8_t *>(output) + row * rowBytes, values, static_cast<size_t>(rowBytes));
    return true;
  });
  return result.difference.empty();
}

} // namespace lockstep
