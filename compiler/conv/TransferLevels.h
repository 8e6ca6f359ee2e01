// Small helpers to make load, fill and store instructions.
#pragma once

#include <cstdint>

namespace lockstep {

constexpr int64_t kMaxTransferRowBytes = (int64_t{1} << 24) - 1; // what row_bytes holds

inline uint64_t convField(int64_t value) { return static_cast<uint64_t>(value); }
/// A zero point as the byte that `fill` fields hold.
inline uint64_t convByte(int64_t value) { return static_cast<uint64_t>(value) & 0xff; }

/// Level counts are 1 unless set.
template <typename Transfer>
Transfer convTransfer(int64_t rowBytes, int64_t chunkBytes, int64_t chunkStride) {
  Transfer transfer;
  transfer.row_bytes = convField(rowBytes);
  transfer.chunk_bytes = convField(chunkBytes);
  transfer.chunk_stride = chunkStride;
  transfer.count_0 = transfer.count_1 = transfer.count_2 = 1;
  return transfer;
}

template <typename Transfer>
void setLevel(Transfer &t, int level, int64_t count, int64_t externalStride, int64_t localStride) {
  (level == 0 ? t.count_0 : level == 1 ? t.count_1 : t.count_2) = convField(count);
  (level == 0   ? t.external_stride_0
   : level == 1 ? t.external_stride_1
                : t.external_stride_2) = externalStride;
  (level == 0 ? t.local_stride_0 : level == 1 ? t.local_stride_1 : t.local_stride_2) = localStride;
}

} // namespace lockstep
