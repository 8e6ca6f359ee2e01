// Outlining says what is missing.
// RUN: not lockstep-opt %s --split-input-file --lockstep-outline-regions 2>&1 | FileCheck %s

// CHECK: error: has no region: merge regions before they are outlined
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tosa.abs %x : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// CHECK: error: has no function @main with a body
func.func private @main(tensor<4xf32>) -> tensor<4xf32>
