#include "workloads/reference/OneDnnGemm.h"

#include "workloads/reference/CpuGemm.h"
#include "workloads/reference/PlainLoops.h"

#include <algorithm>
#include <chrono>
#include <dnnl.h>
#include <omp.h>
#include <random>
#include <vector>

namespace lockstep {

namespace {

constexpr int64_t kLongestReduction = 65536; // times 2^14 is 2^30

/// oneDNN uses OpenMP's threads; the yardstick is one core, and a forked worker must not start a team.
class OneThread {
public:
  OneThread() : before(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before); }

private:
  int before;
};

double secondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Steps first .. first + count - 1 of the reduction.
double multiplyPart(const OneDnnProduct &p, int64_t first, int64_t count, int32_t *sums) {
  const int8_t *a = p.a + (p.a_transposed ? first * p.a_leading : first);
  const int8_t *b = p.b + (p.b_transposed ? first : first * p.b_leading);
  int32_t zero = 0;
  auto begin = std::chrono::steady_clock::now();
  dnnl_status_t status =
      dnnl_gemm_s8s8s32(p.a_transposed ? 'T' : 'N', p.b_transposed ? 'T' : 'N', 'F', p.m, p.n, count, 1.0f, a,
                        p.a_leading, 0, b, p.b_leading, 0, 0.0f, sums, p.n, &zero);
  return status == dnnl_success ? secondsSince(begin) : -1;
}

bool isExactFor(int64_t m, int64_t n, int64_t k, bool transposed, bool extremesOnly, uint64_t seed) {
  std::mt19937_64 random(seed);
  auto choose = [&] {
    return static_cast<int8_t>(extremesOnly ? (random() % 2 ? 127 : -128) : random() >> 56);
  };
  std::vector<int8_t> a(static_cast<size_t>(m * k)), b(static_cast<size_t>(k * n));
  std::generate(a.begin(), a.end(), choose);
  std::generate(b.begin(), b.end(), choose);
  std::vector<int32_t> sums(static_cast<size_t>(m * n));
  std::vector<uint32_t> row(static_cast<size_t>(n));
  OneDnnProduct product{
      m, n, k, a.data(), transposed ? m : k, transposed, b.data(), transposed ? k : n, transposed};
  if (multiplyOneDnn(product, sums.data()) < 0)
    return false;
  GemmProblem problem;
  problem.m = m, problem.n = n, problem.k = k;
  problem.a_transposed = problem.b_transposed = transposed;
  GemmOperands operands;
  operands.a = reinterpret_cast<const uint8_t *>(a.data());
  operands.b = reinterpret_cast<const uint8_t *>(b.data());
  for (int64_t i = 0; i < m; ++i) {
    multiplyRow(problem, operands, i, row.data());
    for (int64_t j = 0; j < n; ++j)
      if (row[static_cast<size_t>(j)] != static_cast<uint32_t>(sums[static_cast<size_t>(i * n + j)]))
        return false;
  }
  return true;
}

} // namespace

double multiplyOneDnn(const OneDnnProduct &product, int32_t *sums) {
  OneThread oneThread;
  double seconds = 0;
  std::vector<int32_t> part;
  for (int64_t first = 0; first < product.k; first += kLongestReduction) {
    if (first > 0)
      part.resize(static_cast<size_t>(product.m * product.n));
    double elapsed = multiplyPart(product, first, std::min(kLongestReduction, product.k - first),
                                  first > 0 ? part.data() : sums);
    if (elapsed < 0)
      return elapsed;
    seconds += elapsed;
    if (first > 0)
      addBias(part.data(), sums, product.m * product.n);
  }
  return seconds;
}

bool oneDnnIsExact() {
  static const bool exact = [] {
    for (uint64_t i = 0; i < 4; ++i)
      if (!isExactFor(33, 50, 130, i % 2, i / 2, i) || !isExactFor(1, 40, 600, i % 2, i / 2, i) ||
          !isExactFor(100, 3, 257, i % 2, i / 2, i))
        return false;
    return true;
  }();
  return exact;
}

} // namespace lockstep
