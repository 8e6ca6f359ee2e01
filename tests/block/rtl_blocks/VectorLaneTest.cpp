#include "VectorLane/VectorLane.h"
#include "VerilatedBlock.h"
#include "hw/numbers/Numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace lockstep;

namespace {

struct Case {
  int32_t value, bias, multiplier;
  unsigned shift;
  int32_t zero_point, minimum, maximum;
};

/// By hw/numbers: bias, scale, zero point, clamp.
int64_t expectedOf(const Case &c) {
  const int64_t scaled = applyScale32(wrapAdd32(c.value, c.bias), c.multiplier, c.shift);
  return clampTo(scaled + c.zero_point, c.minimum, c.maximum);
}

/// The stages see a value one after the other; inputs of a stage count in its own cycle only.
int64_t resultOf(VerilatedBlock<VectorLane> &lane, const Case &c) {
  lane->combines_i = 0;
  lane->operation_i = 0;
  lane->value_i = uint32_t(c.value);
  lane->bias_i = uint32_t(c.bias);
  lane->multiplier_i = uint32_t(c.multiplier);
  lane->shift_i = lane->late_shift_i = uint8_t(c.shift);
  lane->zero_point_i = c.zero_point & 0x1ff;
  lane->minimum_i = uint32_t(c.minimum);
  lane->maximum_i = uint32_t(c.maximum);
  for (unsigned stage = 0; stage < 4; ++stage) {
    lane->valid_i = uint8_t(1u << stage);
    lane.tick();
  }
  lane->valid_i = 1u << 4;
  lane.settle();
  return int32_t(lane->result_o);
}

void check(VerilatedBlock<VectorLane> &lane, const Case &c) {
  ASSERT_EQ(resultOf(lane, c), expectedOf(c)) << c.value << " + " << c.bias << ", times " << c.multiplier
                                              << ", shift " << c.shift << ", zero point " << c.zero_point;
}

TEST(VectorLane, RoundsEveryTieHalfUp) {
  VerilatedBlock<VectorLane> lane;
  for (unsigned shift = 2; shift <= 62; ++shift) {
    const unsigned power = std::min(shift - 1, 30u); // value * 2^power is an odd multiple of half a unit
    for (int32_t odd = -301; odd <= 301; odd += 2)
      if (shift - 1 - power < 22)
        check(lane,
              {int32_t(uint32_t(odd) << (shift - 1 - power)), 0, int32_t(1) << power, shift, 0, -128, 127});
  }
}

TEST(VectorLane, TakesExtremesOfAllOperands) {
  VerilatedBlock<VectorLane> lane;
  const int32_t extremes[] = {INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX - 1, INT32_MAX};
  for (int32_t value : extremes)
    for (int32_t bias : extremes)
      for (int32_t multiplier : extremes)
        for (unsigned shift : {0u, 1u, 2u, 31u, 32u, 62u, 63u})
          for (int32_t zero_point : {-128, 0, 127}) {
            check(lane, {value, bias, multiplier, shift, zero_point, -128, 127});
            check(lane, {value, bias, multiplier, shift, zero_point & 0x7f, 0, 255});
          }
}

TEST(VectorLane, AgreesWithTheNumbersOnRandomOperands) {
  VerilatedBlock<VectorLane> lane;
  std::mt19937 random(7);
  for (unsigned i = 0; i < 200000; ++i) {
    const int32_t a = int32_t(random() % 256) - 128, b = int32_t(random() % 256) - 128;
    check(lane,
          {int32_t(random()) >> random() % 31, int32_t(random()) >> random() % 31, int32_t(random() >> 1),
           unsigned(2 + random() % 61), int32_t(random() % 256) - 128, std::min(a, b), std::max({a, b, 0})});
  }
}

/// An elementwise without a function.
int32_t combinedOf(VerilatedBlock<VectorLane> &lane, int32_t a, int32_t b, const LaneArithmetic &with) {
  lane->operation_i = uint8_t(with.operation);
  lane->a_i = uint32_t(a);
  lane->b_i = uint32_t(b);
  lane->multiplier_i = uint32_t(with.multiplier);
  lane->shift_i = lane->late_shift_i = uint8_t(with.shift);
  lane->zero_point_i = with.output_zero_point & 0x1ff;
  lane->minimum_i = uint32_t(with.clamp_minimum);
  lane->maximum_i = uint32_t(with.clamp_maximum);
  for (unsigned stage = 0; stage < 4; ++stage) {
    lane->combines_i = stage == 0;
    lane->valid_i = uint8_t(1u << stage);
    lane.tick();
    lane->a_i = lane->b_i = 0x5a5a5a5a; // of no effect in later stages
  }
  lane->valid_i = 1u << 4;
  lane.settle();
  return int32_t(lane->result_o);
}

constexpr LaneOperation kOperations[] = {LaneOperation::Add, LaneOperation::Subtract, LaneOperation::Multiply,
                                         LaneOperation::Minimum, LaneOperation::Maximum};

TEST(VectorLane, CombinesExtremesByEveryOperation) {
  VerilatedBlock<VectorLane> lane;
  const int32_t extremes[] = {INT32_MIN, INT32_MIN + 1, -32768, -1, 0, 1, 32767, INT32_MAX - 1, INT32_MAX};
  for (LaneOperation operation : kOperations)
    for (int32_t a : extremes)
      for (int32_t b : extremes)
        for (unsigned shift : {0u, 1u, 15u, 31u, 32u, 61u, 62u})
          for (int32_t zero_point : {-256, 0, 255}) {
            LaneArithmetic with;
            with.operation = operation, with.shift = shift, with.output_zero_point = zero_point;
            with.multiplier = shift % 2 ? INT32_MAX : 1;
            ASSERT_EQ(combinedOf(lane, a, b, with), elementwiseLane(a, b, with))
                << int(operation) << ": " << a << ", " << b << ", shift " << shift;
          }
}

TEST(VectorLane, CombinesRandomOperandsWithinTheirLimits) {
  VerilatedBlock<VectorLane> lane;
  std::mt19937 random(11);
  for (unsigned i = 0; i < 200000; ++i) {
    LaneArithmetic with;
    with.operation = kOperations[random() % 5];
    with.multiplier = int32_t(random() >> (1 + random() % 31));
    with.shift = random() % 63;
    with.output_zero_point = int32_t(random() % 512) - 256;
    const int32_t p = int32_t(random()) >> random() % 31, q = int32_t(random()) >> random() % 31;
    with.clamp_minimum = std::min(p, q), with.clamp_maximum = std::max(p, q);
    const int32_t a = int32_t(random()) >> random() % 31, b = int32_t(random()) >> random() % 31;
    ASSERT_EQ(combinedOf(lane, a, b, with), elementwiseLane(a, b, with))
        << int(with.operation) << ": " << a << ", " << b;
  }
}

} // namespace
