// Dequantize, operator, quantize becomes integer TOSA; what has no integer form stays float and says why.
// RUN: lockstep-opt %s --split-input-file --lockstep-quantized-to-integer | FileCheck %s

// A sum: both operands at max(scales) / 2^22, one rescale behind. 0.25 / (0.5 / 2^22) = 2^21, 1 = 2^22.
!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 2.500000e-01:-7>
!y = !quant.uniform<i8:f32, 1.000000e+00:10>
// CHECK-LABEL: func.func @sum
// CHECK:       %[[A:.*]] = tosa.rescale %arg0 {{.*}}input_zp = 3 : i32, multiplier = array<i32: 1073741824>, output_zp = 0 : i32, {{.*}}shift = array<i8: 8>} : (tensor<2x4xi8>) -> tensor<2x4xi32>
// CHECK:       %[[B:.*]] = tosa.rescale %arg1 {{.*}}input_zp = -7 : i32, multiplier = array<i32: 1073741824>, output_zp = 0 : i32, {{.*}}shift = array<i8: 9>} : (tensor<1x4xi8>) -> tensor<1x4xi32>
// CHECK:       %[[SUM:.*]] = tosa.add %[[A]], %[[B]] : (tensor<2x4xi32>, tensor<1x4xi32>) -> tensor<2x4xi32>
// CHECK:       %[[Y:.*]] = tosa.rescale %[[SUM]] {{.*}}multiplier = array<i32: 1073741824>, output_zp = 10 : i32, {{.*}}shift = array<i8: 53>}
// CHECK:       tosa.clamp %[[Y]] {{.*}}min_int = 10
// CHECK-NOT:   f32>
// CHECK:       return
func.func @sum(%x: tensor<2x4xi8>, %z: tensor<1x4xi8>) -> tensor<2x4xi8> {
  %0 = "quant.scast"(%x) : (tensor<2x4xi8>) -> tensor<2x4x!a>
  %1 = "quant.dcast"(%0) : (tensor<2x4x!a>) -> tensor<2x4xf32>
  %2 = "quant.scast"(%z) : (tensor<1x4xi8>) -> tensor<1x4x!b>
  %3 = "quant.dcast"(%2) : (tensor<1x4x!b>) -> tensor<1x4xf32>
  %4 = tosa.add %1, %3 : (tensor<2x4xf32>, tensor<1x4xf32>) -> tensor<2x4xf32>
  %5 = tosa.clamp %4 {min_fp = 0.0 : f32, max_fp = 3.40282347E+38 : f32, min_int = 0 : i64, max_int = 2147483647 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %6 = "quant.qcast"(%5) : (tensor<2x4xf32>) -> tensor<2x4x!y>
  %7 = "quant.scast"(%6) : (tensor<2x4x!y>) -> tensor<2x4xi8>
  return %7 : tensor<2x4xi8>
}

// -----

// A function of one tensor is a table, constants and several operations included.
!a = !quant.uniform<i8:f32, 1.000000e+00>
// CHECK-LABEL: func.func @table
// CHECK:       %[[TABLE:.*]] = "tosa.const"() <{value = dense<"0x80{{.*}}"> : tensor<256xi8>}>
// CHECK:       tosa.table %arg0, %[[TABLE]] : (tensor<8xi8>, tensor<256xi8>) -> tensor<8xi8>
// CHECK-NEXT:  return
func.func @table(%x: tensor<8xi8>) -> tensor<8xi8> {
  %two = "tosa.const"() {value = dense<2.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = "quant.scast"(%x) : (tensor<8xi8>) -> tensor<8x!a>
  %1 = "quant.dcast"(%0) : (tensor<8x!a>) -> tensor<8xf32>
  %2 = tosa.mul %1, %two {shift = 0 : i8} : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xf32>
  %3 = tosa.add %2, %1 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %4 = "quant.qcast"(%3) : (tensor<8xf32>) -> tensor<8x!a>
  %5 = "quant.scast"(%4) : (tensor<8x!a>) -> tensor<8xi8>
  return %5 : tensor<8xi8>
}

// -----

// Equal scales: nothing is left. Others: one rescale.
!a = !quant.uniform<i8:f32, 1.000000e+00>
!b = !quant.uniform<i8:f32, 5.000000e-01>
// CHECK-LABEL: func.func @requantize
// CHECK-NEXT:  %[[B:.*]] = tosa.rescale %arg0 {{.*}}multiplier = array<i32: 1073741824>, {{.*}}shift = array<i8: 29>}
// CHECK-NEXT:  return %arg0, %[[B]]
func.func @requantize(%x: tensor<8xi8>) -> (tensor<8xi8>, tensor<8xi8>) {
  %0 = "quant.scast"(%x) : (tensor<8xi8>) -> tensor<8x!a>
  %1 = "quant.dcast"(%0) : (tensor<8x!a>) -> tensor<8xf32>
  %2 = "quant.qcast"(%1) : (tensor<8xf32>) -> tensor<8x!a>
  %3 = "quant.scast"(%2) : (tensor<8x!a>) -> tensor<8xi8>
  %4 = "quant.qcast"(%1) : (tensor<8xf32>) -> tensor<8x!b>
  %5 = "quant.scast"(%4) : (tensor<8x!b>) -> tensor<8xi8>
  return %3, %5 : tensor<8xi8>, tensor<8xi8>
}

// -----

// Without quantize behind it, a product's int32 accumulators are dequantized at the product of the scales; a factor
// and a bias go into scale and integers.
!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!b = !quant.uniform<i8:f32, 2.500000e-01:-7>
// CHECK-LABEL: func.func @accumulators
// CHECK:       %[[BIAS:.*]] = "tosa.const"() <{value = dense<8> : tensor<1x1x1xi32>}>
// CHECK:       %[[ACC:.*]] = tosa.matmul %arg0, %arg1 {quantization_info = #tosa.matmul_quant<a_zp = 3, b_zp = -7>}
// CHECK:       %[[SUM:.*]] = tosa.add %[[ACC]], %[[BIAS]] : (tensor<1x2x2xi32>, tensor<1x1x1xi32>) -> tensor<1x2x2xi32>
// CHECK:       "quant.scast"(%[[SUM]]) : (tensor<1x2x2xi32>) -> tensor<1x2x2x!quant.uniform<i32:f32, 2.500000e-01>>
// CHECK-NEXT:  "quant.dcast"
// CHECK-NEXT:  return
func.func @accumulators(%x: tensor<1x2x4xi8>, %z: tensor<1x4x2xi8>) -> tensor<1x2x2xf32> {
  %two = "tosa.const"() {value = dense<2.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %0 = "quant.scast"(%x) : (tensor<1x2x4xi8>) -> tensor<1x2x4x!a>
  %1 = "quant.dcast"(%0) : (tensor<1x2x4x!a>) -> tensor<1x2x4xf32>
  %2 = "quant.scast"(%z) : (tensor<1x4x2xi8>) -> tensor<1x4x2x!b>
  %3 = "quant.dcast"(%2) : (tensor<1x4x2x!b>) -> tensor<1x4x2xf32>
  %4 = tosa.matmul %1, %3 : (tensor<1x2x4xf32>, tensor<1x4x2xf32>) -> tensor<1x2x2xf32>
  %5 = tosa.mul %4, %two {shift = 0 : i8} : (tensor<1x2x2xf32>, tensor<1x1x1xf32>) -> tensor<1x2x2xf32>
  %6 = tosa.add %5, %two : (tensor<1x2x2xf32>, tensor<1x1x1xf32>) -> tensor<1x2x2xf32>
  return %6 : tensor<1x2x2xf32>
}

// -----

// Weights with a scale for each input channel, an input that is not quantized: float, with the reason.
!a = !quant.uniform<i8:f32, 5.000000e-01:3>
!rows = !quant.uniform<i8:f32:1, {1.000000e+00, 2.000000e+00}>
// CHECK-LABEL: func.func @refused
// CHECK:       tosa.matmul {{.*}}lockstep.reason = "weights are quantized along another axis than the output's channels"
// CHECK:       tosa.matmul {{.*}}lockstep.reason = "float32: the input is not quantized"
func.func @refused(%x: tensor<1x3x2xi8>, %z: tensor<1x2x2xi8>, %f: tensor<1x3x2xf32>) -> (tensor<1x3x2xf32>, tensor<1x3x2xf32>) {
  %0 = "quant.scast"(%x) : (tensor<1x3x2xi8>) -> tensor<1x3x2x!a>
  %1 = "quant.dcast"(%0) : (tensor<1x3x2x!a>) -> tensor<1x3x2xf32>
  %2 = "quant.scast"(%z) : (tensor<1x2x2xi8>) -> tensor<1x2x2x!rows>
  %3 = "quant.dcast"(%2) : (tensor<1x2x2x!rows>) -> tensor<1x2x2xf32>
  %4 = tosa.matmul %1, %3 : (tensor<1x3x2xf32>, tensor<1x2x2xf32>) -> tensor<1x3x2xf32>
  %5 = tosa.matmul %f, %3 : (tensor<1x3x2xf32>, tensor<1x2x2xf32>) -> tensor<1x3x2xf32>
  return %4, %5 : tensor<1x3x2xf32>, tensor<1x3x2xf32>
}

// -----

// A scale that would make int32 wrap around: the accumulators stay, quantize is float.
!a = !quant.uniform<i8:f32, 1.000000e+03>
!y = !quant.uniform<i8:f32, 1.000000e-02>
// CHECK-LABEL: func.func @too_large
// CHECK:       tosa.matmul {{.*}}-> tensor<1x3x2xi32>
// CHECK-NOT:   tosa.rescale
// CHECK:       "quant.dcast"
// CHECK:       "quant.qcast"
func.func @too_large(%x: tensor<1x3x2xi8>, %z: tensor<1x2x2xi8>) -> tensor<1x3x2xi8> {
  %0 = "quant.scast"(%x) : (tensor<1x3x2xi8>) -> tensor<1x3x2x!a>
  %1 = "quant.dcast"(%0) : (tensor<1x3x2x!a>) -> tensor<1x3x2xf32>
  %2 = "quant.scast"(%z) : (tensor<1x2x2xi8>) -> tensor<1x2x2x!a>
  %3 = "quant.dcast"(%2) : (tensor<1x2x2x!a>) -> tensor<1x2x2xf32>
  %4 = tosa.matmul %1, %3 : (tensor<1x3x2xf32>, tensor<1x2x2xf32>) -> tensor<1x3x2xf32>
  %5 = "quant.qcast"(%4) : (tensor<1x3x2xf32>) -> tensor<1x3x2x!y>
  %6 = "quant.scast"(%5) : (tensor<1x3x2x!y>) -> tensor<1x3x2xi8>
  return %6 : tensor<1x3x2xi8>
}

// -----

// A mean of full windows is a depthwise convolution with ones; a pad with the zero point is the convolution's.
!a = !quant.uniform<i8:f32, 1.000000e+00:5>
// CHECK-LABEL: func.func @mean
// CHECK:       tosa.depthwise_conv2d %arg0, {{.*}}pad = array<i64: 1, 0, 2, 0>, quantization_info = #tosa.conv_quant<input_zp = 5, weight_zp = 0>, stride = array<i64: 2, 2>
// CHECK:       tosa.rescale {{.*}}multiplier = array<i32: 1073741824>, output_zp = 5 : i32, {{.*}}shift = array<i8: 32>}
func.func @mean(%x: tensor<1x3x4x2xi8>) -> tensor<1x2x3x2xi8> {
  %pads = "tosa.const"() {value = dense<[[0, 0], [1, 0], [2, 0], [0, 0]]> : tensor<4x2xi32>} : () -> tensor<4x2xi32>
  %five = "tosa.const"() {value = dense<5> : tensor<i8>} : () -> tensor<i8>
  %p = tosa.pad %x, %pads, %five : (tensor<1x3x4x2xi8>, tensor<4x2xi32>, tensor<i8>) -> tensor<1x4x6x2xi8>
  %0 = "quant.scast"(%p) : (tensor<1x4x6x2xi8>) -> tensor<1x4x6x2x!a>
  %1 = "quant.dcast"(%0) : (tensor<1x4x6x2x!a>) -> tensor<1x4x6x2xf32>
  %2 = tosa.avg_pool2d %1 {acc_type = f32, kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>} : (tensor<1x4x6x2xf32>) -> tensor<1x2x3x2xf32>
  %3 = "quant.qcast"(%2) : (tensor<1x2x3x2xf32>) -> tensor<1x2x3x2x!a>
  %4 = "quant.scast"(%3) : (tensor<1x2x3x2x!a>) -> tensor<1x2x3x2xi8>
  return %4 : tensor<1x2x3x2xi8>
}
