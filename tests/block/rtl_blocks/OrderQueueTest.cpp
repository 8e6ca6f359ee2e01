#include "OrderQueue/OrderQueue.h"
#include "VerilatedBlock.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

using namespace lockstep;

namespace {

/// In the words of the manual: finish = max(natural finish, finish of the one before + 1); a sync's natural finish is its start
/// + 1, another's is the cycle of its completion. Completions may come while syncs before them have not finished.
TEST(OrderQueue, FinishesInTheOrderOfStartsAndAtMostOneInACycle) {
  VerilatedBlock<OrderQueue> queue;
  queue.reset();
  std::mt19937 random(3);
  struct Entry {
    bool sync;
    uint32_t posts;
  };
  std::deque<Entry> open;
  unsigned waiting = 0; // started, not a sync, and not completed
  unsigned completed = 0; // without their finish
  for (unsigned cycle = 0; cycle < 20000; ++cycle) {
    const bool complete = waiting > 0 && random() % 3 == 0;
    const bool push = open.size() < 8 && random() % 2;
    queue->push_i = push;
    queue->push_sync_i = random() % 2;
    queue->push_posts_i = random() & 0x1fffff;
    queue->complete_i = complete;
    queue.settle();
    ASSERT_EQ(queue->full_o, open.size() == 8);
    ASSERT_EQ(queue->empty_o, open.empty());
    completed += complete;
    waiting -= complete;
    const bool finish = !open.empty() && (open.front().sync || completed > 0);
    ASSERT_EQ(queue->finish_o, finish) << "cycle " << cycle;
    if (finish) {
      ASSERT_EQ(queue->posts_o, open.front().posts);
      completed -= !open.front().sync;
      open.pop_front();
    }
    if (push) {
      open.push_back({bool(queue->push_sync_i), queue->push_posts_i});
      waiting += !queue->push_sync_i;
    }
    queue.tick();
  }
}

} // namespace
