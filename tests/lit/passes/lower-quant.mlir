// Quantize and dequantize become arithmetic on storage tensors: ONNX's definitions.
// RUN: lockstep-opt %s --split-input-file --verify-diagnostics --lockstep-lower-quant | FileCheck %s

// saturate(roundeven(x / scale) + zero_point), saturated before the conversion; u8 storage keeps its bits.
// CHECK-LABEL: func.func @quantize
// CHECK-SAME:  %[[X:.*]]: tensor<4xf32>
// CHECK:       linalg.generic {{.*}} ins(%[[X]] : tensor<4xf32>) outs(%{{.*}} : tensor<4xi8>)
// CHECK-DAG:   %[[SCALE:.*]] = arith.constant 5.000000e-01 : f32
// CHECK:       %[[RATIO:.*]] = arith.divf %{{.*}}, %[[SCALE]] : f32
// CHECK-NEXT:  %[[ROUND:.*]] = math.roundeven %[[RATIO]] : f32
// CHECK:       arith.maxnumf %[[ROUND]]
// CHECK:       arith.minnumf
// CHECK:       arith.fptosi %{{.*}} : f32 to i32
// CHECK:       arith.trunci %{{.*}} : i32 to i8
func.func @quantize(%x: tensor<4xf32>) -> tensor<4xi8> {
  %0 = "quant.qcast"(%x) : (tensor<4xf32>) -> tensor<4x!quant.uniform<u8:f32, 0.5:128>>
  %1 = "quant.scast"(%0) : (tensor<4x!quant.uniform<u8:f32, 0.5:128>>) -> tensor<4xi8>
  return %1 : tensor<4xi8>
}

// -----

// Scales and zero points along an axis come as vectors.
// CHECK-DAG:   #[[ALL:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG:   #[[AXIS:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @dequantize
// CHECK-DAG:   arith.constant dense<[5.000000e-01, 2.000000e+00]> : tensor<2xf32>
// CHECK-DAG:   arith.constant dense<[0, -3]> : tensor<2xi32>
// CHECK:       linalg.generic {indexing_maps = [#[[ALL]], #[[AXIS]], #[[AXIS]], #[[ALL]]]
// CHECK:       arith.extsi %{{.*}} : i8 to i32
// CHECK:       arith.subi
// CHECK:       arith.sitofp %{{.*}} : i32 to f32
// CHECK:       arith.mulf
func.func @dequantize(%q: tensor<3x2xi8>) -> tensor<3x2xf32> {
  %0 = "quant.scast"(%q) : (tensor<3x2xi8>) -> tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 2.0:-3}>>
  %1 = "quant.dcast"(%0) : (tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 2.0:-3}>>) -> tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// -----

func.func @escapes(%x: tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.5>> {
  // expected-error@+1 {{has a quantized result with a user that is no quantize or dequantize operation}}
  %0 = "quant.qcast"(%x) : (tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.5>>
  return %0 : tensor<4x!quant.uniform<i8:f32, 0.5>>
}
