#include "hw/numbers/Numbers.h"
#include "sim/kernel/Matmul.h"

#include <cstring>

namespace lockstep {

namespace {

constexpr size_t kMaxSide = 128;

/// One stationary tile as 16-bit values less their zero point, zero where rows or columns are masked.
struct UnpackedTile {
  int16_t values[kMaxSide][kMaxSide]; // [rows, C]
  size_t rows = 0;
};

class InOrder {
public:
  InOrder(const MatmulInstruction &instruction, const ArrayShape &arrayShape, const uint8_t *scratchpadBytes,
          uint8_t *accumulatorBytes)
      : m(instruction), shape(arrayShape), scratchpad(scratchpadBytes), accumulator(accumulatorBytes) {}

  void run() {
    int64_t t = 0;
    for (uint64_t t3 = 0; t3 < m.tile_count_3; ++t3)
      for (uint64_t t2 = 0; t2 < m.tile_count_2; ++t2)
        for (uint64_t t1 = 0; t1 < m.tile_count_1; ++t1)
          for (uint64_t t0 = 0; t0 < m.tile_count_0; ++t0)
            visitTile(t++, static_cast<int64_t>(t0), static_cast<int64_t>(t1), static_cast<int64_t>(t2),
                      static_cast<int64_t>(t3));
  }

private:
  void visitTile(int64_t t, int64_t t0, int64_t t1, int64_t t2, int64_t t3) {
    unpack(t, t0 + 1 == static_cast<int64_t>(m.tile_count_0) ? m.last_rows : shape.rows,
           t3 + 1 == static_cast<int64_t>(m.tile_count_3) ? m.last_columns : shape.columns);
    overwrite = !m.accumulate && (m.tile_accumulator_stride_0 != 0 || t0 == 0) &&
                (m.tile_accumulator_stride_1 != 0 || t1 == 0) &&
                (m.tile_accumulator_stride_2 != 0 || t2 == 0) &&
                (m.tile_accumulator_stride_3 != 0 || t3 == 0);
    int64_t x = static_cast<int64_t>(m.streamed_address) + t0 * m.tile_streamed_stride_0 +
                t1 * m.tile_streamed_stride_1 + t2 * m.tile_streamed_stride_2 + t3 * m.tile_streamed_stride_3;
    int64_t y = static_cast<int64_t>(m.accumulator_address) + t0 * m.tile_accumulator_stride_0 +
                t1 * m.tile_accumulator_stride_1 + t2 * m.tile_accumulator_stride_2 +
                t3 * m.tile_accumulator_stride_3;
    for (int64_t s1 = 0; s1 < static_cast<int64_t>(m.stream_count_1); ++s1)
      for (int64_t s0 = 0; s0 < static_cast<int64_t>(m.stream_count_0); ++s0)
        visitVector(x + s0 * m.stream_streamed_stride_0 + s1 * m.stream_streamed_stride_1,
                    y + s0 * m.stream_accumulator_stride_0 + s1 * m.stream_accumulator_stride_1);
  }

  const uint8_t *word(int64_t address) const {
    return scratchpad + address * static_cast<int64_t>(shape.vector_bytes);
  }

  int16_t stationary(const uint8_t *first, size_t r, size_t c) const {
    uint8_t byte =
        m.transpose_stationary ? first[c * shape.vector_bytes + r] : first[r * shape.vector_bytes + c];
    return static_cast<int16_t>(readOperand(byte, static_cast<ElementType>(m.stationary_type),
                                            static_cast<int32_t>(m.stationary_zero_point)));
  }

  void unpack(int64_t t, size_t rows, size_t columns) {
    const uint8_t *first =
        word(static_cast<int64_t>(m.stationary_address) + t * static_cast<int64_t>(m.stationary_stride));
    tile.rows = rows;
    for (size_t r = 0; r < rows; ++r) {
      for (size_t c = 0; c < columns; ++c)
        tile.values[r][c] = stationary(first, r, c);
      for (size_t c = columns; c < shape.columns; ++c)
        tile.values[r][c] = 0;
    }
  }

  void visitVector(int64_t streamedWord, int64_t accumulatorWord) {
    uint8_t *target = accumulator + accumulatorWord * 4 * static_cast<int64_t>(shape.columns);
    const uint8_t *x = word(streamedWord);
    uint32_t sums[kMaxSide];
    if (overwrite)
      std::memset(sums, 0, 4 * shape.columns);
    else
      std::memcpy(sums, target, 4 * shape.columns);
    for (size_t r = 0; r < tile.rows; ++r) {
      int32_t value = readOperand(x[r], static_cast<ElementType>(m.streamed_type),
                                  static_cast<int32_t>(m.streamed_zero_point));
      for (size_t c = 0; c < shape.columns; ++c)
        sums[c] += static_cast<uint32_t>(value * tile.values[r][c]);
    }
    std::memcpy(target, sums, 4 * shape.columns);
  }

  const MatmulInstruction &m;
  const ArrayShape &shape;
  const uint8_t *scratchpad;
  uint8_t *accumulator;
  UnpackedTile tile;
  bool overwrite = false;
};

} // namespace

void multiplyInOrder(const MatmulInstruction &matmul, const ArrayShape &shape, const uint8_t *scratchpad,
                     uint8_t *accumulator) {
  InOrder(matmul, shape, scratchpad, accumulator).run();
}

} // namespace lockstep
