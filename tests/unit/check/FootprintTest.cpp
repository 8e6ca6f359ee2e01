// Footprints against the enumeration of all words that the manual's loops name.
#include "hw/check/Footprint.h"
#include "tests/unit/check/LegalInstructions.h"

#include <gtest/gtest.h>

#include <random>

namespace lockstep {
namespace {

/// Lowest and highest of the addresses that were seen.
struct Seen {
  int64_t low = INT64_MAX, high = INT64_MIN;
  void add(int64_t address, int64_t bytes = 1) {
    low = std::min(low, address);
    high = std::max(high, address + bytes - 1);
  }
};

void expectEqual(const Access &access, const Seen &seen) {
  EXPECT_EQ(static_cast<int64_t>(access.low), seen.low) << access.field;
  EXPECT_EQ(static_cast<int64_t>(access.high), seen.high) << access.field;
}

class Numbers {
public:
  explicit Numbers(unsigned seed) : random(seed) {}
  uint64_t count(uint64_t most) { return 1 + random() % most; }
  int64_t stride() { return static_cast<int64_t>(random() % 41) - 20; }

private:
  std::mt19937 random;
};

template <typename Transfer> Transfer randomTransfer(Numbers &n) {
  Transfer t;
  t.external_address = 100000, t.local_address = 100000;
  t.count_0 = n.count(4), t.count_1 = n.count(4), t.count_2 = n.count(4);
  t.external_stride_0 = n.stride(), t.external_stride_1 = n.stride(), t.external_stride_2 = n.stride();
  t.local_stride_0 = n.stride(), t.local_stride_1 = n.stride(), t.local_stride_2 = n.stride();
  t.row_bytes = n.count(20), t.chunk_bytes = n.count(4), t.chunk_stride = n.stride();
  return t;
}

template <typename Transfer, typename Visit> void forEachRow(const Transfer &t, Visit &&visit) {
  for (int64_t i2 = 0; i2 < static_cast<int64_t>(t.count_2); ++i2)
    for (int64_t i1 = 0; i1 < static_cast<int64_t>(t.count_1); ++i1)
      for (int64_t i0 = 0; i0 < static_cast<int64_t>(t.count_0); ++i0)
        visit(i2, i1, i0);
}

template <typename Transfer> Seen externalBytes(const Transfer &t) {
  Seen seen;
  forEachRow(t, [&](int64_t i2, int64_t i1, int64_t i0) {
    seen.add(static_cast<int64_t>(t.external_address) + i2 * t.external_stride_2 + i1 * t.external_stride_1 +
                 i0 * t.external_stride_0,
             static_cast<int64_t>(t.row_bytes));
  });
  return seen;
}

template <typename Transfer> Seen chunkWords(const Transfer &t) {
  Seen seen;
  forEachRow(t, [&](int64_t i2, int64_t i1, int64_t i0) {
    for (int64_t j = 0; j * static_cast<int64_t>(t.chunk_bytes) < static_cast<int64_t>(t.row_bytes); ++j)
      seen.add(static_cast<int64_t>(t.local_address) + i2 * t.local_stride_2 + i1 * t.local_stride_1 +
               i0 * t.local_stride_0 + j * t.chunk_stride);
  });
  return seen;
}

TEST(Footprint, OfTransfersIsTheSpanOfTheirRowsAndChunks) {
  Numbers n(1);
  for (int i = 0; i < 500; ++i) {
    const auto load = randomTransfer<LoadInstruction>(n);
    const Footprint loaded = footprintOf(load, testMachine(4, 4));
    expectEqual(loaded.accesses[0], externalBytes(load));
    expectEqual(loaded.accesses[1], chunkWords(load));
    const auto store = randomTransfer<StoreInstruction>(n);
    const Footprint stored = footprintOf(store, testMachine(4, 4));
    expectEqual(stored.accesses[0], chunkWords(store));
    expectEqual(stored.accesses[1], externalBytes(store));
  }
}

TEST(Footprint, OfATransposedLoadHasAWordForEachByteOfARow) {
  Numbers n(2);
  for (int i = 0; i < 500; ++i) {
    auto load = randomTransfer<LoadInstruction>(n);
    load.transpose = 1;
    Seen seen;
    forEachRow(load, [&](int64_t i2, int64_t i1, int64_t) {
      for (int64_t m = 0; m < static_cast<int64_t>(load.row_bytes); ++m)
        seen.add(static_cast<int64_t>(load.local_address) + i2 * load.local_stride_2 +
                 i1 * load.local_stride_1 + m * load.local_stride_0);
    });
    expectEqual(footprintOf(load, testMachine(4, 4)).accesses[1], seen);
  }
}

MatmulInstruction randomMatmul(Numbers &n) {
  MatmulInstruction m;
  m.stationary_address = m.streamed_address = m.accumulator_address = 10000;
  m.stationary_stride = n.count(9) - 1, m.transpose_stationary = n.count(2) - 1;
  m.last_rows = n.count(3), m.last_columns = n.count(5);
  m.tile_count_0 = n.count(3), m.tile_count_1 = n.count(3), m.tile_count_2 = n.count(3),
  m.tile_count_3 = n.count(3);
  m.stream_count_0 = n.count(4), m.stream_count_1 = n.count(4);
  m.tile_streamed_stride_0 = n.stride(), m.tile_streamed_stride_1 = n.stride();
  m.tile_streamed_stride_2 = n.stride(), m.tile_streamed_stride_3 = n.stride();
  m.tile_accumulator_stride_0 = n.stride(), m.tile_accumulator_stride_1 = n.stride();
  m.tile_accumulator_stride_2 = n.stride(), m.tile_accumulator_stride_3 = n.stride();
  m.stream_streamed_stride_0 = n.stride(), m.stream_streamed_stride_1 = n.stride();
  m.stream_accumulator_stride_0 = n.stride(), m.stream_accumulator_stride_1 = n.stride();
  return m;
}

struct MatmulWords {
  Seen stationary, streamed, accumulator;
};

MatmulWords enumerate(const MatmulInstruction &m, int64_t rows, int64_t columns) {
  MatmulWords seen;
  int64_t t = 0;
  for (int64_t t3 = 0; t3 < static_cast<int64_t>(m.tile_count_3); ++t3)
    for (int64_t t2 = 0; t2 < static_cast<int64_t>(m.tile_count_2); ++t2)
      for (int64_t t1 = 0; t1 < static_cast<int64_t>(m.tile_count_1); ++t1)
        for (int64_t t0 = 0; t0 < static_cast<int64_t>(m.tile_count_0); ++t0, ++t) {
          const bool lastRow = t0 + 1 == static_cast<int64_t>(m.tile_count_0);
          const bool lastColumn = t3 + 1 == static_cast<int64_t>(m.tile_count_3);
          const int64_t words = m.transpose_stationary
                                    ? (lastColumn ? static_cast<int64_t>(m.last_columns) : columns)
                                    : (lastRow ? static_cast<int64_t>(m.last_rows) : rows);
          seen.stationary.add(10000 + t * static_cast<int64_t>(m.stationary_stride), words);
          for (int64_t s1 = 0; s1 < static_cast<int64_t>(m.stream_count_1); ++s1)
            for (int64_t s0 = 0; s0 < static_cast<int64_t>(m.stream_count_0); ++s0) {
              seen.streamed.add(10000 + t0 * m.tile_streamed_stride_0 + t1 * m.tile_streamed_stride_1 +
                                t2 * m.tile_streamed_stride_2 + t3 * m.tile_streamed_stride_3 +
                                s0 * m.stream_streamed_stride_0 + s1 * m.stream_streamed_stride_1);
              seen.accumulator.add(10000 + t0 * m.tile_accumulator_stride_0 +
                                   t1 * m.tile_accumulator_stride_1 + t2 * m.tile_accumulator_stride_2 +
                                   t3 * m.tile_accumulator_stride_3 + s0 * m.stream_accumulator_stride_0 +
                                   s1 * m.stream_accumulator_stride_1);
            }
        }
  return seen;
}

TEST(Footprint, OfAMatmulIsTheSpanOfTilesVectorsAndResults) {
  Numbers n(3);
  for (int i = 0; i < 1000; ++i) {
    const MatmulInstruction m = randomMatmul(n);
    const Footprint footprint = footprintOf(m, testMachine(3, 5));
    const MatmulWords words = enumerate(m, 3, 5);
    expectEqual(footprint.accesses[0], words.stationary);
    expectEqual(footprint.accesses[1], words.streamed);
    expectEqual(footprint.accesses[2], words.accumulator);
    EXPECT_TRUE(footprint.accesses[2].reads && footprint.accesses[2].writes);
  }
}

TEST(Footprint, OfARequantizeIsTheSpanOfRowsAndResults) {
  Numbers n(4);
  const int64_t C = 5, V = 5;
  for (int i = 0; i < 1000; ++i) {
    RequantizeInstruction q;
    q.accumulator_address = q.local_address = 10000, q.parameter_address = 500;
    q.count_0 = n.count(12), q.count_1 = n.count(4), q.last_columns = n.count(5);
    q.accumulator_stride_0 = n.stride(), q.accumulator_stride_1 = n.stride();
    q.local_stride_0 = n.stride(), q.local_stride_1 = n.stride(), q.transpose_stride = n.stride();
    q.output_type = n.count(4) - 1, q.has_bias = n.count(2) - 1;
    if (q.output_type < 2)
      q.transpose = n.count(2) - 1;
    if (q.output_type != 2)
      q.per_channel = n.count(2) - 1, q.channel_axis = n.count(2) - 1;
    Seen rows, results, parameters;
    const auto perBlock = static_cast<int64_t>(q.has_bias + 2 * q.per_channel);
    for (int64_t i1 = 0; i1 < static_cast<int64_t>(q.count_1); ++i1)
      for (int64_t i0 = 0; i0 < static_cast<int64_t>(q.count_0); ++i0) {
        const int64_t columns =
            i1 + 1 == static_cast<int64_t>(q.count_1) ? static_cast<int64_t>(q.last_columns) : C;
        rows.add(10000 + i1 * q.accumulator_stride_1 + i0 * q.accumulator_stride_0);
        if (perBlock)
          parameters.add(500 + (q.channel_axis ? i0 / C : i1) * perBlock, perBlock);
        if (!q.transpose)
          results.add(10000 + i1 * q.local_stride_1 + i0 * q.local_stride_0, q.output_type == 2   ? 4
                                                                             : q.output_type == 3 ? 2
                                                                                                  : 1);
        else
          for (int64_t c = 0; c < columns; ++c)
            results.add(10000 + i1 * q.local_stride_1 + i0 / V * q.local_stride_0 + c * q.transpose_stride);
      }
    const Footprint footprint = footprintOf(q, testMachine(3, 5));
    expectEqual(footprint.accesses[0], rows);
    expectEqual(footprint.accesses[footprint.count - 1], results);
    ASSERT_EQ(footprint.count, perBlock ? 3u : 2u);
    if (perBlock)
      expectEqual(footprint.accesses[1], parameters);
  }
}

/// Words of a row of 5 lanes on testMachine(3, 5), whose scratchpad words have 5 bytes.
int64_t rowWords(uint64_t type, uint64_t memory) {
  const int64_t inScratchpad[] = {1, 1, 4, 2, 2, 2}, inAccumulator[] = {1, 1, 1, 1, 2, 2};
  return memory ? inAccumulator[type] : inScratchpad[type];
}

TEST(Footprint, OfElementwiseIsTheSpanOfBothOperandsAndTheResults) {
  Numbers n(6);
  for (int i = 0; i < 1000; ++i) {
    ElementwiseInstruction e;
    e.a_address = e.b_address = e.output_address = 10000;
    e.count_0 = n.count(4), e.count_1 = n.count(4), e.count_2 = n.count(4);
    e.a_stride_0 = n.stride(), e.a_stride_1 = n.stride(), e.a_stride_2 = n.stride();
    e.b_stride_0 = n.stride(), e.b_stride_1 = n.stride(), e.b_stride_2 = n.stride();
    e.output_stride_0 = n.stride(), e.output_stride_1 = n.stride(), e.output_stride_2 = n.stride();
    e.a_memory = n.count(2) - 1, e.b_memory = n.count(2) - 1, e.output_memory = n.count(2) - 1;
    e.a_type = e.a_memory ? 1 + n.count(4) : n.count(5) - 1;
    e.b_type = e.b_memory ? 1 + n.count(4) : n.count(5) - 1;
    e.output_type = e.output_memory ? 2 : n.count(5) - 1;
    const bool immediate = n.count(3) == 1;
    Seen a, b, results;
    forEachRow(e, [&](int64_t i2, int64_t i1, int64_t i0) {
      a.add(10000 + i2 * e.a_stride_2 + i1 * e.a_stride_1 + i0 * e.a_stride_0,
            rowWords(e.a_type, e.a_memory));
      b.add(10000 + i2 * e.b_stride_2 + i1 * e.b_stride_1 + i0 * e.b_stride_0,
            rowWords(e.b_type, e.b_memory));
      results.add(10000 + i2 * e.output_stride_2 + i1 * e.output_stride_1 + i0 * e.output_stride_0,
                  rowWords(e.output_type, e.output_memory));
    });
    if (immediate)
      e.b_type = 7;
    const Footprint footprint = footprintOf(e, testMachine(3, 5));
    ASSERT_EQ(footprint.count, immediate ? 2u : 3u);
    expectEqual(footprint.accesses[0], a);
    EXPECT_EQ(footprint.accesses[0].space, e.a_memory ? Space::Accumulator : Space::Scratchpad);
    if (!immediate) {
      expectEqual(footprint.accesses[1], b);
      EXPECT_EQ(footprint.accesses[1].space, e.b_memory ? Space::Accumulator : Space::Scratchpad);
    }
    const Access &last = footprint.accesses[footprint.count - 1];
    expectEqual(last, results);
    EXPECT_EQ(last.space, e.output_memory ? Space::Accumulator : Space::Scratchpad);
    EXPECT_TRUE(last.writes && !last.reads);
  }
}

TEST(Footprint, OfReduceIsTheSpanOfSlicesAndResults) {
  Numbers n(7);
  for (int i = 0; i < 1000; ++i) {
    ReduceInstruction r;
    r.a_address = r.output_address = 10000;
    r.count_0 = n.count(5), r.count_1 = n.count(5), r.last_columns = n.count(5);
    r.a_stride_0 = n.stride(), r.a_stride_1 = n.stride(), r.output_stride_1 = n.stride();
    r.a_memory = n.count(2) - 1;
    r.a_type = r.a_memory ? 1 + n.count(4) : n.count(5) - 1;
    Seen slices, results;
    for (int64_t i1 = 0; i1 < static_cast<int64_t>(r.count_1); ++i1) {
      results.add(10000 + i1 * r.output_stride_1);
      for (int64_t i0 = 0; i0 < static_cast<int64_t>(r.count_0); ++i0)
        slices.add(10000 + i1 * r.a_stride_1 + i0 * r.a_stride_0, rowWords(r.a_type, r.a_memory));
    }
    const Footprint footprint = footprintOf(r, testMachine(3, 5));
    ASSERT_EQ(footprint.count, 2u);
    expectEqual(footprint.accesses[0], slices);
    expectEqual(footprint.accesses[1], results);
    EXPECT_EQ(footprint.accesses[1].space, Space::Accumulator);
  }
}

TEST(Footprint, OfATableIsTheWordsOfItsEntries) {
  TableInstruction t;
  t.local_address = 7;
  const Footprint int16 = footprintOf(t, testMachine(3, 5));
  ASSERT_EQ(int16.count, 1u);
  EXPECT_EQ(int16.accesses[0].low, Wide{7});
  EXPECT_EQ(int16.accesses[0].high, Wide{7 + 512 / 2}); // two entries in 5 bytes
  t.table_type = 1;
  const Footprint int8 = footprintOf(t, testMachine(3, 5));
  EXPECT_EQ(int8.accesses[0].high, Wide{7 + 255 / 5});
  EXPECT_TRUE(int8.accesses[0].reads && !int8.accesses[0].writes);
}

TEST(Footprint, ResiduesNeverHideBytesThatMeet) {
  Numbers n(5);
  int told = 0;
  for (int i = 0; i < 3000; ++i) {
    auto load = randomTransfer<LoadInstruction>(n);
    auto store = randomTransfer<StoreInstruction>(n);
    load.external_stride_0 *= 12, load.external_stride_1 *= 12, load.external_stride_2 *= 24;
    store.external_stride_0 *= 24, store.external_stride_1 *= 12, store.external_stride_2 *= 36;
    load.row_bytes = n.count(7), store.row_bytes = n.count(7);
    store.external_address += n.count(60);
    std::vector<bool> loaded(200000);
    forEachRow(load, [&](int64_t i2, int64_t i1, int64_t i0) {
      for (uint64_t b = 0; b < load.row_bytes; ++b)
        loaded[load.external_address + b +
               static_cast<uint64_t>(i2 * load.external_stride_2 + i1 * load.external_stride_1 +
                                     i0 * load.external_stride_0)] = true;
    });
    bool meets = false;
    forEachRow(store, [&](int64_t i2, int64_t i1, int64_t i0) {
      for (uint64_t b = 0; b < store.row_bytes; ++b)
        meets = meets ||
                loaded[store.external_address + b +
                       static_cast<uint64_t>(i2 * store.external_stride_2 + i1 * store.external_stride_1 +
                                             i0 * store.external_stride_0)];
    });
    const Access a = footprintOf(load, testMachine(4, 4)).accesses[0];
    const Access b = footprintOf(store, testMachine(4, 4)).accesses[1];
    ASSERT_TRUE(!meets || (mayMeet(a, b) && mayMeet(b, a)));
    told += !mayMeet(a, b) && a.low <= b.high && b.low <= a.high;
  }
  EXPECT_GT(told, 300); // and they do tell many apart
}

TEST(Wide, PrintsDecimalsOfEverySize) {
  EXPECT_EQ(toString(0), "0");
  EXPECT_EQ(toString(-17), "-17");
  EXPECT_EQ(toString(Wide{1} << 70), "1180591620717411303424");
}

} // namespace
} // namespace lockstep
