// A transpose of an operand that is known while compiling (here a dequantized constant) does not ask for the
// opposite one at the other operand: the two would take turns for ever.
// RUN: lockstep-opt %s --lockstep-move-data-movement 2>&1 | FileCheck %s

!quantized = !quant.uniform<i8:f32, 0.5>

// CHECK-NOT: warning
// CHECK-LABEL: func.func @main
// CHECK-NOT: tosa.transpose
// CHECK: tosa.add %arg0
// CHECK-NOT: tosa.transpose
// CHECK: return
func.func @main(%x: tensor<2x3x2x9xf32>) -> tensor<2x3x2x9xf32> {
  %to_first = "tosa.const"() <{value = dense<[0, 3, 1, 2]> : tensor<4xi32>}> : () -> tensor<4xi32>
  %stored = "tosa.const"() <{value = dense<[[[[1, 2, 3]], [[4, 5, 6]]]]> : tensor<1x2x1x3xi8>}> : () -> tensor<1x2x1x3xi8>
  %0 = "quant.scast"(%stored) : (tensor<1x2x1x3xi8>) -> tensor<1x2x1x3x!quantized>
  %1 = "quant.dcast"(%0) : (tensor<1x2x1x3x!quantized>) -> tensor<1x2x1x3xf32>
  %2 = tosa.transpose %1, %to_first : (tensor<1x2x1x3xf32>, tensor<4xi32>) -> tensor<1x3x2x1xf32>
  %3 = tosa.add %x, %2 : (tensor<2x3x2x9xf32>, tensor<1x3x2x1xf32>) -> tensor<2x3x2x9xf32>
  return %3 : tensor<2x3x2x9xf32>
}
