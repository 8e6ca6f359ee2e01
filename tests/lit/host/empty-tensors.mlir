// One tensor.empty for each use.
// RUN: lockstep-opt %s --lockstep-separate-empty-tensors | FileCheck %s

// CHECK-LABEL: func.func @shared
// CHECK-COUNT-2: tensor.empty
func.func @shared(%x: f32) -> (tensor<4xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.fill ins(%x : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %1 = linalg.fill ins(%x : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
