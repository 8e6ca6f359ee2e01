#include "Semaphores/Semaphores.h"
#include "VerilatedBlock.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

using namespace lockstep;

namespace {

/// Unit u waits for semaphores of its own and posts those of the next unit, so that no two units share one.
constexpr unsigned ownSemaphore(unsigned unit, unsigned k) { return 16 * unit + 3 * k + 1; }

void setLists(VerilatedBlock<Semaphores> &semaphores) {
  for (unsigned unit = 0; unit < 4; ++unit)
    for (unsigned k = 0; k < 3; ++k) {
      setBits(semaphores->waits_i, 21 * unit + 7 * k, 7, k == 2 ? 0 : ownSemaphore(unit, k) + 1);
      setBits(semaphores->posts_i, 21 * unit + 7 * k, 7, k == 2 ? 0 : ownSemaphore((unit + 1) % 4, k) + 1);
    }
}

TEST(Semaphores, LetAUnitStartWhenAllItsWaitsAreThere) {
  VerilatedBlock<Semaphores> semaphores;
  semaphores.reset();
  setLists(semaphores);
  std::array<unsigned, 64> counts{};
  std::mt19937 random(6);
  for (unsigned cycle = 0; cycle < 20000; ++cycle) {
    semaphores->take_i = semaphores->post_i = 0;
    semaphores.settle();
    unsigned take = 0, post = 0;
    for (unsigned unit = 0; unit < 4; ++unit) {
      const bool ready = counts[ownSemaphore(unit, 0)] && counts[ownSemaphore(unit, 1)];
      ASSERT_EQ(semaphores->ready_o >> unit & 1, ready) << "cycle " << cycle << " unit " << unit;
      take |= unsigned(ready && random() % 2) << unit;
      const bool full = counts[ownSemaphore((unit + 1) % 4, 0)] >= 255;
      post |= unsigned(!full && random() % (cycle / 1000 % 2 ? 2 : 3) == 0) << unit;
    }
    semaphores->take_i = take;
    semaphores->post_i = post;
    semaphores.settle();
    for (unsigned unit = 0; unit < 4; ++unit)
      for (unsigned k = 0; k < 2; ++k) {
        counts[ownSemaphore(unit, k)] -= take >> unit & 1;
        counts[ownSemaphore((unit + 1) % 4, k)] += post >> unit & 1;
      }
    semaphores.tick();
  }
}

} // namespace
