// Transposes of constants are done while compiling; concatenations become insertions.
// RUN: lockstep-opt %s --pass-pipeline='builtin.module(func.func(lockstep-fold-transposes,lockstep-decompose-concats))' | FileCheck %s

// CHECK-LABEL: func.func @transpose
// CHECK:       %[[C:.*]] = arith.constant dense<{{\[\[}}1, 4], [2, 5], [3, 6]]> : tensor<3x2xi8>
// CHECK:       return %[[C]]
func.func @transpose() -> tensor<3x2xi8> {
  %c = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %e = tensor.empty() : tensor<3x2xi8>
  %t = linalg.transpose ins(%c : tensor<2x3xi8>) outs(%e : tensor<3x2xi8>) permutation = [1, 0]
  return %t : tensor<3x2xi8>
}

// CHECK-LABEL: func.func @concat
// CHECK:       tensor.insert_slice
// CHECK:       tensor.insert_slice
// CHECK-NOT:   tensor.concat
func.func @concat(%a: tensor<2xf32>) -> tensor<4xf32> {
  %0 = tensor.concat dim(0) %a, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
