// The loops over rows of lanes, for any instruction set: each .cpp that includes this file defines a class
// `Isa` in its unnamed namespace first, with vectors of Isa::kLanes int32 lanes.
#pragma once

#include "sim/kernel/Lanes.h"

#include <algorithm>
#include <cstring>

namespace lockstep {
namespace {

/// What is the same for all lanes of a job.
struct LaneConstants {
  explicit LaneConstants(const LaneJob &job)
      : operation(job.arithmetic.operation), function(job.arithmetic.function), table(job.arithmetic.table),
        immediate(Isa::broadcast(job.immediate)), scale(Isa::scaleOf(job.arithmetic)),
        scales(job.arithmetic.multiplier != 1 || job.arithmetic.shift != 0),
        pair_offset(Isa::broadcast(job.pair_offset)),
        zero_point(Isa::broadcast(job.arithmetic.output_zero_point)),
        minimum(Isa::broadcast(job.arithmetic.clamp_minimum)),
        maximum(Isa::broadcast(job.arithmetic.clamp_maximum)),
        early_minimum(Isa::broadcast(lessZeroPoint(job.arithmetic.clamp_minimum, job))),
        early_maximum(Isa::broadcast(lessZeroPoint(job.arithmetic.clamp_maximum, job))) {}

  /// Clamping to these bounds before the zero point is added, and to the proper ones after it, is clamping
  /// the sum that cannot wrap around.
  static int32_t lessZeroPoint(int32_t bound, const LaneJob &job) {
    return saturate(int64_t{bound} - job.arithmetic.output_zero_point, ElementType::Int32);
  }

  LaneOperation operation;
  LaneFunction function;
  const int16_t *table;
  Isa::Lanes immediate;
  Isa::Scale scale;
  bool scales; // else the multiplier is 1 and the shift 0
  Isa::Lanes pair_offset, zero_point, minimum, maximum, early_minimum, early_maximum;
};

inline Isa::Lanes readChunk(LaneForm form, const uint8_t *row, ptrdiff_t second, size_t lane, size_t count,
                            Isa::Lanes pairOffset) {
  switch (form) {
  case LaneForm::Int8:
    return Isa::loadInt8(row + lane, count);
  case LaneForm::Uint8:
    return Isa::loadUint8(row + lane, count);
  case LaneForm::Int16:
    return Isa::loadInt16(row + 2 * lane, count);
  case LaneForm::Int32:
    return Isa::loadInt32(row + 4 * lane, count);
  case LaneForm::PairBytes:
    return Isa::pair(Isa::loadInt8(row + lane, count), Isa::loadInt8(row + second + lane, count), pairOffset);
  case LaneForm::PairWords:
    return Isa::pair(Isa::loadInt32(row + 4 * lane, count), Isa::loadInt32(row + second + 4 * lane, count),
                     pairOffset);
  case LaneForm::WideWords:
    return Isa::wide(Isa::loadInt32(row + 4 * lane, count), Isa::loadInt32(row + second + 4 * lane, count));
  case LaneForm::Immediate:
    break;
  }
  return Isa::broadcast(0);
}

inline void writeChunk(const LaneResults &results, uint8_t *row, size_t lane, size_t count,
                       Isa::Lanes value) {
  switch (results.form) {
  case LaneForm::Int16:
    return Isa::storeInt16(row + 2 * lane, count, value);
  case LaneForm::Int32:
    return Isa::storeInt32(row + 4 * lane, count, value);
  case LaneForm::PairBytes:
    Isa::storeInt8(row + lane, count, Isa::high(value));
    return Isa::storeInt8(row + results.second + lane, count, Isa::low(value));
  default:
    return Isa::storeInt8(row + lane, count, value);
  }
}

inline Isa::Lanes combine(Isa::Lanes a, Isa::Lanes b, const LaneConstants &with) {
  switch (with.operation) {
  case LaneOperation::Multiply:
    return Isa::scaledProduct(a, b, with.scale);
  case LaneOperation::Subtract:
    a = Isa::subtract(a, b);
    break;
  case LaneOperation::Minimum:
    a = Isa::minimum(a, b);
    break;
  case LaneOperation::Maximum:
    a = Isa::maximum(a, b);
    break;
  case LaneOperation::Add:
    a = Isa::add(a, b);
    break;
  }
  return with.scales ? Isa::scaledProduct(a, with.scale.multiplier, with.scale) : a;
}

inline Isa::Lanes clampLanes(Isa::Lanes value, Isa::Lanes minimum, Isa::Lanes maximum) {
  return Isa::minimum(Isa::maximum(value, minimum), maximum);
}

inline Isa::Lanes computeChunk(Isa::Lanes a, Isa::Lanes b, const LaneConstants &with) {
  Isa::Lanes value = clampLanes(combine(a, b, with), with.early_minimum, with.early_maximum);
  value = clampLanes(Isa::add(value, with.zero_point), with.minimum, with.maximum);
  switch (with.function) {
  case LaneFunction::Table16:
    return Isa::table16(value, with.table);
  case LaneFunction::Table8:
    return Isa::table8(value, with.table);
  case LaneFunction::None:
    break;
  }
  return value;
}

inline void clearBeyondLanes(const LaneResults &results, uint8_t *row, size_t numLanes) {
  const size_t element = results.form == LaneForm::Int32 ? 4 : results.form == LaneForm::Int16 ? 2 : 1;
  const size_t used = element * numLanes;
  if (used == results.word_bytes)
    return;
  std::memset(row + used, 0, results.word_bytes - used);
  if (results.form == LaneForm::PairBytes)
    std::memset(row + results.second + used, 0, results.word_bytes - used);
}

inline void computeLanes(const LaneJob &job) {
  const LaneConstants with(job);
  const bool immediate = job.b.form == LaneForm::Immediate;
  const uint8_t *a = job.a.first, *b = job.b.first;
  uint8_t *output = job.output.first;
  for (size_t left = job.num_rows; left > 0;
       --left, a += job.a.stride, b += job.b.stride, output += job.output.stride) {
    for (size_t lane = 0; lane < job.num_lanes; lane += Isa::kLanes) {
      const size_t count = std::min(Isa::kLanes, job.num_lanes - lane);
      const Isa::Lanes left_lanes = readChunk(job.a.form, a, job.a.second, lane, count, with.pair_offset);
      const Isa::Lanes right_lanes =
          immediate ? with.immediate : readChunk(job.b.form, b, job.b.second, lane, count, with.pair_offset);
      writeChunk(job.output, output, lane, count, computeChunk(left_lanes, right_lanes, with));
    }
    clearBeyondLanes(job.output, output, job.num_lanes);
  }
}

inline void readLanes(const LaneRows &rows, const uint8_t *row, size_t numLanes, int32_t pairOffset,
                      int32_t *lanes) {
  const Isa::Lanes offset = Isa::broadcast(pairOffset);
  for (size_t lane = 0; lane < numLanes; lane += Isa::kLanes) {
    const size_t count = std::min(Isa::kLanes, numLanes - lane);
    Isa::storeInt32(reinterpret_cast<uint8_t *>(lanes + lane), count,
                    readChunk(rows.form, row, rows.second, lane, count, offset));
  }
}

} // namespace
} // namespace lockstep
