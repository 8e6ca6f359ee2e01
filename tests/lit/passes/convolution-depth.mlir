// A convolution with depth is one of images: the kernel's layers are channels, the output's layers a batch.
// RUN: lockstep-opt %s --split-input-file --lockstep-move-data-movement | FileCheck %s

// Integers: the depth is padded with the zero point; the kernel's two layers begin at 0 and 2, the stride takes every
// second one. The weights are rearranged while compiling.
// CHECK-LABEL: func.func @integers
// CHECK-DAG:   %[[W:.*]] = "tosa.const"() <{value = dense<{{.*}}1, 3], [2, 4]{{.*}} : tensor<1x1x2x2xi8>}>
// CHECK-DAG:   %[[ZERO:.*]] = "tosa.const"() <{value = dense<-5> : tensor<i8>}>
// CHECK-DAG:   %[[AMOUNTS:.*]] = "tosa.const"() <{value = dense<{{\[\[}}0, 0], [1, 0], [0, 0], [0, 0], [0, 0]]>
// CHECK:       %[[PADDED:.*]] = tosa.pad %arg0, %[[AMOUNTS]], %[[ZERO]] {{.*}} -> tensor<1x6x3x4x1xi8>
// CHECK:       tosa.slice %[[PADDED]] {size = array<i64: 1, 4, 3, 4, 1>, start = array<i64: 0, 0, 0, 0, 0>}
// CHECK:       tosa.reshape {{.*}} -> tensor<2x2x12xi8>
// CHECK:       tosa.slice {{.*}} {size = array<i64: 2, 1, 12>, start = array<i64: 0, 0, 0>}
// CHECK:       %[[FIRST:.*]] = tosa.reshape {{.*}} -> tensor<2x3x4x1xi8>
// CHECK:       tosa.slice %[[PADDED]] {size = array<i64: 1, 4, 3, 4, 1>, start = array<i64: 0, 2, 0, 0, 0>}
// CHECK:       %[[SECOND:.*]] = tosa.reshape {{.*}} -> tensor<2x3x4x1xi8>
// CHECK:       %[[JOINED:.*]] = tosa.concat %[[FIRST]], %[[SECOND]] {axis = 3 : i32}
// CHECK:       %[[Y:.*]] = tosa.conv2d %[[JOINED]], %[[W]], %arg1
// CHECK-SAME:    dilation = array<i64: 1, 3>, pad = array<i64: 0, 1, 2, 0>, quantization_info = #tosa.conv_quant<input_zp = -5, weight_zp = 1>, stride = array<i64: 2, 1>
// CHECK-SAME:    -> tensor<2x2x3x1xi32>
// CHECK:       tosa.reshape %[[Y]] {{.*}} -> tensor<1x2x2x3x1xi32>
// CHECK-NOT:   tosa.conv3d
func.func @integers(%x: tensor<1x5x3x4x1xi8>, %b: tensor<1xi32>) -> tensor<1x2x2x3x1xi32> {
  %w = "tosa.const"() {value = dense<[[[[[1], [2]]], [[[3], [4]]]]]> : tensor<1x2x1x2x1xi8>} : () -> tensor<1x2x1x2x1xi8>
  %0 = tosa.conv3d %x, %w, %b {dilation = array<i64: 2, 1, 3>, pad = array<i64: 1, 0, 0, 1, 2, 0>, stride = array<i64: 2, 2, 1>, quantization_info = #tosa.conv_quant<input_zp = -5, weight_zp = 1>} : (tensor<1x5x3x4x1xi8>, tensor<1x2x1x2x1xi8>, tensor<1xi32>) -> tensor<1x2x2x3x1xi32>
  return %0 : tensor<1x2x2x3x1xi32>
}

// -----

// Quantize stands directly behind the convolution; a kernel of one layer needs no concat.
!q = !quant.uniform<i8:f32, 5.000000e-01>
!w = !quant.uniform<i8:f32:0, {1.000000e+00, 2.000000e+00}>
// CHECK-LABEL: func.func @quantized
// CHECK-NOT:   tosa.concat
// CHECK:       %[[Y:.*]] = tosa.conv2d {{.*}} -> tensor<6x4x5x2xf32>
// CHECK-NEXT:  %[[Q:.*]] = "quant.qcast"(%[[Y]])
// CHECK:       tosa.reshape {{.*}} -> tensor<2x3x4x5x2xi8>
func.func @quantized(%x: tensor<2x3x4x5x1xi8>, %w: tensor<2x1x1x1x1xi8>, %b: tensor<2xf32>) -> tensor<2x3x4x5x2xi8> {
  %0 = "quant.scast"(%x) : (tensor<2x3x4x5x1xi8>) -> tensor<2x3x4x5x1x!q>
  %1 = "quant.dcast"(%0) : (tensor<2x3x4x5x1x!q>) -> tensor<2x3x4x5x1xf32>
  %2 = "quant.scast"(%w) : (tensor<2x1x1x1x1xi8>) -> tensor<2x1x1x1x1x!w>
  %3 = "quant.dcast"(%2) : (tensor<2x1x1x1x1x!w>) -> tensor<2x1x1x1x1xf32>
  %4 = tosa.conv3d %1, %3, %b {dilation = array<i64: 1, 1, 1>, pad = array<i64: 0, 0, 0, 0, 0, 0>, stride = array<i64: 1, 1, 1>} : (tensor<2x3x4x5x1xf32>, tensor<2x1x1x1x1xf32>, tensor<2xf32>) -> tensor<2x3x4x5x2xf32>
  %5 = "quant.qcast"(%4) : (tensor<2x3x4x5x2xf32>) -> tensor<2x3x4x5x2x!q>
  %6 = "quant.scast"(%5) : (tensor<2x3x4x5x2x!q>) -> tensor<2x3x4x5x2xi8>
  return %6 : tensor<2x3x4x5x2xi8>
}

// -----

// Floats stay as they are.
// CHECK-LABEL: func.func @floats
// CHECK:       tosa.conv3d
func.func @floats(%x: tensor<1x3x4x5x1xf32>, %w: tensor<2x1x1x1x1xf32>, %b: tensor<2xf32>) -> tensor<1x3x4x5x2xf32> {
  %0 = tosa.conv3d %x, %w, %b {dilation = array<i64: 1, 1, 1>, pad = array<i64: 0, 0, 0, 0, 0, 0>, stride = array<i64: 1, 1, 1>} : (tensor<1x3x4x5x1xf32>, tensor<2x1x1x1x1xf32>, tensor<2xf32>) -> tensor<1x3x4x5x2xf32>
  return %0 : tensor<1x3x4x5x2xf32>
}
