#include "SramFifo/SramFifo.h"
#include "VerilatedBlock.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

using namespace lockstep;

namespace {

constexpr size_t kDepth = 5;

TEST(SramFifo, ShowsAnEntryInTheCycleAfterItsPush) {
  VerilatedBlock<SramFifo> fifo;
  fifo.reset();
  fifo->push_i = 1;
  fifo->push_data_i = 42;
  fifo.settle();
  EXPECT_EQ(fifo->valid_o, 0);
  fifo.tick();
  fifo->push_i = 0;
  fifo.settle();
  EXPECT_EQ(fifo->valid_o, 1);
  EXPECT_EQ(fifo->data_o, 42);
}

TEST(SramFifo, KeepsTheOrderUnderEveryPatternOfPushAndPop) {
  VerilatedBlock<SramFifo> fifo;
  fifo.reset();
  std::mt19937 random(1);
  std::deque<uint16_t> model;
  for (unsigned cycle = 0; cycle < 20000; ++cycle) {
    const bool pop = !model.empty() && random() % 4 != 0;
    const bool push = model.size() < kDepth && random() % (1 + cycle / 4000) == 0;
    fifo->pop_i = pop;
    fifo->push_i = push;
    fifo->push_data_i = uint16_t(random());
    fifo.settle();
    ASSERT_EQ(fifo->count_o, model.size()) << "cycle " << cycle;
    ASSERT_EQ(fifo->valid_o, !model.empty());
    if (!model.empty()) {
      ASSERT_EQ(fifo->data_o, model.front()) << "cycle " << cycle;
    }
    if (pop)
      model.pop_front();
    if (push)
      model.push_back(fifo->push_data_i);
    fifo.tick();
  }
}

} // namespace
