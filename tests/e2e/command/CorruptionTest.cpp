// Every single-byte corruption of a small program, its checksums made right again, is rejected or runs to a
// defined end in every engine: no crash, no hang. In process, so that a crash is the test's own.
#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"
#include "hw/isa/Assembler.h"
#include "hw/program/Program.h"
#include "hw/support/Crc32.h"
#include "sim/engine/Engine.h"
#include "workloads/driver/support/ExitCode.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

using namespace lockstep;

namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint64_t maxInstructions = 20000, maxCycles = 200000;

uint64_t readNumber(const Bytes &file, size_t offset, size_t size) {
  uint64_t value = 0;
  std::memcpy(&value, file.data() + offset, size);
  return value;
}

void writeChecksum(Bytes &file, size_t offset, size_t begin, size_t end) {
  uint32_t sum = crc32(file.data() + begin, end - begin);
  std::memcpy(file.data() + offset, &sum, sizeof sum);
}

/// Recomputes all checksums as far as the section sizes still make sense (manual, chapter "Program file").
void mendChecksums(Bytes &file) {
  constexpr size_t headerBytes = 16, sectionBytes = 20;
  for (size_t at = headerBytes; at + sectionBytes <= file.size();) {
    uint64_t size = readNumber(file, at + 8, 8);
    size_t payload = at + sectionBytes;
    if (size > file.size() - payload)
      break;
    writeChecksum(file, at + 16, payload, payload + size);
    at = (payload + size + 7) / 8 * 8;
  }
  writeChecksum(file, 12, headerBytes, file.size());
}

/// A product of two 4x4 tiles with requantization, in a loop: every unit works.
Bytes smallProgram() {
  auto program = assembleProgram(
      ".machine tiny\n"
      ".region code 0x1000 1024 program\n"
      ".region x 0x2000 64 input\n"
      ".region y 0x3000 64 output\n"
      "loop count=2\n"
      "load external_address=x row_bytes=32 chunk_bytes=4 chunk_stride=1 count_0=1 count_1=1 "
      "count_2=1 post=s0\n"
      "load external_address=x+32 local_address=256 row_bytes=16 chunk_bytes=4 chunk_stride=1 "
      "count_0=1 count_1=1 count_2=1 post=s1\n"
      "matmul stationary_address=256 streamed_address=0 last_rows=4 last_columns=4 "
      "tile_count_0=1 tile_count_1=1 tile_count_2=1 tile_count_3=1 stream_count_0=8 "
      "stream_streamed_stride_0=1 stream_accumulator_stride_0=1 stream_count_1=1 wait=s0,s1 "
      "post=s2\n"
      "requantize local_address=512 multiplier=1073741824 shift=35 clamp_minimum=-128 "
      "clamp_maximum=127 last_columns=4 count_0=8 accumulator_stride_0=1 local_stride_0=1 "
      "count_1=1 wait=s2 post=s3\n"
      "store external_address=y local_address=512 row_bytes=32 chunk_bytes=4 chunk_stride=1 "
      "count_0=1 count_1=1 count_2=1 wait=s3 post=s4\n"
      "sync unit=load wait=s4\n"
      "end\n"
      "halt\n",
      "corruption");
  EXPECT_TRUE(bool(program)) << program.error().message;
  return serializeProgram(*program);
}

/// How the corruptions ended, and how many did so.
using Outcomes = std::map<std::string, unsigned>;

template <typename Value> std::string endOf(const Value &result) {
  return result ? "ran" : std::string("ended with ") + errorKindName(result.error().kind);
}

std::string endOnGolden(const Program &program) {
  auto memory = buildMemory(program);
  return endOf(Golden(program.parameters).run(program, *memory, {}, maxInstructions));
}

std::string endOnEngine(const Program &program, Engine &engine) {
  auto memory = buildMemory(program);
  RunOptions options;
  options.max_cycles = maxCycles;
  return endOf(engine.run(program, *memory, options));
}

/// A legal program ends alike everywhere; only a limit of cycles is unknown to the golden executor.
void runEverywhere(const Program &program, Engine &rtl, bool sameMachine, Outcomes &outcomes) {
  std::string golden = endOnGolden(program);
  std::string systemc = endOnEngine(program, *makeSystemCEngine(program.parameters));
  EXPECT_EQ(golden, "ran");
  EXPECT_TRUE(systemc == "ran" || systemc == "ended with limit") << systemc;
  ++outcomes["systemc " + systemc];
  if (!sameMachine)
    return;
  EXPECT_EQ(endOnEngine(program, rtl), systemc);
  ++outcomes["rtl likewise"];
}

/// Latency and the like may differ: they do not change the hardware.
bool hasHardwareOf(const Parameters &machine, const Parameters &other) {
  Parameters copy = other;
  copy.name = machine.name;
  return printParameters(copy) == printParameters(machine);
}

void corruptEveryByte(uint8_t mask, Engine &rtl, const Parameters &tiny, Outcomes &outcomes) {
  const Bytes whole = smallProgram();
  for (size_t at = 0; at < whole.size(); ++at) {
    Bytes file = whole;
    file[at] ^= mask;
    mendChecksums(file);
    SCOPED_TRACE(testing::Message() << "byte " << at << " xor " << int(mask));
    auto program = parseProgram(file, "corrupted");
    if (!program) {
      ++outcomes["rejected by the reader"];
      EXPECT_GT(program.error().message.size(), 10u);
      continue;
    }
    CheckLimits limits;
    limits.instructions = maxInstructions;
    if (auto report = checkProgram(*program, limits); !report) {
      ++outcomes["rejected by the check"];
      EXPECT_GT(report.error().message.size(), 10u);
      continue;
    }
    runEverywhere(*program, rtl, hasHardwareOf(tiny, program->parameters), outcomes);
  }
}

TEST(Corruption, OfAnySingleByteIsRejectedOrRunsToADefinedEndInEveryEngine) {
  Parameters tiny = *loadParameters("tiny");
  auto rtl = makeRtlEngine(tiny, true, false);
  ASSERT_TRUE(bool(rtl)) << rtl.error().message;
  Outcomes outcomes;
  for (uint8_t mask : {0x01, 0x80, 0xff})
    corruptEveryByte(mask, **rtl, tiny, outcomes);
  for (const auto &[name, count] : outcomes)
    std::printf("%6u %s\n", count, name.c_str());
  EXPECT_GT(outcomes["rejected by the reader"], 100u);
  EXPECT_GT(outcomes["rejected by the check"], 100u);
  EXPECT_GT(outcomes["systemc ran"], 100u);
  EXPECT_GT(outcomes["rtl likewise"], 100u);
}

} // namespace
