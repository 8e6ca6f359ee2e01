// Functions by table: every input there is, through every kernel, against the one definition.
#include "hw/golden/OnChipState.h"
#include "hw/numbers/Numbers.h"
#include "sim/kernel/Kernel.h"
#include "tests/unit/kernel/RandomInstruction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

using namespace lockstep;

namespace {

constexpr int kInputs = 1 << 16;

/// A machine whose scratchpad holds all int16 values as operands, the results and a table's entries.
class TableBench {
public:
  explicit TableBench(KernelIsa isa) : parameters(machine()), kernel(parameters, isa) {
    scratchpad.resize(static_cast<size_t>(parameters.scratchpad_size_bytes));
    accumulator.resize(static_cast<size_t>(parameters.accumulator_size_bytes));
    tables.resize(static_cast<size_t>(parameters.vector_tables) * kTableEntries);
    for (int i = 0; i < kInputs; ++i)
      put<int16_t>(0, i, i - 32768);
  }

  void load(const std::vector<int16_t> &entries, uint64_t table) {
    TableInstruction t;
    t.table = table;
    t.local_address = kTableWord;
    for (size_t e = 0; e < entries.size(); ++e)
      put(kTableWord, static_cast<int>(e), entries[e]);
    EXPECT_TRUE(kernel.execute(t, chip()));
  }
  void load(const std::vector<int8_t> &entries, uint64_t table) {
    TableInstruction t;
    t.table_type = 1;
    t.table = table;
    t.local_address = kTableWord;
    for (size_t e = 0; e < entries.size(); ++e)
      put(kTableWord, static_cast<int>(e), entries[e]);
    EXPECT_TRUE(kernel.execute(t, chip()));
  }

  /// Results of all int16 inputs, 16 lanes of 32 bytes a row.
  std::vector<int16_t> results16(uint64_t table) {
    ElementwiseInstruction e = unary(3, 3, table);
    e.function = 1;
    e.clamp_minimum = INT16_MIN;
    e.clamp_maximum = INT16_MAX;
    e.count_0 = e.count_1 = 64;
    e.a_stride_0 = e.output_stride_0 = 2;
    e.a_stride_1 = e.output_stride_1 = 128;
    EXPECT_TRUE(kernel.execute(e, chip()));
    return get<int16_t>(kInputs);
  }
  /// Of all int8 inputs; the operand are the values -128 to 127 among the int16 ones.
  std::vector<int8_t> results8(uint64_t table) {
    ElementwiseInstruction e = unary(3, 0, table);
    e.a_address = (32768 - 128) / 8;
    e.function = 2;
    e.clamp_minimum = INT8_MIN;
    e.clamp_maximum = INT8_MAX;
    e.count_0 = 16;
    e.count_1 = 1;
    e.a_stride_0 = 2;
    e.output_stride_0 = 1;
    EXPECT_TRUE(kernel.execute(e, chip()));
    return get<int8_t>(256);
  }

private:
  static constexpr uint64_t kResultWord = kInputs / 8, kTableWord = 2 * kInputs / 8;

  static Parameters machine() {
    Parameters p;
    p.scratchpad_size_bytes = 1 << 19;
    return p;
  }
  static ElementwiseInstruction unary(uint64_t from, uint64_t to, uint64_t table) {
    ElementwiseInstruction e;
    e.a_type = from;
    e.b_type = 7;
    e.output_type = to;
    e.output_address = kResultWord;
    e.multiplier = 1;
    e.count_2 = 1;
    e.table = table;
    return e;
  }
  OnChip chip() { return {scratchpad.data(), accumulator.data(), tables.data()}; }
  template <typename T> void put(uint64_t word, int element, T value) {
    std::memcpy(&scratchpad[16 * word + sizeof(T) * static_cast<size_t>(element)], &value, sizeof value);
  }
  template <typename T> std::vector<T> get(size_t count) const {
    std::vector<T> result(count);
    std::memcpy(result.data(), &scratchpad[16 * kResultWord], sizeof(T) * count);
    return result;
  }

  Parameters parameters;
  Kernel kernel;
  std::vector<uint8_t> scratchpad, accumulator;
  std::vector<int16_t> tables;
};

std::vector<int16_t> entriesOf(double (*function)(double), double scale) {
  std::vector<int16_t> entries;
  for (int i = 0; i < kTableEntries; ++i)
    entries.push_back(static_cast<int16_t>(
        saturate(std::lround(scale * function((128 * i - 32768) / 4096.0)), ElementType::Int16)));
  return entries;
}

std::vector<int16_t> extremeEntries(uint64_t seed) {
  Random random(seed);
  std::vector<int16_t> entries;
  for (int i = 0; i < kTableEntries; ++i)
    entries.push_back(static_cast<int16_t>(random.chance(70) ? random.chance(50) ? INT16_MIN : INT16_MAX
                                                             : random.between(INT16_MIN, INT16_MAX)));
  return entries;
}

class Table : public ::testing::TestWithParam<KernelIsa> {
protected:
  void SetUp() override {
    if (GetParam() > bestKernelIsa())
      GTEST_SKIP() << "this processor has no " << kernelIsaName(GetParam());
  }
};

TEST_P(Table, GivesEveryInt16ItsInterpolatedValue) {
  const std::vector<int16_t> tables[] = {entriesOf([](double x) { return 1 / (1 + std::exp(-x)); }, 32768),
                                         entriesOf([](double x) { return std::tanh(x); }, 32768),
                                         entriesOf([](double x) { return std::exp(x); }, 10),
                                         extremeEntries(1), extremeEntries(2)};
  TableBench bench(GetParam());
  for (const std::vector<int16_t> &entries : tables)
    for (uint64_t table : {0, 1}) {
      bench.load(entries, table);
      const std::vector<int16_t> results = bench.results16(table);
      for (int i = 0; i < kInputs; ++i)
        ASSERT_EQ(functionOfTable16(static_cast<int16_t>(i - 32768), entries.data()),
                  results[static_cast<size_t>(i)])
            << i - 32768;
    }
}

TEST_P(Table, GivesEveryInt8ItsEntry) {
  TableBench bench(GetParam());
  Random random(5);
  std::vector<int8_t> entries;
  for (int i = 0; i < 256; ++i)
    entries.push_back(static_cast<int8_t>(random.between(-128, 127)));
  bench.load(entries, 1);
  EXPECT_EQ(entries, bench.results8(1));
}

INSTANTIATE_TEST_SUITE_P(Isas, Table,
                         ::testing::Values(KernelIsa::Plain, KernelIsa::Avx2, KernelIsa::Avx512Vnni),
                         [](const auto &info) { return std::string(kernelIsaName(info.param)); });

} // namespace
