#include "Mesh5x3/Mesh5x3.h"
#include "VerilatedBlock.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

using namespace lockstep;

namespace {

constexpr unsigned kRows = 5, kColumns = 3, kLanes = 5, kWordsPerCycle = 2;
constexpr unsigned kRowStages = 3, kColumnStages = 2; // of 2 x 2 PEs

int32_t operand(std::mt19937 &random) {
  const int32_t extremes[] = {-255, 255, 0, -256};
  return random() % 4 ? int32_t(random() % 511) - 255 : extremes[random() % 4];
}

struct Tile {
  int32_t weight[kRows][kColumns];
};

/// A mesh of ragged blocks; tiles go in turn to its two buffers, as the loader does it.
class Bench {
public:
  Bench() : random(9) { mesh.reset(); }

  /// A tile's words, kWordsPerCycle in a cycle, while vectors of the tile before may stream.
  void load(bool turned, bool streaming) {
    const unsigned words = turned ? kColumns : kRows;
    for (auto &row : tiles[loading].weight)
      for (int32_t &weight : row)
        weight = operand(random);
    for (unsigned group = 0; group * kWordsPerCycle < words; ++group) {
      offer(turned, group);
      cycle(streaming && random() % 4);
    }
    mesh->weights_valid_i = 0;
    loading = !loading;
  }

  /// The tile that was loaded last is used from now on; the manual's earliest cycle is the one after the load.
  void use() { using_buffer = !loading; }

  void stream(unsigned cycles) {
    while (cycles-- > 0)
      cycle(random() % 4);
  }

private:
  void offer(bool turned, unsigned group) {
    mesh->weights_valid_i = 1;
    mesh->weights_turned_i = turned;
    mesh->weights_buffer_i = loading;
    mesh->weights_group_i = uint8_t(group);
    for (unsigned word = 0; word < kWordsPerCycle; ++word)
      for (unsigned lane = 0; lane < kLanes; ++lane)
        setBits(mesh->weights_i, 9 * (kLanes * word + lane), 9, uint32_t(lookUp(turned, group * kWordsPerCycle + word, lane)));
  }

  int32_t lookUp(bool turned, unsigned word, unsigned lane) {
    const unsigned row = turned ? lane : word, column = turned ? word : lane;
    return row < kRows && column < kColumns ? tiles[loading].weight[row][column] : operand(random);
  }

  void cycle(bool valid) {
    Sums sums{valid, {}};
    mesh->valid_i = valid;
    mesh->buffer_i = using_buffer;
    for (unsigned r = 0; r < kRows; ++r) {
      const int32_t x = operand(random);
      setBits(mesh->x_i, 9 * r, 9, uint32_t(x));
      for (unsigned c = 0; c < kColumns; ++c)
        sums.column[c] += x * tiles[using_buffer].weight[r][c];
    }
    promised.push_back(sums);
    mesh.settle();
    check();
    mesh.tick();
  }

  /// Sums leave kRowStages + kColumnStages - 1 cycles after their vector came.
  void check() {
    if (promised.size() < kRowStages + kColumnStages)
      return;
    const Sums sums = promised.front();
    promised.pop_front();
    for (unsigned c = 0; c < kColumns && sums.valid; ++c)
      ASSERT_EQ(int32_t(bitsOf(mesh->sums_o, 32 * c, 32)), sums.column[c]) << "column " << c;
  }

  struct Sums {
    bool valid;
    int32_t column[kColumns];
  };
  VerilatedBlock<Mesh5x3> mesh;
  std::mt19937 random;
  Tile tiles[2]{};
  bool loading = false, using_buffer = false;
  std::deque<Sums> promised;
};

TEST(Mesh, MultipliesByTheTileOfEachVectorInEitherOrientation) {
  std::mt19937 random(10);
  Bench bench;
  for (unsigned round = 0; round < 2000; ++round) {
    // A tile loads while the one before streams; then the next one is loaded as early as the manual allows.
    bench.load(random() % 2, round > 0);
    bench.use();
    bench.stream(random() % 4);
  }
}

} // namespace
