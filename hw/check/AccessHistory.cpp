#include "hw/check/AccessHistory.h"

#include <algorithm>
#include <tuple>

namespace lockstep {

const RowAccess *RowHistory::find(int64_t low, int64_t high, uint64_t known) const {
  if (newest.number <= known)
    return nullptr;
  auto entry = std::lower_bound(entries.begin(), entries.end(), low,
                                [](const RowAccess &e, int64_t row) { return e.high < row; });
  for (; entry != entries.end() && entry->low <= high; ++entry)
    if (entry->number > known)
      return &*entry;
  return nullptr;
}

void RowHistory::record(const RowAccess &access, uint64_t forgotten) {
  if (newest.number <= forgotten)
    entries.clear();
  newest = access;
  auto first = std::lower_bound(entries.begin(), entries.end(), access.low,
                                [](const RowAccess &e, int64_t row) { return e.high < row; });
  auto last = first;
  while (last != entries.end() && last->low <= access.high)
    ++last;
  if (first == last) {
    entries.insert(first, access);
    return;
  }
  if (first + 1 == last && access.low <= first->low &&
      first->high <= access.high) { // mostly the very same rows
    *first = access;
    return;
  }
  // What the new access covers vanishes; what stands out of it at either end stays.
  std::vector<RowAccess> pieces;
  if (first->low < access.low)
    pieces.push_back({first->low, access.low - 1, first->number, first->index});
  pieces.push_back(access);
  if (const RowAccess &end = *(last - 1); end.high > access.high)
    pieces.push_back({access.high + 1, end.high, end.number, end.index});
  const auto offset = first - entries.begin();
  entries.erase(first, last);
  entries.insert(entries.begin() + offset, pieces.begin(), pieces.end());
}

const ByteAccess *ByteHistory::find(const Access &access, uint64_t known) const {
  if (newest <= known)
    return nullptr;
  for (const ByteAccess &entry : entries)
    if (entry.number > known && mayMeet(entry.access, access))
      return &entry;
  return nullptr;
}

void ByteHistory::record(const ByteAccess &access, uint64_t forgotten) {
  if (newest <= forgotten)
    entries.clear();
  newest = access.number;
  if (entries.size() == kMaxEntries)
    compact(forgotten);
  entries.push_back(access);
}

void ByteHistory::compact(uint64_t forgotten) {
  auto key = [](const ByteAccess &e) {
    return std::make_tuple(e.access.low, e.access.high, e.access.row_address, e.access.row_bytes,
                           e.access.row_step);
  };
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [&](const ByteAccess &e) { return e.number <= forgotten; }),
                entries.end());
  // Of equal footprints the latest counts.
  std::sort(entries.begin(), entries.end(), [&](const ByteAccess &a, const ByteAccess &b) {
    return key(a) != key(b) ? key(a) < key(b) : a.number > b.number;
  });
  entries.erase(std::unique(entries.begin(), entries.end(),
                            [&](const ByteAccess &a, const ByteAccess &b) { return key(a) == key(b); }),
                entries.end());
  while (entries.size() > kMaxEntries / 2)
    joinNeighbours();
}

void ByteHistory::joinNeighbours() {
  std::vector<ByteAccess> joined;
  for (size_t i = 0; i < entries.size(); i += 2) {
    joined.push_back(entries[i]);
    if (i + 1 == entries.size())
      break;
    const ByteAccess &next = entries[i + 1];
    ByteAccess &both = joined.back();
    if (next.number > both.number)
      both.number = next.number, both.index = next.index;
    both.access.low = std::min(both.access.low, next.access.low);
    both.access.high = std::max(both.access.high, next.access.high);
    both.access.row_step = 1; // no residue is free: only the interval counts
    both.access.row_bytes = 1;
  }
  entries = std::move(joined);
}

} // namespace lockstep
