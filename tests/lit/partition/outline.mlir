// Regions become private functions; @main calls them in an order in which they can run; constants are cloned.
// RUN: lockstep-opt %s --split-input-file --lockstep-merge-regions --lockstep-outline-regions | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK-SAME:    (%[[X:.*]]: tensor<4xf32>)
// CHECK-NEXT:    %[[A:.*]] = call @a_0(%[[X]])
// CHECK-NEXT:    %[[B:.*]]:2 = call @b_0(%[[A]])
// CHECK-NEXT:    %[[C:.*]] = call @a_1(%[[B]]#0, %[[A]])
// CHECK-NEXT:    return %[[C]], %[[B]]#1
// CHECK-LABEL: func.func private @a_0
// CHECK-SAME:    attributes {lockstep.target = "a"}
// CHECK:         "tosa.const"
// CHECK:         tosa.add
// CHECK-NOT:     lockstep
// CHECK-LABEL: func.func private @b_0
// CHECK:         "tosa.const"
// CHECK:         tosa.add
// CHECK:         tosa.ceil
// CHECK-LABEL: func.func private @a_1
// CHECK-NOT:     "tosa.const"
// CHECK:         tosa.sub
func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %c = "tosa.const"() {value = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %0 = tosa.add %x, %c {lockstep.target = "a"} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = tosa.add %0, %c {lockstep.target = "b"} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.ceil %1 {lockstep.target = "b"} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = tosa.sub %1, %0 {lockstep.target = "a"} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3, %2 : tensor<4xf32>, tensor<4xf32>
}

// -----

// What a nested region uses from outside is an argument too.
// CHECK-LABEL: func.func @main
// CHECK-NEXT:    call @host_0(%{{.*}}, %{{.*}})
// CHECK-NEXT:    return
// CHECK-LABEL: func.func private @host_0
// CHECK:         scf.if
func.func @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %t = arith.constant true
  %0 = scf.if %t -> tensor<4xf32> {
    %1 = tosa.add %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    scf.yield %1 : tensor<4xf32>
  } else {
    scf.yield %y : tensor<4xf32>
  } {lockstep.target = "host"}
  return %0 : tensor<4xf32>
}
