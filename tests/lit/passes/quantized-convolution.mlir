// A quantized convolution as it is imported, with transposes, activation and uint8: what is left is one group
// conv2d, rescale, clamp between quantize and dequantize, and transposes of the model's input and output only.
// RUN: lockstep-opt %s --lockstep-move-data-movement --lockstep-quantized-to-integer --canonicalize | FileCheck %s

!input = !quant.uniform<u8:f32, 5.000000e-01:128>
!weight = !quant.uniform<i8:f32:0, {2.500000e-01, 1.250000e-01}>
!output = !quant.uniform<u8:f32, 2.000000e+00:3>

// CHECK-LABEL: func.func @main
// CHECK-DAG:   %[[BIAS:.*]] = "tosa.const"() <{value = dense<[8, -32]> : tensor<2xi32>}>
// CHECK-DAG:   %[[WEIGHT:.*]] = "tosa.const"() <{value = dense<{{.*}}> : tensor<2x3x3x1xi8>}>
// CHECK:       "quant.qcast"(%arg0) : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x4x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK:       %[[IN:.*]] = tosa.reshape %{{.*}} -> tensor<1x4x4x1xi8>
// CHECK:       %[[ACC:.*]] = tosa.conv2d %[[IN]], %[[WEIGHT]], %[[BIAS]]
// CHECK-SAME:    quantization_info = #tosa.conv_quant<input_zp = 0, weight_zp = 0>
// CHECK-SAME:    -> tensor<1x4x4x2xi32>
// CHECK:       %[[OUT:.*]] = tosa.rescale %[[ACC]]
// CHECK-SAME:    input_zp = 0 : i32, multiplier = array<i32: 1073741824, 1073741824>, output_zp = -125 : i32, per_channel = true, scale32 = true, shift = array<i8: 34, 35>
// CHECK:       %[[CLAMPED:.*]] = tosa.clamp %[[OUT]] {{.*}}max_int = 127 : i64, {{.*}}min_int = -125 : i64
// CHECK:       %[[BACK:.*]] = tosa.transpose %[[CLAMPED]]
// CHECK:       "quant.scast"(%[[BACK]])
// CHECK-SAME:    -> tensor<1x2x4x4x!quant.uniform<i8:f32, 2.000000e+00:-125>>
// CHECK:       "quant.dcast"
// CHECK-NOT:   tosa.clamp
func.func @main(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = "tosa.const"() {value = dense<[[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], [[[9, 8, 7], [6, 5, 4], [3, 2, 1]]]]> : tensor<2x1x3x3xi8>} : () -> tensor<2x1x3x3xi8>
  %b = "tosa.const"() {value = dense<[1.0, -2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %to_last = "tosa.const"() {value = dense<[0, 2, 3, 1]> : tensor<4xi32>} : () -> tensor<4xi32>
  %to_first = "tosa.const"() {value = dense<[0, 3, 1, 2]> : tensor<4xi32>} : () -> tensor<4xi32>
  %0 = "quant.qcast"(%x) : (tensor<1x1x4x4xf32>) -> tensor<1x1x4x4x!input>
  %1 = "quant.scast"(%0) : (tensor<1x1x4x4x!input>) -> tensor<1x1x4x4xi8>
  %2 = "quant.scast"(%1) : (tensor<1x1x4x4xi8>) -> tensor<1x1x4x4x!input>
  %3 = "quant.dcast"(%2) : (tensor<1x1x4x4x!input>) -> tensor<1x1x4x4xf32>
  %4 = "quant.scast"(%w) : (tensor<2x1x3x3xi8>) -> tensor<2x1x3x3x!weight>
  %5 = "quant.dcast"(%4) : (tensor<2x1x3x3x!weight>) -> tensor<2x1x3x3xf32>
  %6 = tosa.transpose %3, %to_last : (tensor<1x1x4x4xf32>, tensor<4xi32>) -> tensor<1x4x4x1xf32>
  %7 = tosa.transpose %5, %to_last : (tensor<2x1x3x3xf32>, tensor<4xi32>) -> tensor<2x3x3x1xf32>
  %8 = tosa.conv2d %6, %7, %b {dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<2x3x3x1xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
  %9 = tosa.transpose %8, %to_first : (tensor<1x4x4x2xf32>, tensor<4xi32>) -> tensor<1x2x4x4xf32>
  %10 = tosa.clamp %9 {min_fp = 0.0 : f32, max_fp = 3.40282347E+38 : f32, min_int = 0 : i64, max_int = 2147483647 : i64} : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32>
  %11 = "quant.qcast"(%10) : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4x!output>
  %12 = "quant.scast"(%11) : (tensor<1x2x4x4x!output>) -> tensor<1x2x4x4xi8>
  %13 = "quant.scast"(%12) : (tensor<1x2x4x4xi8>) -> tensor<1x2x4x4x!output>
  %14 = "quant.dcast"(%13) : (tensor<1x2x4x4x!output>) -> tensor<1x2x4x4xf32>
  return %14 : tensor<1x2x4x4xf32>
}
