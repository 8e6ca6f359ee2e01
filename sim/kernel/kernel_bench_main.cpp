// Speed of the matmul kernel on one core, one macro instruction at a time, beside oneDNN's dnnl_gemm_s8s8s32
// of the same shape in the same run. Prints a table; exits with 1 if oneDNN and the kernel disagree.
#include "sim/kernel/Kernel.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dnnl.h>
#include <functional>
#include <omp.h>
#include <vector>

using namespace lockstep;

namespace {

struct Case {
  int64_t array_rows, array_columns;
  int64_t vectors, columns, depth; // of one instruction, all multiples of the array's sides
  bool transposed;                 // stationary operand
};

constexpr Case kCases[] = {
    {16, 16, 128, 128, 256, false},    {16, 16, 128, 128, 512, false}, {16, 16, 128, 128, 512, true},
    {16, 16, 256, 64, 1024, false},    {16, 16, 64, 256, 256, false},  {16, 16, 35, 256, 512, false},
    {16, 16, 16, 512, 512, false},     {16, 16, 700, 16, 512, false},  {16, 16, 1, 512, 512, false},
    {4, 4, 128, 64, 256, false},       {8, 8, 128, 128, 256, false},   {32, 32, 128, 128, 512, false},
    {128, 128, 256, 256, 1024, false}, {16, 16, 64, 48, 32, false},    {16, 16, 64, 48, 32, true},
    {16, 16, 32, 32, 16, false},       {16, 16, 35, 48, 16, true},     {3, 5, 128, 100, 240, false},
    {32, 8, 128, 128, 256, true},      {16, 16, 2, 16, 704, false},    {16, 16, 2, 16, 704, true},
    {16, 16, 8, 16, 864, false},       {16, 16, 16, 16, 864, false},   {16, 16, 32, 16, 864, false},
    {16, 16, 32, 16, 864, true},       {16, 16, 64, 16, 864, false},   {16, 16, 16, 64, 864, false},
    {16, 16, 64, 64, 864, false},      {32, 32, 32, 32, 864, false},   {128, 128, 8, 128, 1024, false},
    {128, 128, 32, 128, 1024, false}};

double threadSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Seconds of this thread in one call: the fastest of several batches, each long enough to time.
double secondsOf(const std::function<void()> &call) {
  long calls = 1;
  auto batch = [&] {
    double begin = threadSeconds();
    for (long i = 0; i < calls; ++i)
      call();
    return threadSeconds() - begin;
  };
  double elapsed = batch();
  for (; elapsed < 0.01; elapsed = batch())
    calls *= 2;
  for (int i = 0; i < 7; ++i)
    elapsed = std::min(elapsed, batch());
  return elapsed / static_cast<double>(calls);
}

/// Streamed vector m, reduction tile k at word k * vectors + m; stationary tiles one after the other, k
/// fastest.
MatmulInstruction instructionOf(const Case &c) {
  MatmulInstruction m;
  m.transpose_stationary = c.transposed;
  m.last_rows = static_cast<uint64_t>(c.array_rows);
  m.last_columns = static_cast<uint64_t>(c.array_columns);
  m.tile_count_0 = static_cast<uint64_t>(c.depth / c.array_rows);
  m.tile_streamed_stride_0 = c.vectors;
  m.tile_count_1 = m.tile_count_2 = 1;
  m.tile_count_3 = static_cast<uint64_t>(c.columns / c.array_columns);
  m.tile_accumulator_stride_3 = c.vectors;
  m.stream_count_0 = static_cast<uint64_t>(c.vectors);
  m.stream_count_1 = 1;
  m.stream_streamed_stride_0 = m.stream_accumulator_stride_0 = 1;
  m.stationary_stride = static_cast<uint64_t>(c.transposed ? c.array_columns : c.array_rows);
  m.streamed_address = m.stationary_stride * m.tile_count_0 * m.tile_count_3;
  return m;
}

class BenchCase {
public:
  explicit BenchCase(const Case &benchCase) : c(benchCase) {
    p.array_rows = c.array_rows;
    p.array_columns = c.array_columns;
    p.scratchpad_size_bytes = 1 << 22;
    p.accumulator_size_bytes = 1 << 22;
    scratchpad.resize(static_cast<size_t>(p.scratchpad_size_bytes));
    accumulator.resize(static_cast<size_t>(p.accumulator_size_bytes));
    uint64_t state = 1;
    for (uint8_t &byte : scratchpad)
      byte = static_cast<uint8_t>((state = state * 6364136223846793005u + 1442695040888963407u) >> 56);
    gather();
  }

  double kernelSeconds(KernelIsa isa = bestKernelIsa()) {
    Kernel kernel(p, isa);
    MatmulInstruction m = instructionOf(c);
    return secondsOf([&] { kernel.execute(m, {scratchpad.data(), accumulator.data()}); });
  }
  double oneDnnSeconds() {
    int32_t zero = 0;
    return secondsOf([&] {
      dnnl_gemm_s8s8s32('N', 'N', 'F', c.vectors, c.columns, c.depth, 1.0f, a.data(), c.depth, 0, b.data(),
                        c.columns, 0, 0.0f, result.data(), c.columns, &zero);
    });
  }
  bool agree() const {
    for (int64_t m = 0; m < c.vectors; ++m)
      for (int64_t n = 0; n < c.columns; ++n) {
        int64_t word = n / c.array_columns * c.vectors + m;
        if (std::memcmp(&accumulator[static_cast<size_t>((word * c.array_columns + n % c.array_columns) * 4)],
                        &result[static_cast<size_t>(m * c.columns + n)], 4))
          return false;
      }
    return true;
  }
  double macs() const { return static_cast<double>(c.vectors) * c.columns * c.depth; }

private:
  int8_t byteAt(int64_t word, int64_t lane) const {
    return static_cast<int8_t>(scratchpad[static_cast<size_t>(word * p.vectorBytes() + lane)]);
  }
  /// The two operands as row-major matrices for oneDNN.
  void gather() {
    MatmulInstruction m = instructionOf(c);
    for (int64_t i = 0; i < c.vectors; ++i)
      for (int64_t k = 0; k < c.depth; ++k)
        a.push_back(byteAt(static_cast<int64_t>(m.streamed_address) + k / c.array_rows * c.vectors + i,
                           k % c.array_rows));
    for (int64_t k = 0; k < c.depth; ++k)
      for (int64_t n = 0; n < c.columns; ++n) {
        int64_t tile = n / c.array_columns * (c.depth / c.array_rows) + k / c.array_rows;
        int64_t first = tile * static_cast<int64_t>(m.stationary_stride), r = k % c.array_rows,
                j = n % c.array_columns;
        b.push_back(c.transposed ? byteAt(first + j, r) : byteAt(first + r, j));
      }
    result.resize(static_cast<size_t>(c.vectors * c.columns));
  }

  Case c;
  Parameters p;
  std::vector<uint8_t> scratchpad, accumulator;
  std::vector<int8_t> a, b;
  std::vector<int32_t> result;
};

} // namespace

void printIsas(const Case &c) {
  for (KernelIsa isa : {KernelIsa::Plain, KernelIsa::Avx2, KernelIsa::Avx512Vnni}) {
    if (isa > bestKernelIsa())
      continue;
    BenchCase bench(c);
    std::printf("%ldx%ldx%ld by %s: %.1f GMAC/s\n", static_cast<long>(c.vectors),
                static_cast<long>(c.columns), static_cast<long>(c.depth), kernelIsaName(isa),
                bench.macs() / bench.kernelSeconds(isa) / 1e9);
  }
}

/// With an argument: only the case of that number, 0 for the first.
int main(int argc, char **argv) {
  omp_set_num_threads(1);
  long only = argc > 1 ? std::atol(argv[1]) : -1;
  std::printf("kernel: %s\n%9s %7s %7s %7s %5s %12s %14s %8s\n", kernelIsaName(bestKernelIsa()), "array",
              "vectors", "columns", "depth", "turn", "kernel GMAC/s", "oneDNN GMAC/s", "ratio");
  bool allAgree = true;
  for (const Case &c : kCases) {
    if (only >= 0 && only != &c - kCases)
      continue;
    BenchCase bench(c);
    double kernel = bench.macs() / bench.kernelSeconds() / 1e9,
           oneDnn = bench.macs() / bench.oneDnnSeconds() / 1e9;
    bool agree = bench.agree();
    allAgree &= agree;
    std::printf("%4ldx%-4ld %7ld %7ld %7ld %5s %12.1f %14.1f %8.2f%s\n", static_cast<long>(c.array_rows),
                static_cast<long>(c.array_columns), static_cast<long>(c.vectors),
                static_cast<long>(c.columns), static_cast<long>(c.depth), c.transposed ? "yes" : "no", kernel,
                oneDnn, kernel / oneDnn, agree ? "" : "  VALUES DIFFER");
    std::fflush(stdout);
  }
  printIsas(kCases[1]);
  return allAgree ? 0 : 1;
}
