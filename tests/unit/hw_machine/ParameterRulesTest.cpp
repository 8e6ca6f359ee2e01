// Every limit and every rule between parameters: the last value that is allowed and the first that is not.
#include "hw/machine/ParameterInfo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

using namespace lockstep;
using testing::HasSubstr;

namespace {

using Change = std::function<void(Parameters &)>;

Parameters changed(const Change &change) {
  Parameters parameters;
  change(parameters);
  return parameters;
}

void expectAllowed(const Change &change) {
  const Status status = checkParameters(changed(change));
  EXPECT_TRUE(status) << status.error().message;
}

void expectForbidden(const Change &change, const std::string &message) {
  const Status status = checkParameters(changed(change));
  ASSERT_FALSE(status) << message;
  EXPECT_EQ(status.error().kind, ErrorKind::Parameter);
  EXPECT_THAT(status.error().message, HasSubstr(message));
}

} // namespace

TEST(ParameterLimits, AreEnforcedOneBeyondEachEnd) {
  for (const ParameterInfo &info : parameterList())
    for (int64_t value : {info.minimum - 1, info.maximum + 1})
      expectForbidden([&](Parameters &p) { p.*info.member = value; },
                      info.fullName() + ": " + std::to_string(value) + " is out of range; allowed is " +
                          std::to_string(info.minimum) + " to " + std::to_string(info.maximum) + " " +
                          info.unit + ".");
}

TEST(ParameterLimits, AreNotEnforcedOneEarly) {
  for (const ParameterInfo &info : parameterList())
    for (int64_t value : {info.minimum, info.maximum}) {
      const auto violation = findViolation(changed([&](Parameters &p) { p.*info.member = value; }));
      if (violation) { // a rule may be broken, the limit is not
        EXPECT_THAT(violation->text, testing::Not(HasSubstr("out of range"))) << info.fullName();
      }
    }
}

TEST(ParameterLimits, HoldForTheDefaults) {
  expectAllowed([](Parameters &) {});
  for (const ParameterInfo &info : parameterList()) {
    EXPECT_LE(info.minimum, info.initial) << info.fullName();
    EXPECT_GE(info.maximum, info.initial) << info.fullName();
  }
}

TEST(ParameterRules, NamesArePlain) {
  expectAllowed([](Parameters &p) { p.name = "base+memory.latency_cycles=100,x_1-2"; });
  for (const std::string &name : {std::string(), std::string("a b"), std::string("a\nb"),
                                  std::string(1, '\0'), std::string(256, 'a'), std::string("\"")})
    expectForbidden([&](Parameters &p) { p.name = name; }, "is not a name");
}

TEST(ParameterRules, PowersOfTwo) {
  expectForbidden([](Parameters &p) { p.scratchpad_banks = 6; },
                  "scratchpad.banks: 6 is not allowed; it must be a power");
  expectForbidden([](Parameters &p) { p.accumulator_banks = 3; }, "accumulator.banks: 3 is not allowed");
  expectForbidden([](Parameters &p) { p.memory_read_bytes_per_cycle = 12; },
                  "memory.read_bytes_per_cycle: 12");
  expectForbidden([](Parameters &p) { p.memory_write_bytes_per_cycle = 12; },
                  "memory.write_bytes_per_cycle: 12");
  expectForbidden([](Parameters &p) { p.memory_burst_bytes = 96; }, "memory.burst_bytes: 96");
  expectForbidden([](Parameters &p) { p.sequencer_instruction_buffer = 48; },
                  "sequencer.instruction_buffer: 48");
  expectForbidden([](Parameters &p) { p.dram_bank_groups = 3; }, "dram.bank_groups: 3");
  expectForbidden([](Parameters &p) { p.dram_banks_per_group = 5; }, "dram.banks_per_group: 5");
  expectForbidden([](Parameters &p) { p.dram_row_bytes = 100; }, "dram.row_bytes: 100");
  expectForbidden([](Parameters &p) { p.dram_access_bytes = 24; }, "dram.access_bytes: 24");
}

TEST(ParameterRules, ScratchpadIsBanksOfAPowerOfTwoOfWords) {
  expectAllowed([](Parameters &p) { p.scratchpad_size_bytes = 8 * 16 * 2; });
  expectForbidden([](Parameters &p) { p.scratchpad_size_bytes = 8 * 16; },
                  "scratchpad.size_bytes: 128 is not allowed");
  expectForbidden([](Parameters &p) { p.scratchpad_size_bytes = 262143; }, "such as 131072 or 262144");
  expectForbidden(
      [](Parameters &p) { p.scratchpad_size_bytes = 8 * 16 * 3; },
      "it must be 8 banks of a power of two (at least 2) of words of 16 bytes, such as 256 or 512.");
}

TEST(ParameterRules, ScratchpadHasAtMost2To24Words) {
  expectAllowed([](Parameters &p) { p.scratchpad_size_bytes = (1 << 24) * int64_t{16}; });
  expectForbidden([](Parameters &p) { p.scratchpad_size_bytes = (1 << 24) * int64_t{32}; },
                  "at most 16777216 words of 16 bytes, 268435456, are allowed");
}

TEST(ParameterRules, AccumulatorIsBanksOfAPowerOfTwoOfWords) {
  expectAllowed([](Parameters &p) { p.accumulator_size_bytes = 8 * 64 * 2; });
  expectForbidden([](Parameters &p) { p.accumulator_size_bytes = 8 * 64; },
                  "accumulator.size_bytes: 512 is not allowed");
  expectForbidden([](Parameters &p) { p.accumulator_size_bytes = 8 * 64 * 6; }, "such as 2048 or 4096");
}

TEST(ParameterRules, AccumulatorHasAtMost2To20Words) {
  expectAllowed([](Parameters &p) { p.accumulator_size_bytes = (1 << 20) * int64_t{64}; });
  expectForbidden([](Parameters &p) { p.accumulator_size_bytes = (1 << 21) * int64_t{64}; },
                  "accumulator.size_bytes: 134217728 is too large; at most 1048576 words");
}

TEST(ParameterRules, WordsNeedNotBePowersOfTwo) {
  expectAllowed([](Parameters &p) {
    p.array_rows = 3;
    p.array_columns = 5;
    p.array_weight_load_bytes_per_cycle = 5;
    p.vector_lanes = 5;
    p.scratchpad_size_bytes = 8 * 5 * 128;
    p.accumulator_size_bytes = 8 * 20 * 16;
  });
}

TEST(ParameterRules, WeightPortIsAPowerOfTwoOfVectorsWithinAStage) {
  expectAllowed([](Parameters &p) { p.array_weight_load_bytes_per_cycle = 64; });
  expectForbidden(
      [](Parameters &p) { p.array_weight_load_bytes_per_cycle = 8; },
      "array.weight_load_bytes_per_cycle: 8 is not allowed; it must be 16 (the bytes of a vector) times");
  expectForbidden([](Parameters &p) { p.array_weight_load_bytes_per_cycle = 48; }, "times a power of two");
  expectForbidden([](Parameters &p) { p.array_weight_load_bytes_per_cycle = 128; },
                  "times the smaller of stage_rows = 4 and stage_columns = 4");
  expectForbidden(
      [](Parameters &p) {
        p.array_weight_load_bytes_per_cycle = 32;
        p.array_stage_columns = 1;
      },
      "stage_columns = 1");
  expectAllowed([](Parameters &p) { p.array_stage_rows = p.array_stage_columns = 1; });
}

TEST(ParameterRules, WeightPortIsAtMostABank) {
  const auto withPort = [](int64_t words) {
    return [words](Parameters &p) {
      p.scratchpad_size_bytes = 8 * 16 * 2;
      p.array_weight_load_bytes_per_cycle = 16 * words;
    };
  };
  expectAllowed(withPort(2));
  expectForbidden(withPort(4), "at most the bytes of a scratchpad bank, 32.");
}

TEST(ParameterRules, PortsFitIntoABurstOfAtMost256Beats) {
  expectAllowed([](Parameters &p) { p.memory_read_bytes_per_cycle = p.memory_write_bytes_per_cycle = 64; });
  expectForbidden([](Parameters &p) { p.memory_read_bytes_per_cycle = 128; },
                  "memory.read_bytes_per_cycle: 128 is not allowed; it must be at most burst_bytes = 64.");
  expectForbidden([](Parameters &p) { p.memory_write_bytes_per_cycle = 128; },
                  "memory.write_bytes_per_cycle: 128");
  expectAllowed([](Parameters &p) { p.memory_burst_bytes = 4096; });
  expectForbidden(
      [](Parameters &p) {
        p.memory_burst_bytes = 2048;
        p.memory_write_bytes_per_cycle = 4;
      },
      "memory.burst_bytes: 2048 is not allowed; it must be at most 256 beats of memory.write_bytes_per_cycle "
      "= 4, 1024.");
}

TEST(ParameterRules, WriteSlotsHoldTheBurstThatAWordEndsAndThoseThatItBegins) {
  const auto withSlots = [](int64_t slots) {
    return [slots](Parameters &p) { p.memory_write_bursts_in_flight = slots; };
  };
  expectAllowed(withSlots(2));
  expectForbidden(withSlots(1), "memory.write_bursts_in_flight: 1 is not allowed; it must be at least 2");
  Parameters wide =
      *loadParameters("datacenter"); // 128-byte words over 128-byte bursts, then over 64-byte ones
  wide.memory_burst_bytes = 128;
  wide.memory_write_bursts_in_flight = 2;
  EXPECT_TRUE(checkParameters(wide));
  wide.memory_burst_bytes = wide.memory_read_bytes_per_cycle = wide.memory_write_bytes_per_cycle = 64;
  EXPECT_FALSE(checkParameters(wide));
  wide.memory_write_bursts_in_flight = 3;
  EXPECT_TRUE(checkParameters(wide));
}

TEST(ParameterRules, VectorLanesDivideTheColumns) {
  expectAllowed([](Parameters &p) { p.vector_lanes = 1; });
  expectForbidden([](Parameters &p) { p.vector_lanes = 3; },
                  "vector.lanes: 3 is not allowed; it must divide array.columns = 16.");
  expectForbidden([](Parameters &p) { p.vector_lanes = 32; }, "it must divide array.columns = 16.");
}

TEST(ParameterRules, FetchAheadIsAtMostHalfOfTheBuffer) {
  expectAllowed([](Parameters &p) { p.sequencer_fetch_ahead = 32; });
  expectForbidden(
      [](Parameters &p) { p.sequencer_fetch_ahead = 33; },
      "sequencer.fetch_ahead: 33 is not allowed; it must be at most half of instruction_buffer = 64.");
}

TEST(ParameterRules, DramAccessesFitIntoARow) {
  expectAllowed([](Parameters &p) { p.dram_access_bytes = p.dram_row_bytes = 256; });
  expectForbidden(
      [](Parameters &p) {
        p.dram_access_bytes = 256;
        p.dram_row_bytes = 128;
      },
      "dram.access_bytes: 256 is not allowed; it must be at most row_bytes = 128.");
}

TEST(ParameterRules, DramRefreshLeavesTimeForAnAccess) {
  const auto withInterval = [](int64_t ticks) { return [ticks](Parameters &p) { p.dram_t_refi = ticks; }; };
  expectAllowed(withInterval(420 + 17 + 4 + 1));
  expectForbidden(withInterval(420 + 17 + 4),
                  "dram.t_refi: 441 is not allowed; it must be more than t_rfc + t_rcd + "
                  "t_rrd = 441, or t_rfc must be 0.");
  expectAllowed([](Parameters &p) {
    p.dram_t_refi = 100;
    p.dram_t_rcd = 200;
    p.dram_t_rfc = 0;
  });
}
