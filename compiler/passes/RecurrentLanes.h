// The scalar arithmetic of the manual's chapter "Recurrent cells" as operations, and elementwise loops over
// [batch, hidden] that it stands in. int16 values are held as i32 while they are computed with.
#pragma once

#include <mlir/IR/ImplicitLocOpBuilder.h>

#include <functional>
#include <vector>

namespace lockstep {

/// Emits operations on scalars: i32 in and out unless said.
class LaneBuilder {
public:
  explicit LaneBuilder(mlir::ImplicitLocOpBuilder &builder) : b(builder) {}

  mlir::Value constant(int64_t value, unsigned bits = 32);
  /// Sign extended or cut to the width.
  mlir::Value resize(mlir::Value value, unsigned bits);
  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value subtract(mlir::Value x, mlir::Value y);
  mlir::Value multiply(mlir::Value x, mlir::Value y);
  mlir::Value clamp(mlir::Value x, int64_t minimum, int64_t maximum);
  mlir::Value saturate16(mlir::Value x) { return clamp(x, INT16_MIN, INT16_MAX); }
  /// (x + (1 << (shift - 1))) >> shift; x itself for shift 0. x has 32 or 64 bits.
  mlir::Value roundingShift(mlir::Value x, uint32_t shift);
  /// x y rounded, by `shift` bits less.
  mlir::Value product(mlir::Value x, mlir::Value y, uint32_t shift) {
    return roundingShift(multiply(x, y), shift);
  }
  /// TABLE on int16 of a constant tensor<513xi16>, rounded back and saturated to int16.
  mlir::Value table(mlir::Value x, mlir::Value entries);
  /// x >> 8 and (x & 255) - 128.
  mlir::Value high(mlir::Value x);
  mlir::Value low(mlir::Value x);
  /// high + ((low + 128) >> 8), wrapping around in 32 bits.
  mlir::Value wide(mlir::Value high, mlir::Value low);
  mlir::Value less(mlir::Value x, mlir::Value y); // i1
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y);

private:
  mlir::ImplicitLocOpBuilder &b;
};

/// How a tensor is read at place (i, j) of [batch, n].
enum class LanePlace { Element, Row, Column }; // [batch, n]; [batch]; [n]
struct LaneInput {
  mlir::Value tensor;
  LanePlace place = LanePlace::Element;
};

/// Results, one for each of `resultBits`, of the shape [batch, n] with elements body(inputs...). The body
/// gets i32 values (narrower ones sign extended); what it gives is cut to the result's width.
using LaneBody = std::function<std::vector<mlir::Value>(LaneBuilder &, llvm::ArrayRef<mlir::Value>)>;
std::vector<mlir::Value> mapLanes(mlir::ImplicitLocOpBuilder &builder, llvm::ArrayRef<LaneInput> inputs,
                                  int64_t batch, int64_t n, llvm::ArrayRef<unsigned> resultBits,
                                  const LaneBody &body);

} // namespace lockstep
