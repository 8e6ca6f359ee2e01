// Random instructions on random bytes: the fast kernels against the golden executor, every on-chip and
// external byte.
#include "sim/kernel/Kernel.h"
#include "hw/golden/Golden.h"
#include "tests/unit/kernel/RandomInstruction.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace lockstep;

namespace {

struct Shape {
  int64_t rows, columns, stage;
  int64_t weightWords;
};

constexpr Shape kShapes[] = {{4, 4, 4, 1},  {8, 8, 4, 1},   {16, 16, 4, 1}, {16, 16, 4, 4},   {32, 32, 4, 1},
                             {3, 5, 2, 2},  {5, 3, 4, 1},   {2, 128, 4, 1}, {128, 2, 4, 1},   {4, 16, 4, 1},
                             {32, 8, 4, 2}, {24, 40, 4, 1}, {48, 16, 4, 1}, {128, 128, 4, 1}, {17, 33, 1, 1}};
constexpr uint64_t kBase = 0x1000;
constexpr uint64_t kExternalBytes = 1 << 14;

Parameters parametersFor(const Shape &shape) {
  Parameters p;
  p.array_rows = shape.rows;
  p.array_columns = shape.columns;
  p.array_stage_rows = p.array_stage_columns = shape.stage;
  int64_t words = std::max<int64_t>(1024, 8 * p.vectorBytes());
  p.scratchpad_banks = 2;
  p.scratchpad_size_bytes = words * p.vectorBytes();
  p.accumulator_banks = 2;
  p.accumulator_size_bytes = 256 * p.accumulatorWordBytes();
  p.array_weight_load_bytes_per_cycle = shape.weightWords * p.vectorBytes();
  p.vector_lanes = 1;
  return p;
}

/// Uniform bytes with runs of extremes and of zeros.
void fillRandom(uint8_t *bytes, size_t size, Random &random) {
  for (size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<uint8_t>(random.next() >> 32);
  for (size_t i = 0; i + 64 < size; i += static_cast<size_t>(random.between(64, 1024)))
    std::memset(bytes + i, random.chance(30) ? 0 : random.chance(50) ? 0x80 : 0x7f, 40);
}

/// The machine under test and the golden one, with the same bytes; guard bytes around the former's memories.
class Bench {
public:
  Bench(const Parameters &parameters, KernelIsa isa, uint64_t seed)
      : random(seed), golden(parameters), kernel(parameters, isa) {
    EXPECT_TRUE(goldenMemory.addRegion({"data", kBase, kExternalBytes, RegionKind::Workspace}));
    EXPECT_TRUE(memory.addRegion({"data", kBase, kExternalBytes, RegionKind::Workspace}));
    refresh();
  }

  void refresh() {
    OnChipState &state = golden.onChip();
    fillRandom(state.scratchpad.data(), state.scratchpad.size(), random);
    fillRandom(state.accumulator.data(), state.accumulator.size(), random);
    fillRandom(goldenMemory.find(kBase, kExternalBytes), kExternalBytes, random);
    std::memcpy(memory.find(kBase, kExternalBytes), goldenMemory.find(kBase, kExternalBytes), kExternalBytes);
    for (int16_t &entry : state.tables)
      entry =
          static_cast<int16_t>(random.chance(20) ? random.chance(50) ? INT16_MIN : INT16_MAX : random.next());
    scratchpad = guarded(state.scratchpad);
    accumulator = guarded(state.accumulator);
    tables = guarded(state.tables);
  }

  /// Executes on both. Legal: equal bytes. Illegal by an address: refused, and nothing changed.
  template <typename T>::testing::AssertionResult agrees(const T &instruction) {
    Status status = golden.step(instruction, goldenMemory);
    bool done = execute(instruction);
    if (status && !done)
      return ::testing::AssertionFailure() << "a legal instruction was refused";
    if (!status && done && isAddressRule(status.error().message))
      return ::testing::AssertionFailure() << "executed although " << status.error().message;
    if (!status &&
        done) { // broke a rule that does not concern addresses: any values, but inside of the memories
      bool inside = guardsIntact();
      refresh();
      return inside ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << "wrote outside";
    }
    numLegal += static_cast<bool>(status);
    return sameBytes();
  }

  int numLegal = 0;
  Random random;

private:
  static constexpr size_t kGuard = 256;

  template <typename T> static std::vector<T> guarded(const std::vector<T> &bytes) {
    std::vector<T> result(bytes.size() + 2 * kGuard, T(0xa5));
    std::copy(bytes.begin(), bytes.end(), result.begin() + kGuard);
    return result;
  }
  static bool isAddressRule(const std::string &message) {
    for (const char *label :
         {"load_c3", "load_c4", "fill_c2", "store_c3", "store_c4", "matmul_c6", "matmul_c7", "requantize_c5",
          "requantize_c6", "elementwise_c7", "elementwise_c8", "reduce_c3", "reduce_c4", "table_c2"})
      if (message.rfind(label, 0) == 0)
        return true;
    return message.rfind("matmul_c5", 0) == 0 && message.find("multiple") == std::string::npos;
  }
  OnChip chip() { return {scratchpad.data() + kGuard, accumulator.data() + kGuard, tables.data() + kGuard}; }

  bool execute(const LoadInstruction &i) { return kernel.execute(i, chip(), memory); }
  bool execute(const StoreInstruction &i) { return kernel.execute(i, chip(), memory); }
  template <typename T> bool execute(const T &i) { return kernel.execute(i, chip()); }

  template <typename T> static bool guardsIntact(const std::vector<T> &bytes) {
    for (size_t i = 0; i < kGuard; ++i)
      if (bytes[i] != T(0xa5) || bytes[bytes.size() - 1 - i] != T(0xa5))
        return false;
    return true;
  }
  bool guardsIntact() const {
    return guardsIntact(scratchpad) && guardsIntact(accumulator) && guardsIntact(tables);
  }

  ::testing::AssertionResult sameBytes() const {
    if (std::memcmp(memory.find(kBase, kExternalBytes), goldenMemory.find(kBase, kExternalBytes),
                    kExternalBytes))
      return ::testing::AssertionFailure() << "external bytes differ";
    if (scratchpad != guarded(golden.onChip().scratchpad))
      return ::testing::AssertionFailure() << "scratchpad bytes differ";
    if (accumulator != guarded(golden.onChip().accumulator))
      return ::testing::AssertionFailure() << "accumulator bytes differ";
    if (tables != guarded(golden.onChip().tables))
      return ::testing::AssertionFailure() << "tables differ";
    return ::testing::AssertionSuccess();
  }

  Golden golden;
  Kernel kernel;
  ExternalMemory goldenMemory, memory;
  std::vector<uint8_t> scratchpad, accumulator;
  std::vector<int16_t> tables;
};

class KernelAgainstGolden : public ::testing::TestWithParam<KernelIsa> {
protected:
  void SetUp() override {
    if (GetParam() > bestKernelIsa())
      GTEST_SKIP() << "this processor has no " << kernelIsaName(GetParam());
  }

  /// `choose` makes a random instruction; enough of them must be legal for the test to mean something.
  template <typename Choose> void run(int count, const Choose &choose) {
    for (const Shape &shape : kShapes) {
      Parameters parameters = parametersFor(shape);
      uint64_t seed = static_cast<uint64_t>(shape.rows * 1000 + shape.columns);
      SCOPED_TRACE(::testing::Message() << shape.rows << "x" << shape.columns << ", seed " << seed);
      Bench bench(parameters, GetParam(), seed);
      RandomInstruction instructions(parameters, {kBase, kExternalBytes}, bench.random);
      for (int i = 0; i < count; ++i) {
        ASSERT_TRUE(bench.agrees(choose(instructions))) << "instruction " << i;
        if (i % 50 == 49)
          bench.refresh();
      }
      EXPECT_GT(bench.numLegal, count / 50);
    }
  }
};

TEST_P(KernelAgainstGolden, LoadsTheSameBytes) {
  run(1500, [](RandomInstruction &r) { return r.load(); });
}
TEST_P(KernelAgainstGolden, FillsTheSameBytes) {
  run(500, [](RandomInstruction &r) { return r.fill(); });
}
TEST_P(KernelAgainstGolden, MultipliesToTheSameAccumulators) {
  run(1200, [](RandomInstruction &r) { return r.matmul(); });
}
TEST_P(KernelAgainstGolden, RequantizesToTheSameBytes) {
  run(1500, [](RandomInstruction &r) { return r.requantize(); });
}
TEST_P(KernelAgainstGolden, ComputesTheSameLanes) {
  run(1500, [](RandomInstruction &r) { return r.elementwise(); });
}
TEST_P(KernelAgainstGolden, ReducesToTheSameLanes) {
  run(800, [](RandomInstruction &r) { return r.reduce(); });
}
TEST_P(KernelAgainstGolden, LoadsTheSameTables) {
  run(500, [](RandomInstruction &r) { return r.table(); });
}
TEST_P(KernelAgainstGolden, StoresTheSameBytes) {
  run(1500, [](RandomInstruction &r) { return r.store(); });
}

INSTANTIATE_TEST_SUITE_P(Isas, KernelAgainstGolden,
                         ::testing::Values(KernelIsa::Plain, KernelIsa::Avx2, KernelIsa::Avx512Vnni),
                         [](const auto &info) { return std::string(kernelIsaName(info.param)); });

} // namespace
