// tosa.rescale: scaled in 64 bits, wrapped to 32, and saturated where the zero point's sum is still exact.
// RUN: lockstep-opt %s --pass-pipeline='builtin.module(func.func(lockstep-lower-rescale))' | FileCheck %s

// CHECK-LABEL: func.func @per_tensor
// CHECK:       arith.muli %{{.*}} : i64
// CHECK:       %[[SHIFTED:.*]] = arith.shrsi %{{.*}} : i64
// CHECK:       %[[WRAPPED:.*]] = arith.trunci %[[SHIFTED]] : i64 to i32
// CHECK:       %[[WIDE:.*]] = arith.extsi %[[WRAPPED]] : i32 to i64
// CHECK:       arith.addi %[[WIDE]], %{{.*}} : i64
// CHECK:       arith.maxsi
// CHECK:       arith.minsi
// CHECK:       arith.trunci %{{.*}} : i64 to i8
func.func @per_tensor(%a: tensor<4xi32>) -> tensor<4xi8> {
  %0 = tosa.rescale %a {double_round = false, input_zp = 0 : i32, output_zp = -3 : i32,
    multiplier = array<i32: 1073741824>, shift = array<i8: 38>, scale32 = true, per_channel = false}
    : (tensor<4xi32>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// Double rounding is left to upstream.
// CHECK-LABEL: func.func @double_rounding
// CHECK:       tosa.rescale
func.func @double_rounding(%a: tensor<4xi32>) -> tensor<4xi8> {
  %0 = tosa.rescale %a {double_round = true, input_zp = 0 : i32, output_zp = -3 : i32,
    multiplier = array<i32: 1073741824>, shift = array<i8: 38>, scale32 = true, per_channel = false}
    : (tensor<4xi32>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}
