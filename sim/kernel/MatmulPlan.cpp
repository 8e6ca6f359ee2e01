#include "sim/kernel/MatmulPlan.h"

#include "sim/kernel/Extent.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <tuple>
#include <type_traits>

namespace lockstep {

namespace {

/// Longer lists are not worth their memory; the plain way handles such an instruction.
constexpr uint64_t kMaxListLength = 1 << 16;

struct Level { // strides in words
  uint64_t count;
  int64_t streamed;
  int64_t accumulator;
  int64_t stationary;
  bool isReduction() const { return accumulator == 0; }
};

std::array<Level, 4> tileLevels(const MatmulInstruction &m) {
  const int64_t tile = static_cast<int64_t>(m.stationary_stride);
  std::array<Level, 4> levels = {
      {{m.tile_count_0, m.tile_streamed_stride_0, m.tile_accumulator_stride_0, tile},
       {m.tile_count_1, m.tile_streamed_stride_1, m.tile_accumulator_stride_1, tile},
       {m.tile_count_2, m.tile_streamed_stride_2, m.tile_accumulator_stride_2, tile},
       {m.tile_count_3, m.tile_streamed_stride_3, m.tile_accumulator_stride_3, tile}}};
  for (size_t i = 1; i < 4; ++i)
    levels[i].stationary = levels[i - 1].stationary * static_cast<int64_t>(levels[i - 1].count);
  return levels;
}

/// Exact: the last tile has last_rows and last_columns; the last one that is not cut lies before it.
bool stationaryLiesWithin(const MatmulInstruction &m, const ArrayShape &shape) {
  __int128 inner = static_cast<__int128>(m.tile_count_0) * m.tile_count_1 * m.tile_count_2;
  __int128 total = inner * m.tile_count_3;
  auto endOf = [&](__int128 tile, uint64_t words) {
    return static_cast<__int128>(m.stationary_address) + tile * m.stationary_stride + words;
  };
  bool turned = m.transpose_stationary;
  __int128 end = endOf(total - 1, turned ? m.last_columns : m.last_rows);
  if (turned && m.tile_count_3 > 1)
    end = std::max(end, endOf(total - inner - 1, shape.columns));
  if (!turned && m.tile_count_0 > 1)
    end = std::max(end, endOf(total - 2, shape.rows));
  return end <= static_cast<__int128>(shape.scratchpad_words);
}

bool countsArePossible(const MatmulInstruction &m, const ArrayShape &shape) {
  return m.tile_count_0 && m.tile_count_1 && m.tile_count_2 && m.tile_count_3 && m.stream_count_0 &&
         m.stream_count_1 && m.last_rows >= 1 && m.last_rows <= shape.rows && m.last_columns >= 1 &&
         m.last_columns <= shape.columns && m.streamed_type <= 1 && m.stationary_type <= 1 && m.dataflow == 0;
}

/// A sufficient condition: each stride is longer than all that the shorter ones reach together.
bool accumulatorWordsAreDistinct(const MatmulInstruction &m, const std::array<Level, 4> &levels) {
  std::vector<std::pair<int64_t, uint64_t>> strides = {
      {std::abs(m.stream_accumulator_stride_0), m.stream_count_0},
      {std::abs(m.stream_accumulator_stride_1), m.stream_count_1}};
  for (const Level &level : levels)
    if (!level.isReduction())
      strides.emplace_back(std::abs(level.accumulator), level.count);
  std::sort(strides.begin(), strides.end());
  int64_t reach = 0;
  for (auto [stride, count] : strides) {
    if (count > 1 && stride <= reach)
      return false;
    reach += stride * static_cast<int64_t>(count - 1);
  }
  return true;
}

/// Appends to `list` one copy of its elements for each iteration of a level, the level's index running
/// slower.
template <typename Element, typename Advance>
void repeat(std::vector<Element> &list, uint64_t count, const Advance &advance) {
  size_t length = list.size();
  list.reserve(length * count);
  for (uint64_t i = 1; i < count; ++i)
    for (size_t j = 0; j < length; ++j)
      list.push_back(advance(list[j], static_cast<int64_t>(i)));
}

} // namespace

bool matmulIsPossible(const MatmulInstruction &m, const ArrayShape &shape) {
  if (!countsArePossible(m, shape) || !stationaryLiesWithin(m, shape))
    return false;
  Extent streamed(m.streamed_address), accumulator(m.accumulator_address);
  for (const Level &level : tileLevels(m)) {
    streamed.level(level.count, level.streamed);
    accumulator.level(level.count, level.accumulator);
  }
  streamed.level(m.stream_count_0, m.stream_streamed_stride_0)
      .level(m.stream_count_1, m.stream_streamed_stride_1);
  accumulator.level(m.stream_count_0, m.stream_accumulator_stride_0)
      .level(m.stream_count_1, m.stream_accumulator_stride_1);
  return streamed.within(shape.scratchpad_words) && accumulator.within(shape.accumulator_words);
}

bool MatmulPlan::build(const MatmulInstruction &m, const ArrayShape &shape) {
  const std::array<Level, 4> levels = tileLevels(m);
  bool rowsDiffer = m.tile_count_0 > 1 && m.last_rows < shape.rows;
  bool columnsDiffer = m.tile_count_3 > 1 && m.last_columns < shape.columns;
  bool columnsAtGroup = levels[3].streamed != 0;
  if ((rowsDiffer && !levels[0].isReduction()) ||
      (columnsDiffer && (levels[3].isReduction() || columnsAtGroup)))
    return false;
  if (!m.accumulate && !accumulatorWordsAreDistinct(m, levels))
    return false;
  uint64_t reductions = 1, others = 1;
  for (const Level &level : levels)
    (level.isReduction() ? reductions : others) *= level.count;
  if (std::max(reductions, others) > kMaxListLength || m.stream_count_0 * m.stream_count_1 > kMaxListLength)
    return false;

  const int64_t streamedBytes = static_cast<int64_t>(shape.vector_bytes);
  const int64_t accumulatorBytes = 4 * static_cast<int64_t>(shape.columns);
  steps.assign(1, {0, 0, m.tile_count_0 == 1 ? m.last_rows : shape.rows});
  column_tiles.assign(1, {0, 0, m.tile_count_3 == 1 ? m.last_columns : shape.columns});
  groups.assign(1, {0, 0, 0});
  for (size_t k = 0; k < 4; ++k) {
    const Level &level = levels[k];
    const int64_t x = level.streamed * streamedBytes, w = level.stationary * streamedBytes,
                  y = level.accumulator * accumulatorBytes, last = static_cast<int64_t>(level.count) - 1;
    if (level.isReduction())
      repeat(steps, level.count, [&](const Step &s, int64_t i) {
        return Step{s.streamed + i * x, s.stationary + i * w, k == 0 && i == last ? m.last_rows : s.rows};
      });
    else if (level.streamed == 0)
      repeat(column_tiles, level.count, [&](const ColumnTile &c, int64_t i) {
        return ColumnTile{c.accumulator + i * y, c.stationary + i * w,
                          k == 3 && i == last ? m.last_columns : c.columns};
      });
    else
      repeat(groups, level.count, [&](const Group &g, int64_t i) {
        return Group{g.streamed + i * x, g.accumulator + i * y, g.stationary + i * w};
      });
  }
  vectors.assign(1, {0, 0});
  for (auto [count, streamed, accumulator] :
       {std::tuple(m.stream_count_0, m.stream_streamed_stride_0, m.stream_accumulator_stride_0),
        std::tuple(m.stream_count_1, m.stream_streamed_stride_1, m.stream_accumulator_stride_1)}) {
    const int64_t x = streamed * streamedBytes, y = accumulator * accumulatorBytes;
    repeat(vectors, count, [&](const Vector &v, int64_t i) {
      return Vector{v.streamed + i * x, v.accumulator + i * y};
    });
  }
  std::stable_sort(vectors.begin(), vectors.end(),
                   [](const Vector &a, const Vector &b) { return a.streamed < b.streamed; });
  return true;
}

namespace {

/// What a plan does not depend on: addresses, zero points, semaphores. `accumulate` and types stay.
MatmulInstruction planKey(MatmulInstruction m) {
  m.stationary_address = m.streamed_address = m.accumulator_address = 0;
  m.stationary_register = m.streamed_register = m.accumulator_register = 0;
  m.stationary_zero_point = m.streamed_zero_point = 0;
  m.wait_0 = m.wait_1 = m.wait_2 = m.post_0 = m.post_1 = m.post_2 = 0;
  return m;
}

bool isEqual(const MatmulInstruction &a, const MatmulInstruction &b) {
  static_assert(std::has_unique_object_representations_v<MatmulInstruction>, "compared as bytes");
  return std::memcmp(&a, &b, sizeof a) == 0;
}

} // namespace

size_t MatmulPlanCache::entryFor(const MatmulInstruction &key, const ArrayShape &shape) {
  for (size_t i = 0; i < entries.size(); ++i)
    if (isEqual(entries[i].key, key))
      return i;
  if (entries.size() < kEntries)
    entries.emplace_back();
  const size_t place = oldest++ % kEntries;
  entries[place].key = key;
  entries[place].possible = entries[place].plan.build(key, shape);
  return place;
}

const MatmulPlan *MatmulPlanCache::planFor(const MatmulInstruction &matmul, const ArrayShape &shape) {
  const MatmulInstruction key = planKey(matmul);
  size_t found = entries.empty() ? 0 : entries[latest].successor;
  if (entries.empty() || !isEqual(entries[found].key, key))
    found = entryFor(key, shape);
  entries[latest].successor = found;
  latest = found;
  return entries[found].possible ? &entries[found].plan : nullptr;
}

} // namespace lockstep
