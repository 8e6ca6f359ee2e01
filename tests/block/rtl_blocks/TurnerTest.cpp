#include "Turner/Turner.h"
#include "VerilatedBlock.h"

#include <gtest/gtest.h>

#include <random>

using namespace lockstep;

namespace {

constexpr unsigned kLanes = 5, kChunks = 3, kBuffers = 2;

struct Pages {
  uint8_t element[kBuffers * kChunks][kLanes][kLanes]; // [page, row, byte]
};

void write(VerilatedBlock<Turner> &turner, Pages &pages, unsigned page, unsigned row, std::mt19937 &random) {
  turner->write_i = 1;
  turner->write_page_i = page;
  turner->write_row_i = row;
  for (unsigned byte = 0; byte < kLanes; ++byte) {
    pages.element[page][row][byte] = uint8_t(random());
    setBits(turner->write_data_i, 8 * byte, 8, pages.element[page][row][byte]);
  }
}

TEST(Turner, ReadsColumnsOfTheRowsThatWereWritten) {
  VerilatedBlock<Turner> turner;
  std::mt19937 random(4);
  Pages pages{};
  for (unsigned page = 0; page < kBuffers * kChunks; ++page)
    for (unsigned row = 0; row < kLanes; ++row) {
      write(turner, pages, page, row, random);
      turner.tick();
    }
  turner->write_i = 0;
  for (unsigned page = 0; page < kBuffers * kChunks; ++page)
    for (unsigned byte = 0; byte < kLanes; ++byte) {
      turner->read_i = 1;
      turner->read_page_i = page;
      turner->read_lane_i = byte;
      turner.tick();
      turner.settle();
      for (unsigned row = 0; row < kLanes; ++row)
        ASSERT_EQ(bitsOf(turner->read_data_o, 8 * row, 8), pages.element[page][row][byte]) << page << " " << byte;
    }
}

TEST(Turner, ReadsAColumnWhoseRowIsWrittenInTheSameCycle) {
  VerilatedBlock<Turner> turner;
  std::mt19937 random(5);
  Pages pages{};
  for (unsigned page = 0; page < kBuffers * kChunks; ++page)
    for (unsigned row = 0; row < kLanes; ++row) {
      write(turner, pages, page, row, random);
      turner.tick();
    }
  for (unsigned cycle = 0; cycle < 2000; ++cycle) {
    const unsigned page = random() % (kBuffers * kChunks), byte = random() % kLanes;
    write(turner, pages, random() % 2 ? page : random() % (kBuffers * kChunks), random() % kLanes, random);
    turner->read_i = 1;
    turner->read_page_i = page;
    turner->read_lane_i = byte;
    turner.tick();
    turner.settle();
    for (unsigned row = 0; row < kLanes; ++row)
      ASSERT_EQ(bitsOf(turner->read_data_o, 8 * row, 8), pages.element[page][row][byte]) << "cycle " << cycle;
  }
}

} // namespace
