// Weights with a scale for each output channel are sliced (grouped convolutions) and reversed (transposed convolutions) as
// integers; the scales are cut along. All of it is done while compiling.
// RUN: lockstep-opt %s --split-input-file --lockstep-move-data-movement | FileCheck %s

!w = !quant.uniform<i8:f32:0, {1.000000e+00, 2.000000e+00, 4.000000e+00, 8.000000e+00}>
// CHECK-LABEL: func.func @group
// CHECK:       %[[PART:.*]] = "tosa.const"() <{value = dense<{{\[\[}}5, 6], [7, 8]]> : tensor<2x2xi8>}>
// CHECK:       %[[W:.*]] = "quant.scast"(%[[PART]]) : (tensor<2x2xi8>) -> tensor<2x2x!quant.uniform<i8:f32:0, {4.000000e+00,8.000000e+00}>>
// CHECK-NEXT:  %[[F:.*]] = "quant.dcast"(%[[W]])
// CHECK-NEXT:  return %[[F]]
func.func @group() -> tensor<2x2xf32> {
  %w = "tosa.const"() {value = dense<[[1, 2], [3, 4], [5, 6], [7, 8]]> : tensor<4x2xi8>} : () -> tensor<4x2xi8>
  %0 = "quant.scast"(%w) : (tensor<4x2xi8>) -> tensor<4x2x!w>
  %1 = "quant.dcast"(%0) : (tensor<4x2x!w>) -> tensor<4x2xf32>
  %2 = tosa.slice %1 {start = array<i64: 2, 0>, size = array<i64: 2, 2>} : (tensor<4x2xf32>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}

// -----

!w = !quant.uniform<i8:f32:0, {1.000000e+00, 2.000000e+00}>
// CHECK-LABEL: func.func @reversed
// CHECK:       "tosa.const"() <{value = dense<{{\[\[}}3, 2, 1], [6, 5, 4]]> : tensor<2x3xi8>}>
// CHECK-NOT:   tosa.reverse
// CHECK:       return
func.func @reversed() -> tensor<2x3xf32> {
  %w = "tosa.const"() {value = dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>} : () -> tensor<2x3xi8>
  %0 = "quant.scast"(%w) : (tensor<2x3xi8>) -> tensor<2x3x!w>
  %1 = "quant.dcast"(%0) : (tensor<2x3x!w>) -> tensor<2x3xf32>
  %2 = tosa.reverse %1 {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}

// -----

// Along the quantized axis the scales would have to turn round: it stays float.
!w = !quant.uniform<i8:f32:0, {1.000000e+00, 2.000000e+00}>
// CHECK-LABEL: func.func @reversed_channels
// CHECK:       tosa.reverse
func.func @reversed_channels(%w: tensor<2x3xi8>) -> tensor<2x3xf32> {
  %0 = "quant.scast"(%w) : (tensor<2x3xi8>) -> tensor<2x3x!w>
  %1 = "quant.dcast"(%0) : (tensor<2x3x!w>) -> tensor<2x3xf32>
  %2 = tosa.reverse %1 {axis = 0 : i32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}
