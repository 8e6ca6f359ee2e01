#include "compiler/gemm/Splits.h"

#include "compiler/gemm/Placement.h"

#include <algorithm>

namespace lockstep {
namespace {

void append(BlockSplit &split, int64_t size, int64_t count) {
  if (size <= 0 || count <= 0)
    return;
  if (!split.empty() && split.back().size == size)
    split.back().count += count;
  else
    split.push_back({size, count});
}

} // namespace

BlockSplit evenSplit(int64_t total, int64_t unit, int64_t blocks) {
  const int64_t units = ceilDivide(total, unit);
  blocks = std::min(blocks, units);
  const int64_t size = units / blocks, larger = units % blocks;
  const int64_t lastSize = (larger == blocks ? size + 1 : size) * unit - (units * unit - total);
  BlockSplit split;
  append(split, (size + 1) * unit, larger);
  append(split, size * unit, blocks - larger - 1);
  append(split, lastSize, 1);
  return split;
}

BlockSplit uniformSplit(int64_t total, int64_t size) {
  BlockSplit split;
  append(split, size, total / size);
  append(split, total % size, 1);
  return split;
}

BlockSplit taperedSplit(const BlockSplit &split, int64_t unit, int64_t parts) {
  BlockSplit result;
  for (size_t i = 0; i < split.size(); ++i)
    append(result, split[i].size, split[i].count - (i + 1 == split.size()));
  int64_t left = split.back().size;
  for (int64_t part = 1; part < parts && left > unit; ++part) {
    const int64_t size = roundUp(ceilDivide(left, 2), unit);
    append(result, size, 1);
    left -= size;
  }
  append(result, left, 1);
  return result;
}

BlockSplit risingSplit(const BlockSplit &split, int64_t unit, int64_t parts) {
  std::vector<int64_t> sizes;
  int64_t left = split.front().size;
  for (int64_t part = 1; part < parts && left > unit; ++part) {
    const int64_t first = std::max(unit, left / 2 / unit * unit); // what is ragged stays behind
    sizes.push_back(left - first);
    left = first;
  }
  BlockSplit result;
  append(result, left, 1);
  for (size_t i = sizes.size(); i > 0; --i)
    append(result, sizes[i - 1], 1);
  for (size_t i = 0; i < split.size(); ++i)
    append(result, split[i].size, split[i].count - (i == 0));
  return result;
}

std::vector<int64_t> trialSizes(int64_t units, int64_t limit) {
  std::vector<int64_t> sizes;
  limit = std::min(limit, units);
  for (int64_t size = 1; size <= limit; size = std::max(size + 1, size * 5 / 4)) {
    const int64_t even = ceilDivide(units, ceilDivide(units, size));
    if (sizes.empty() || sizes.back() < even)
      sizes.push_back(even);
  }
  const int64_t largest = ceilDivide(units, ceilDivide(units, std::max<int64_t>(limit, 1)));
  if (limit > 0 && sizes.back() < largest)
    sizes.push_back(largest);
  return sizes;
}

} // namespace lockstep
