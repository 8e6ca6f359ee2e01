// One lane at a time, by hw/numbers: right on every processor, and the judge of the others.
#include "sim/kernel/Lanes.h"

#include <cstring>

namespace lockstep {
namespace {

template <typename T> T read(const uint8_t *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

struct Isa {
  using Lanes = int32_t;
  static constexpr size_t kLanes = 1;
  struct Scale {
    int32_t multiplier;
    uint32_t shift;
  };
  static Scale scaleOf(const LaneArithmetic &with) { return {with.multiplier, with.shift}; }

  static Lanes broadcast(int32_t value) { return value; }
  static Lanes loadInt8(const uint8_t *p, size_t) { return static_cast<int8_t>(*p); }
  static Lanes loadUint8(const uint8_t *p, size_t) { return *p; }
  static Lanes loadInt16(const uint8_t *p, size_t) { return read<int16_t>(p); }
  static Lanes loadInt32(const uint8_t *p, size_t) { return read<int32_t>(p); }
  static void storeInt8(uint8_t *p, size_t, Lanes v) { *p = static_cast<uint8_t>(v); }
  static void storeInt16(uint8_t *p, size_t, Lanes v) { std::memcpy(p, &v, 2); }
  static void storeInt32(uint8_t *p, size_t, Lanes v) { std::memcpy(p, &v, 4); }

  static Lanes pair(Lanes high, Lanes low, Lanes offset) {
    return wrapAdd32(pairValue(high, low), wrapSubtract32(offset, 128));
  }
  static Lanes wide(Lanes high, Lanes low) { return wideValue(high, low); }
  static Lanes high(Lanes v) { return pairHigh(v); }
  static Lanes low(Lanes v) { return pairLow(v); }

  static Lanes add(Lanes a, Lanes b) { return wrapAdd32(a, b); }
  static Lanes subtract(Lanes a, Lanes b) { return wrapSubtract32(a, b); }
  static Lanes minimum(Lanes a, Lanes b) { return a < b ? a : b; }
  static Lanes maximum(Lanes a, Lanes b) { return a < b ? b : a; }
  static Lanes scaledProduct(Lanes a, Lanes b, const Scale &scale) {
    return wrap32(static_cast<uint64_t>(roundingShift(int64_t{a} * b, scale.shift)));
  }
  static Lanes table16(Lanes v, const int16_t *table) {
    return applyFunction(v, LaneFunction::Table16, table);
  }
  static Lanes table8(Lanes v, const int16_t *table) { return applyFunction(v, LaneFunction::Table8, table); }
};

} // namespace
} // namespace lockstep

#include "sim/kernel/LaneLoops.h"

namespace lockstep {

void computeLanesPlain(const LaneJob &job) { computeLanes(job); }
void readLanesPlain(const LaneRows &rows, const uint8_t *row, size_t numLanes, int32_t pairOffset,
                    int32_t *lanes) {
  readLanes(rows, row, numLanes, pairOffset, lanes);
}

LaneForm laneForm(uint64_t type, uint64_t memory) {
  switch (static_cast<LaneType>(type)) {
  case LaneType::Int8:
    return LaneForm::Int8;
  case LaneType::Uint8:
    return LaneForm::Uint8;
  case LaneType::Int16:
    return LaneForm::Int16;
  case LaneType::Int32:
    return LaneForm::Int32;
  case LaneType::Pair:
    return memory ? LaneForm::PairWords : LaneForm::PairBytes;
  case LaneType::Wide:
    return LaneForm::WideWords;
  case LaneType::Immediate:
    break;
  }
  return LaneForm::Immediate;
}

LaneFunctions laneFunctions(KernelIsa isa) {
#if defined(__x86_64__)
  if (isa == KernelIsa::Avx512Vnni)
    return {computeLanesAvx512, readLanesAvx512};
  if (isa == KernelIsa::Avx2)
    return {computeLanesAvx2, readLanesAvx2};
#endif
  (void)isa;
  return {computeLanesPlain, readLanesPlain};
}

} // namespace lockstep
