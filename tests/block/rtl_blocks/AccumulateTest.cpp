#include "Accumulate/Accumulate.h"
#include "VerilatedBlock.h"
#include "hw/numbers/Numbers.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

using namespace lockstep;

namespace {

constexpr unsigned kColumns = 3, kWords = 4;
using Word = std::array<int32_t, kColumns>;

struct Vector {
  bool valid, overwrite, ends;
  unsigned address, columns;
  Word sums;
};

Vector randomVector(std::mt19937 &random) {
  Vector v{random() % 4 != 0, random() % 4 == 0, random() % 8 == 0, unsigned(random() % kWords), unsigned(1 + random() % kColumns), {}};
  for (int32_t &sum : v.sums)
    sum = int32_t(random());
  return v;
}

/// What the word holds after the vector (manual, "Matrix unit").
void apply(const Vector &v, std::array<Word, kWords> &memory) {
  for (unsigned c = 0; c < kColumns; ++c)
    memory[v.address][c] =
        wrapAdd32(v.overwrite ? 0 : memory[v.address][c], c < v.columns ? v.sums[c] : 0);
}

/// The block with a memory that reads in one cycle and returns the old word when it is written at once.
class Bench {
public:
  Bench() { block.reset(); }

  /// One cycle: `entering` is in its cycle a - 1, `adding` in a.
  void cycle(const Vector &entering, const Vector &adding) {
    block->valid_i = entering.valid;
    block->address_i = entering.address;
    block->overwrite_i = entering.overwrite;
    block->ends_i = entering.ends;
    block->columns_i = uint8_t(entering.columns);
    for (unsigned c = 0; c < kColumns; ++c) {
      setBits(block->sums_i, 32 * c, 32, uint32_t(adding.sums[c]));
      setBits(block->read_data_i, 32 * c, 32, uint32_t(read[c]));
    }
    block.settle();
    if (block->read_o)
      read = memory[block->read_address_o];
    if (block->write_o)
      for (unsigned c = 0; c < kColumns; ++c)
        memory[block->write_address_o][c] = int32_t(bitsOf(block->write_data_o, 32 * c, 32));
  }

  VerilatedBlock<Accumulate> block;
  std::array<Word, kWords> memory{};

private:
  Word read{};
};

TEST(Accumulate, ForwardsSumsThatAreNotYetInTheMemory) {
  std::mt19937 random(8);
  Bench bench;
  std::array<Word, kWords> expected{};
  Vector none{};
  std::vector<Vector> pipe(3, none); // in a - 1, a, a + 1
  for (unsigned cycle = 0; cycle < 50000; ++cycle) {
    pipe.insert(pipe.begin(), randomVector(random));
    pipe.pop_back();
    bench.cycle(pipe[0], pipe[1]);
    const Vector &written = pipe[2];
    ASSERT_EQ(bench.block->write_o, written.valid) << "cycle " << cycle;
    ASSERT_EQ(bench.block->complete_o, written.valid && written.ends);
    if (written.valid) {
      apply(written, expected);
      ASSERT_EQ(bench.block->write_address_o, written.address);
      ASSERT_EQ(bench.memory[written.address], expected[written.address]) << "cycle " << cycle;
    }
    bench.block.tick();
  }
}

} // namespace
