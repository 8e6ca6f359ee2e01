#include "NestAddress/NestAddress.h"
#include "NestCounter/NestCounter.h"
#include "VerilatedBlock.h"

#include <gtest/gtest.h>

#include <random>

using namespace lockstep;

namespace {

/// Counter and address generator together, as the units use them.
struct Nest {
  VerilatedBlock<NestCounter> counter;
  VerilatedBlock<NestAddress> address;

  void begin(uint32_t counts, uint32_t base, const int32_t (&strides)[3]) {
    counter.reset();
    counter->counts_i = counts;
    for (unsigned i = 0; i < 3; ++i)
      setBits(address->strides_i, 20 * i, 20, uint32_t(strides[i]));
    address->load_i = 1;
    address->base_i = base;
    address.tick();
    address->load_i = 0;
  }

  void step(bool really) {
    counter->step_i = address->step_i = really;
    counter.settle();
    address->level_i = counter->level_o;
    address.tick();
    counter.tick();
  }
};

TEST(Nest, WalksThreeNestedLoopsWithStridesOfEitherSign) {
  std::mt19937 random(2);
  for (unsigned round = 0; round < 200; ++round) {
    const uint32_t counts[3] = {1 + uint32_t(random() % 5), 1 + uint32_t(random() % 4), 1 + uint32_t(random() % 3)};
    int32_t strides[3];
    for (int32_t &stride : strides)
      stride = int32_t(random() % 2048) - 1024;
    const uint32_t base = random() & 0xffffff;
    Nest nest;
    nest.begin(counts[0] | counts[1] << 8 | counts[2] << 16, base, strides);
    for (uint32_t i2 = 0; i2 < counts[2]; ++i2)
      for (uint32_t i1 = 0; i1 < counts[1]; ++i1)
        for (uint32_t i0 = 0; i0 < counts[0]; ++i0) {
          nest.step(false); // a cycle without a step changes nothing
          nest.counter.settle();
          nest.address.settle();
          const uint32_t expected = base + i0 * strides[0] + i1 * strides[1] + i2 * strides[2];
          ASSERT_EQ(nest.address->address_o, expected & 0xffffff) << "round " << round;
          ASSERT_EQ(nest.counter->first_o, (i0 == 0) | (i1 == 0) << 1 | (i2 == 0) << 2);
          const bool done = i0 + 1 == counts[0] && i1 + 1 == counts[1] && i2 + 1 == counts[2];
          ASSERT_EQ(nest.counter->done_o, done);
          nest.step(true);
        }
    nest.counter.settle();
    EXPECT_EQ(nest.counter->first_o, 7) << "the step at the last iteration returns to the first";
  }
}

} // namespace
