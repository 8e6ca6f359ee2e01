// The rows of a load or store, one after the other.
#pragma once

#include <cstdint>

namespace lockstep {

/// Walks the three nested levels of a transfer; external addresses only.
class RowWalk {
public:
  RowWalk() = default;

  /// Of a LoadInstruction or StoreInstruction with counts of at least 1.
  template <typename Transfer>
  explicit RowWalk(const Transfer &t)
      : start_1(t.external_address), start_2(t.external_address), current(t.external_address),
        count_0(t.count_0), count_1(t.count_1), stride_0(t.external_stride_0), stride_1(t.external_stride_1),
        stride_2(t.external_stride_2), left(t.count_0 * t.count_1 * t.count_2) {}

  bool done() const { return left == 0; }
  /// Rows from the current one on.
  uint64_t rowsLeft() const { return left; }
  /// Byte address of the current row.
  uint64_t address() const { return current; }
  /// Whether the current row is the first or last one of its level 0.
  bool beginsBlock() const { return index_0 == 0; }
  bool endsBlock() const { return index_0 + 1 == count_0; }

  /// Rows from the current one on, within its level 0, that lie at the same place modulo `alignment` (a power
  /// of two).
  uint64_t rowsAlike(uint64_t alignment) const {
    return (static_cast<uint64_t>(stride_0) & (alignment - 1)) == 0 ? count_0 - index_0 : 1;
  }

  /// `rows` at most those left in level 0.
  void advance(uint64_t rows) {
    index_0 += rows - 1;
    current += (rows - 1) * static_cast<uint64_t>(stride_0);
    left -= rows - 1;
    advance();
  }

  void advance() {
    --left;
    current += stride_0;
    if (++index_0 < count_0)
      return;
    index_0 = 0;
    start_1 += stride_1;
    if (++index_1 == count_1) {
      index_1 = 0;
      start_2 += stride_2;
      start_1 = start_2;
    }
    current = start_1;
  }

private:
  uint64_t start_1 = 0, start_2 = 0,
           current = 0; // of the present iteration of levels 1 and 2, and of the row
  uint64_t index_0 = 0, index_1 = 0;
  uint64_t count_0 = 1, count_1 = 1;
  int64_t stride_0 = 0, stride_1 = 0, stride_2 = 0;
  uint64_t left = 0;
};

} // namespace lockstep
