// Transposes meet their opposites; reshapes, slices and pads move to integers. Values stay the same.
// RUN: lockstep-opt %s --split-input-file --lockstep-move-data-movement | FileCheck %s

// Through elementwise operations, a per-channel constant and a sum of two branches.
// CHECK-LABEL: func.func @cancels
// CHECK-NOT:   tosa.transpose
// CHECK:       tosa.add {{.*}}tensor<1x4x4x8xf32>, tensor<1x1x1x8xf32>
// CHECK:       tosa.clamp
// CHECK:       tosa.tanh
// CHECK:       tosa.add
// CHECK-NOT:   tosa.transpose
func.func @cancels(%x: tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32> {
  %to_last = "tosa.const"() {value = dense<[0, 2, 3, 1]> : tensor<4xi32>} : () -> tensor<4xi32>
  %to_first = "tosa.const"() {value = dense<[0, 3, 1, 2]> : tensor<4xi32>} : () -> tensor<4xi32>
  %c = "tosa.const"() {value = dense<[[[[1.0]], [[2.0]], [[3.0]], [[4.0]], [[5.0]], [[6.0]], [[7.0]], [[8.0]]]]> : tensor<1x8x1x1xf32>} : () -> tensor<1x8x1x1xf32>
  %0 = tosa.transpose %x, %to_first : (tensor<1x4x4x8xf32>, tensor<4xi32>) -> tensor<1x8x4x4xf32>
  %1 = tosa.add %0, %c : (tensor<1x8x4x4xf32>, tensor<1x8x1x1xf32>) -> tensor<1x8x4x4xf32>
  %2 = tosa.clamp %1 {min_fp = 0.0 : f32, max_fp = 6.0 : f32, min_int = 0 : i64, max_int = 6 : i64} : (tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
  %3 = tosa.tanh %0 : (tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
  %4 = tosa.add %2, %3 : (tensor<1x8x4x4xf32>, tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
  %5 = tosa.transpose %4, %to_last : (tensor<1x8x4x4xf32>, tensor<4xi32>) -> tensor<1x4x4x8xf32>
  return %5 : tensor<1x4x4x8xf32>
}

// -----

// Through pad, slice, concat and a reduction: axes and amounts move along.
// CHECK-LABEL: func.func @axes
// CHECK:       %[[PADS:.*]] = "tosa.const"() <{value = dense<{{\[\[}}0, 0], [1, 2], [3, 4], [0, 0]]>
// CHECK:       tosa.pad %arg0, %[[PADS]]
// CHECK-SAME:    -> tensor<1x7x11x8xf32>
// CHECK:       tosa.slice {{.*}}size = array<i64: 1, 7, 11, 4>, start = array<i64: 0, 0, 0, 2>
// CHECK:       tosa.concat {{.*}}axis = 3
// CHECK:       tosa.reduce_sum {{.*}}axis = 2
// CHECK-SAME:    -> tensor<1x7x1x8xf32>
// CHECK:       tosa.transpose
// CHECK-NEXT:  return
func.func @axes(%x: tensor<1x4x4x8xf32>) -> tensor<1x8x7x1xf32> {
  %to_first = "tosa.const"() {value = dense<[0, 3, 1, 2]> : tensor<4xi32>} : () -> tensor<4xi32>
  %pads = "tosa.const"() {value = dense<[[0, 0], [0, 0], [1, 2], [3, 4]]> : tensor<4x2xi32>} : () -> tensor<4x2xi32>
  %0 = tosa.transpose %x, %to_first : (tensor<1x4x4x8xf32>, tensor<4xi32>) -> tensor<1x8x4x4xf32>
  %1 = tosa.pad %0, %pads : (tensor<1x8x4x4xf32>, tensor<4x2xi32>) -> tensor<1x8x7x11xf32>
  %2 = tosa.slice %1 {start = array<i64: 0, 2, 0, 0>, size = array<i64: 1, 4, 7, 11>} : (tensor<1x8x7x11xf32>) -> tensor<1x4x7x11xf32>
  %3 = tosa.concat %2, %2 {axis = 1 : i32} : (tensor<1x4x7x11xf32>, tensor<1x4x7x11xf32>) -> tensor<1x8x7x11xf32>
  %4 = tosa.reduce_sum %3 {axis = 3 : i32} : (tensor<1x8x7x11xf32>) -> tensor<1x8x7x1xf32>
  return %4 : tensor<1x8x7x1xf32>
}

// -----

// A residual input without transpose gets the opposite one, where the next convolution's cancels it.
// CHECK-LABEL: func.func @residual
// CHECK:       %[[LAST:.*]] = tosa.transpose %arg1
// CHECK:       tosa.add %arg0, %[[LAST]]
// CHECK-NOT:   tosa.transpose
// CHECK:       return
func.func @residual(%x: tensor<1x4x4x8xf32>, %y: tensor<1x8x4x4xf32>) -> tensor<1x4x4x8xf32> {
  %to_last = "tosa.const"() {value = dense<[0, 2, 3, 1]> : tensor<4xi32>} : () -> tensor<4xi32>
  %to_first = "tosa.const"() {value = dense<[0, 3, 1, 2]> : tensor<4xi32>} : () -> tensor<4xi32>
  %0 = tosa.transpose %x, %to_first : (tensor<1x4x4x8xf32>, tensor<4xi32>) -> tensor<1x8x4x4xf32>
  %1 = tosa.add %0, %y : (tensor<1x8x4x4xf32>, tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32>
  %2 = tosa.transpose %1, %to_last : (tensor<1x8x4x4xf32>, tensor<4xi32>) -> tensor<1x4x4x8xf32>
  return %2 : tensor<1x4x4x8xf32>
}

// -----

// The other direction does not ask for opposites: it would never end.
// CHECK-LABEL: func.func @other_direction
// CHECK:       tosa.transpose %arg0
// CHECK-NEXT:  tosa.add
func.func @other_direction(%x: tensor<1x8x4x4xf32>, %y: tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32> {
  %to_last = "tosa.const"() {value = dense<[0, 2, 3, 1]> : tensor<4xi32>} : () -> tensor<4xi32>
  %0 = tosa.transpose %x, %to_last : (tensor<1x8x4x4xf32>, tensor<4xi32>) -> tensor<1x4x4x8xf32>
  %1 = tosa.add %0, %y : (tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32>
  return %1 : tensor<1x4x4x8xf32>
}

// -----

// The weights' rows change their order instead of a flattened image.
// CHECK-LABEL: func.func @flattened
// CHECK:       %[[ROWS:.*]] = "tosa.const"() <{value = dense<{{\[\[\[}}0.000000e+00], [2.000000e+00], [1.000000e+00], [3.000000e+00]]]>
// CHECK:       %[[FLAT:.*]] = tosa.reshape %arg0
// CHECK:       tosa.matmul %[[FLAT]], %[[ROWS]]
func.func @flattened(%x: tensor<1x2x1x2xf32>) -> tensor<1x1x1xf32> {
  %to_first = "tosa.const"() {value = dense<[0, 3, 1, 2]> : tensor<4xi32>} : () -> tensor<4xi32>
  %w = "tosa.const"() {value = dense<[[[0.0], [1.0], [2.0], [3.0]]]> : tensor<1x4x1xf32>} : () -> tensor<1x4x1xf32>
  %0 = tosa.transpose %x, %to_first : (tensor<1x2x1x2xf32>, tensor<4xi32>) -> tensor<1x2x2x1xf32>
  %1 = tosa.reshape %0 {new_shape = array<i64: 1, 1, 4>} : (tensor<1x2x2x1xf32>) -> tensor<1x1x4xf32>
  %2 = tosa.matmul %1, %w : (tensor<1x1x4xf32>, tensor<1x4x1xf32>) -> tensor<1x1x1xf32>
  return %2 : tensor<1x1x1xf32>
}

// -----

// A reshape moves through the addition of a constant along the last dimension, not through one along another.
// CHECK-LABEL: func.func @reshape
// CHECK:       tosa.add %arg0, %{{.*}} : (tensor<1x6x4xf32>, tensor<1x1x4xf32>)
// CHECK:       tosa.reshape {{.*}}tensor<2x3x4xf32>
// CHECK:       tosa.add {{.*}} : (tensor<2x3x4xf32>, tensor<1x3x1xf32>)
func.func @reshape(%x: tensor<1x6x4xf32>) -> tensor<2x3x4xf32> {
  %c = "tosa.const"() {value = dense<[[[1.0, 2.0, 3.0, 4.0]]]> : tensor<1x1x4xf32>} : () -> tensor<1x1x4xf32>
  %d = "tosa.const"() {value = dense<[[[1.0], [2.0], [3.0]]]> : tensor<1x3x1xf32>} : () -> tensor<1x3x1xf32>
  %0 = tosa.reshape %x {new_shape = array<i64: 2, 3, 4>} : (tensor<1x6x4xf32>) -> tensor<2x3x4xf32>
  %1 = tosa.add %0, %c : (tensor<2x3x4xf32>, tensor<1x1x4xf32>) -> tensor<2x3x4xf32>
  %2 = tosa.add %1, %d : (tensor<2x3x4xf32>, tensor<1x3x1xf32>) -> tensor<2x3x4xf32>
  return %2 : tensor<2x3x4xf32>
}

// -----

// Behind a dequantize, data movement is of the integers; zeros that are padded are the zero point.
!q = !quant.uniform<i8:f32, 5.000000e-01:3>
// CHECK-LABEL: func.func @integers
// CHECK-DAG:   %[[ZERO:.*]] = "tosa.const"() <{value = dense<3> : tensor<i8>}>
// CHECK:       %[[PADDED:.*]] = tosa.pad %arg0, %{{.*}}, %[[ZERO]] {{.*}} -> tensor<4x4xi8>
// CHECK:       %[[MAX:.*]] = tosa.reduce_max %[[PADDED]]
// CHECK:       "quant.scast"(%[[MAX]])
// CHECK-NEXT:  "quant.dcast"
// CHECK-NEXT:  return
func.func @integers(%x: tensor<2x4xi8>) -> tensor<4x1xf32> {
  %pads = "tosa.const"() {value = dense<[[1, 1], [0, 0]]> : tensor<2x2xi32>} : () -> tensor<2x2xi32>
  %0 = "quant.scast"(%x) : (tensor<2x4xi8>) -> tensor<2x4x!q>
  %1 = "quant.dcast"(%0) : (tensor<2x4x!q>) -> tensor<2x4xf32>
  %2 = tosa.pad %1, %pads : (tensor<2x4xf32>, tensor<2x2xi32>) -> tensor<4x4xf32>
  %3 = tosa.reduce_max %2 {axis = 1 : i32} : (tensor<4x4xf32>) -> tensor<4x1xf32>
  return %3 : tensor<4x1xf32>
}

// -----

// A padding that is no quantized value stays float.
!q = !quant.uniform<i8:f32, 5.000000e-01:3>
// CHECK-LABEL: func.func @inexact_padding
// CHECK:       "quant.dcast"
// CHECK:       tosa.pad {{.*}} -> tensor<4x4xf32>
func.func @inexact_padding(%x: tensor<2x4xi8>) -> tensor<4x4xf32> {
  %pads = "tosa.const"() {value = dense<[[1, 1], [0, 0]]> : tensor<2x2xi32>} : () -> tensor<2x2xi32>
  %value = "tosa.const"() {value = dense<0.3> : tensor<f32>} : () -> tensor<f32>
  %0 = "quant.scast"(%x) : (tensor<2x4xi8>) -> tensor<2x4x!q>
  %1 = "quant.dcast"(%0) : (tensor<2x4x!q>) -> tensor<2x4xf32>
  %2 = tosa.pad %1, %pads, %value : (tensor<2x4xf32>, tensor<2x2xi32>, tensor<f32>) -> tensor<4x4xf32>
  return %2 : tensor<4x4xf32>
}

// -----

// uint8 is int8 inside: the bits' sign is flipped where they come in and go out, and nowhere else.
!u = !quant.uniform<u8:f32, 5.000000e-01:128>
// CHECK-LABEL: func.func @signed
// CHECK:       %[[IN:.*]] = tosa.bitwise_xor %arg0
// CHECK:       "quant.scast"(%[[IN]]) : (tensor<4xi8>) -> tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK:       tosa.abs
// CHECK:       tosa.negate
// CHECK:       %[[OUT:.*]] = tosa.bitwise_xor
// CHECK-NOT:   tosa.bitwise_xor
// CHECK:       return %[[OUT]]
func.func @signed(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = "quant.scast"(%x) : (tensor<4xi8>) -> tensor<4x!u>
  %1 = "quant.dcast"(%0) : (tensor<4x!u>) -> tensor<4xf32>
  %2 = tosa.abs %1 : (tensor<4xf32>) -> tensor<4xf32>
  %3 = "quant.qcast"(%2) : (tensor<4xf32>) -> tensor<4x!u>
  %4 = "quant.scast"(%3) : (tensor<4x!u>) -> tensor<4xi8>
  %5 = "quant.scast"(%4) : (tensor<4xi8>) -> tensor<4x!u>
  %6 = "quant.dcast"(%5) : (tensor<4x!u>) -> tensor<4xf32>
  %7 = tosa.negate %6 : (tensor<4xf32>) -> tensor<4xf32>
  %8 = "quant.qcast"(%7) : (tensor<4xf32>) -> tensor<4x!u>
  %9 = "quant.scast"(%8) : (tensor<4x!u>) -> tensor<4xi8>
  return %9 : tensor<4xi8>
}
