#include "tests/lockstep/common/GemmRun.h"

#include "compiler/gemm/GemmScheduler.h"

#include <cstring>
#include <random>

namespace lockstep {

namespace {

uint64_t numElements(const Symbol &symbol) {
  uint64_t count = 1;
  for (uint64_t extent : symbol.shape)
    count *= extent;
  return count;
}

int32_t parameterOf(const std::string &name, std::mt19937_64 &random) {
  if (name == "multiplier")
    return int32_t(random() >> 33);
  if (name == "shift")
    return int32_t(30 + random() % 10);
  return int32_t(random() % 2000000) - 1000000; // bias
}

void fillBytes(uint8_t *bytes, uint64_t count, std::mt19937_64 &random) {
  uint8_t held = 0;
  uint64_t run = 0;
  for (uint64_t i = 0; i < count; ++i) {
    if (run == 0 && random() % 64 == 0) {
      run = random() % 40;
      held = random() % 2 ? 0x80 : random() % 2 ? 0x7f : 0xff;
    }
    bytes[i] = run ? (--run, held) : uint8_t(random());
  }
}

void fillWords(uint8_t *bytes, const Symbol &symbol, std::mt19937_64 &random) {
  for (uint64_t i = 0; i < numElements(symbol); ++i) {
    const int32_t value = parameterOf(symbol.name, random);
    memcpy(bytes + 4 * i, &value, 4);
  }
}

} // namespace

Result<Program> gemmProgram(const GemmProblem &problem, const Parameters &parameters) {
  auto schedule = scheduleGemm(problem, parameters);
  if (!schedule)
    return schedule.error();
  return emitGemm(problem, *schedule, parameters);
}

Result<ExternalMemory> gemmMemory(const Program &program, uint64_t seed) {
  auto memory = buildMemory(program);
  if (!memory)
    return memory.error();
  std::mt19937_64 random(seed);
  for (const Symbol &symbol : program.symbols) {
    const uint64_t size = numElements(symbol) * (symbol.element_type == "int32" ? 4 : 1);
    uint8_t *bytes = memory->find(symbol.address, size);
    if (!bytes || memory->regionOf(symbol.address, size)->writable())
      continue;
    if (symbol.element_type == "int32")
      fillWords(bytes, symbol, random);
    else
      fillBytes(bytes, size, random);
  }
  return memory;
}

} // namespace lockstep
