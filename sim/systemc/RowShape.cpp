#include "sim/systemc/RowShape.h"

#include <algorithm>

namespace lockstep {
namespace {

/// Positions in a row, cut at multiples of `piece` (a power of two) of the external address.
uint32_t pieceEnd(const RowKey &key, uint32_t position, uint32_t piece) {
  const uint32_t inside = (key.phase + position) & (piece - 1);
  return std::min(key.row_bytes, position + piece - inside);
}

/// Words that are complete when the row's first `bytes` bytes are there.
uint32_t wordsWithin(const RowKey &key, uint32_t bytes) {
  const uint32_t whole = bytes / key.chunk_bytes;
  return bytes == key.row_bytes && whole * key.chunk_bytes != bytes ? whole + 1 : whole;
}

ReadBurst makeReadBurst(const RowKey &key, uint32_t begin, uint32_t end, uint32_t beatBytes) {
  ReadBurst burst{1, begin, end - begin, 0, 0, 0};
  for (uint32_t position = begin; position < end;) {
    const uint32_t next = std::min(end, pieceEnd(key, position, beatBytes));
    burst.last_beat_cycles = std::max<uint32_t>(1, wordsWithin(key, next) - wordsWithin(key, position));
    burst.cycles += burst.last_beat_cycles;
    ++burst.beats;
    position = next;
  }
  return burst;
}

/// Whether `b` goes on with the bursts of `a`.
bool continues(const ReadBurst &a, const ReadBurst &b, uint32_t burstBytes) {
  return b.offset == a.offset + a.count * burstBytes && a.bytes == b.bytes && a.beats == b.beats &&
         a.cycles == b.cycles && a.last_beat_cycles == b.last_beat_cycles;
}

/// Builds a row of a store word by word.
class WriteRowMaker {
public:
  WriteRowMaker(const RowKey &key, uint32_t burstBytes, uint32_t beatBytes)
      : key(key), burst_bytes(burstBytes), beat_bytes(beatBytes) {
    open = newBurst(0);
  }

  WriteRow make() {
    for (uint32_t begin = 0; begin < key.row_bytes; begin += key.chunk_bytes)
      addWord(begin, std::min(key.row_bytes, begin + key.chunk_bytes));
    row.uniform = isUniform();
    return std::move(row);
  }

private:
  WriteBurst newBurst(uint32_t begin) {
    burst_end = pieceEnd(key, begin, burst_bytes);
    beat_end = pieceEnd(key, begin, beat_bytes);
    return {begin, burst_end - begin, 0, 0};
  }

  void addWord(uint32_t begin, uint32_t end) {
    uint32_t starts = begin == 0 ? 1 : 0;
    if (open.offset == begin && begin != 0)
      starts = 1;
    if (const uint32_t later = startsInside(begin, end) + starts; later != 0)
      row.steps.push_back({later, 0, 0});
    const uint32_t completed = completeBeats(end);
    row.steps.back().cycles += std::max<uint32_t>(1, completed);
  }

  bool isUniform() const {
    const WriteStep &step = row.steps[0];
    const WriteBurst &burst = row.bursts[0];
    for (size_t i = 0; i < row.steps.size(); ++i) {
      const WriteStep &s = row.steps[i];
      if (s.slots != 1 || s.num_bursts != 1 || s.cycles != step.cycles)
        return false;
      const WriteBurst &b = row.bursts[i];
      if (b.offset != i * burst_bytes || b.beats != burst.beats || b.entered != burst.entered)
        return false;
    }
    return true;
  }

  /// Bursts whose first byte lies behind `begin` and before `end`.
  uint32_t startsInside(uint32_t begin, uint32_t end) const {
    uint32_t starts = 0;
    for (uint32_t position = pieceEnd(key, begin, burst_bytes); position < end;
         position = pieceEnd(key, position, burst_bytes))
      ++starts;
    return starts;
  }

  uint32_t completeBeats(uint32_t end) {
    uint32_t completed = 0;
    while (beat_end <= end) {
      ++completed;
      ++open.beats;
      const uint32_t at = beat_end;
      if (at == burst_end)
        closeBurst(completed);
      if (at == key.row_bytes)
        break;
      if (at == burst_end)
        open = newBurst(at);
      else
        beat_end = pieceEnd(key, at, beat_bytes);
    }
    return completed;
  }

  /// A word read in r is appended in r + 1; the beats that it completes enter the write buffer in r + 1, r +
  /// 2, ...
  void closeBurst(uint32_t completed) {
    open.entered = row.steps.back().cycles + completed;
    row.bursts.push_back(open);
    ++row.steps.back().num_bursts;
  }

  RowKey key;
  uint32_t burst_bytes, beat_bytes, burst_end = 0, beat_end = 0;
  WriteBurst open{};
  WriteRow row;
};

} // namespace

ReadRow makeReadRow(const RowKey &key, uint32_t burstBytes, uint32_t beatBytes) {
  ReadRow row;
  for (uint32_t begin = 0; begin < key.row_bytes;) {
    const uint32_t end = pieceEnd(key, begin, burstBytes);
    const ReadBurst burst = makeReadBurst(key, begin, end, beatBytes);
    if (!row.bursts.empty() && continues(row.bursts.back(), burst, burstBytes))
      ++row.bursts.back().count;
    else
      row.bursts.push_back(burst);
    ++row.num_bursts;
    row.num_cycles += burst.cycles;
    row.burst_cycles = std::max(row.burst_cycles, burst.cycles);
    row.beat_cycles = std::max(row.beat_cycles, burst.last_beat_cycles);
    begin = end;
  }
  return row;
}

WriteRow makeWriteRow(const RowKey &key, uint32_t burstBytes, uint32_t beatBytes) {
  return WriteRowMaker(key, burstBytes, beatBytes).make();
}

} // namespace lockstep
