// Channels, which lie next to each other in memory, become the innermost loop of a depthwise convolution.
// RUN: lockstep-opt %s --pass-pipeline='builtin.module(func.func(lockstep-interchange))' | FileCheck %s

#in = affine_map<(y, c, r) -> (y + r, c)>
#w = affine_map<(y, c, r) -> (r, c)>
#out = affine_map<(y, c, r) -> (y, c)>
// CHECK-DAG:   #[[IN:.*]] = affine_map<(d0, d1, d2) -> (d0 + d1, d2)>
// CHECK-DAG:   #[[W:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG:   #[[OUT:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-LABEL: func.func @depthwise
// CHECK:       indexing_maps = [#[[IN]], #[[W]], #[[OUT]]], iterator_types = ["parallel", "reduction", "parallel"]
func.func @depthwise(%in: memref<10x64xf32>, %w: memref<3x64xf32>, %out: memref<8x64xf32>) {
  linalg.generic {indexing_maps = [#in, #w, #out], iterator_types = ["parallel", "parallel", "reduction"]}
    ins(%in, %w : memref<10x64xf32>, memref<3x64xf32>) outs(%out : memref<8x64xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  }
  return
}
