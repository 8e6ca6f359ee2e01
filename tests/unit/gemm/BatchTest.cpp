// Several products of one shape in one layer: legal, free of races, and each is the plain product.
#include "tests/unit/gemm/GemmHarness.h"

#include "compiler/gemm/GemmLayer.h"
#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace lockstep::test {
namespace {

constexpr uint64_t kA = 1 << 16, kB = 2 << 16, kC = 3 << 16, kProgram = 4 << 16;

Result<Program> batchProgram(const GemmProblem &p, const GemmSchedule &schedule, const GemmBatch &batch,
                             const Parameters &machine) {
  Program program;
  program.parameters = machine;
  GemmAddresses addresses;
  addresses.a = kA, addresses.b = kB, addresses.c = kC;
  Result<std::vector<Instruction>> code = emitGemmLayer(p, schedule, addresses, machine, batch);
  if (!code)
    return code.error();
  code->push_back(HaltInstruction{});
  for (const Instruction &instruction : *code)
    program.instructions.push_back(*encode(instruction));
  program.program_address = kProgram;
  program.regions = {{"a", kA, uint64_t(batch.count * batch.a_stride), RegionKind::Input},
                     {"b", kB, uint64_t(batch.count * batch.b_stride), RegionKind::Input},
                     {"c", kC, uint64_t(batch.count * batch.c_stride), RegionKind::Output},
                     {"program", kProgram, code->size() * kInstructionBytes, RegionKind::Program}};
  return program;
}

int8_t elementOf(const ExternalMemory &memory, uint64_t base, int64_t row, int64_t column, int64_t rows,
                 int64_t columns, bool transposed) {
  return static_cast<int8_t>(
      *memory.find(base + uint64_t(transposed ? column * rows + row : row * columns + column), 1));
}

/// First place where one of the products differs from plain mathematics; empty if none does.
std::string wrongAt(const GemmProblem &p, const GemmBatch &batch, const ExternalMemory &memory) {
  for (int64_t i = 0; i < batch.count; ++i)
    for (int64_t m = 0; m < p.m; ++m)
      for (int64_t n = 0; n < p.n; ++n) {
        int64_t sum = 0;
        for (int64_t k = 0; k < p.k; ++k)
          sum += (elementOf(memory, kA + uint64_t(i * batch.a_stride), m, k, p.m, p.k, p.a_transposed) -
                  p.a_zero_point) *
                 (elementOf(memory, kB + uint64_t(i * batch.b_stride), k, n, p.k, p.n, p.b_transposed) -
                  p.b_zero_point);
        const int64_t scaled =
            ((sum * p.multiplier + (int64_t{1} << (p.shift - 1))) >> p.shift) + p.output_zero_point;
        const auto wanted = static_cast<int8_t>(std::clamp(scaled, p.clamp_minimum, p.clamp_maximum));
        const int8_t got = elementOf(memory, kC + uint64_t(i * batch.c_stride), m, n, p.m, p.n, false);
        if (got != wanted)
          return "product " + std::to_string(i) + " [" + std::to_string(m) + ", " + std::to_string(n) +
                 "] is " + std::to_string(got) + " instead of " + std::to_string(wanted);
      }
  return {};
}

class Batches : public testing::TestWithParam<size_t> {};

TEST_P(Batches, OfRandomSchedulesAreLegalAndGiveThePlainProducts) {
  const Parameters machine = machines()[GetParam()];
  Random random(500 + GetParam());
  int judged = 0;
  for (int round = 0; round < 120; ++round) {
    GemmProblem p = randomProblem(random, machine.array_rows * 3);
    p.a_type = p.b_type = GemmElement::Int8;
    p.a_zero_point = pick(random, -128, 127), p.b_zero_point = pick(random, -128, 127);
    p.output = GemmOutput::Int8;
    p.output_zero_point = pick(random, -128, 127), p.clamp_minimum = -128, p.clamp_maximum = 127;
    p.has_bias = p.per_column = false;
    p.shift = 38;
    const Result<GemmSchedule> schedule = randomSchedule(random, p, machine);
    if (!schedule)
      continue;
    ++judged;
    const GemmBatch batch{pick(random, 2, 4), p.m * p.k + pick(random, 0, 3), p.k * p.n + pick(random, 0, 3),
                          p.m * p.n + pick(random, 0, 3)};
    const Result<Program> program = batchProgram(p, *schedule, batch, machine);
    ASSERT_TRUE(bool(program)) << program.error().message;
    const Result<CheckReport> report = checkProgram(*program);
    ASSERT_TRUE(bool(report)) << report.error().message << "\n" << describe(p) << "\n" << explain(*schedule);
    Result<ExternalMemory> memory = buildMemory(*program);
    for (uint64_t base : {kA, kB}) {
      const uint64_t size = uint64_t(batch.count * (base == kA ? batch.a_stride : batch.b_stride));
      std::generate_n(memory->find(base, size), size, [&] { return static_cast<uint8_t>(random()); });
    }
    ASSERT_TRUE(bool(Golden(machine).run(*program, *memory)));
    ASSERT_EQ(wrongAt(p, batch, *memory), "") << "round " << round << ": " << describe(p) << "\n"
                                              << explain(*schedule);
  }
  EXPECT_GT(judged, 60);
}

INSTANTIATE_TEST_SUITE_P(OnEveryMachine, Batches, testing::Range<size_t>(0, machines().size()));

} // namespace
} // namespace lockstep::test
