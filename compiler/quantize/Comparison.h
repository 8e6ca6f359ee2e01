// How far quantized values are from float ones.
#pragma once

#include <cstdint>

namespace lockstep {

/// Sums over pairs (x, y): wanted and got.
class Comparison {
public:
  void add(double x, double y);
  /// 10 log10(sum x^2 / sum (x - y)^2); kEqualDb where they are equal.
  double sqnrDb() const;
  /// sum x y / sqrt(sum x^2 sum y^2); 1 where both are all zero.
  double cosine() const;

  static constexpr double kEqualDb = 999;

private:
  double signal = 0, noise = 0, product = 0, squares = 0;
};

} // namespace lockstep
