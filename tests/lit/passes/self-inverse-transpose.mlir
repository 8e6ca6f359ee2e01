// A transpose of three dimensions that is its own opposite does not go round and round between the operands of a sum.
// RUN: lockstep-opt %s --lockstep-move-data-movement | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK-COUNT-1: tosa.transpose
// CHECK-NOT: tosa.transpose
// CHECK: return
func.func @main(%x: tensor<2x4x15xf32>, %y: tensor<2x15x4xf32>) -> tensor<2x15x4xf32> {
  %perms = "tosa.const"() <{value = dense<[0, 2, 1]> : tensor<3xi32>}> : () -> tensor<3xi32>
  %0 = tosa.transpose %x, %perms : (tensor<2x4x15xf32>, tensor<3xi32>) -> tensor<2x15x4xf32>
  %1 = tosa.add %0, %y : (tensor<2x15x4xf32>, tensor<2x15x4xf32>) -> tensor<2x15x4xf32>
  return %1 : tensor<2x15x4xf32>
}
