// Regions stay convex: a path that leaves a region never comes back.
// RUN: lockstep-opt %s --split-input-file --lockstep-merge-regions | FileCheck %s

// A diamond: both arms and the join are one region, since nothing of another target lies between.
// CHECK-LABEL: func.func @main
// CHECK:       tosa.abs {{.*}}lockstep.region = 0
// CHECK:       tosa.negate {{.*}}lockstep.region = 0
// CHECK:       tosa.ceil {{.*}}lockstep.region = 0
// CHECK:       tosa.add {{.*}}lockstep.region = 0
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tosa.abs %x {lockstep.target = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = tosa.negate %0 {lockstep.target = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.ceil %0 {lockstep.target = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = tosa.add %1, %2 {lockstep.target = "a"} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}

// -----

// One arm is of another target: the join cannot be in the first region, which the other arm needs first.
// CHECK-LABEL: func.func @main
// CHECK:       tosa.abs {{.*}}lockstep.region = 0
// CHECK:       tosa.negate {{.*}}lockstep.region = 0
// CHECK:       tosa.ceil {{.*}}lockstep.region = 1
// CHECK:       tosa.add {{.*}}lockstep.region = 2
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tosa.abs %x {lockstep.target = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = tosa.negate %0 {lockstep.target = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.ceil %0 {lockstep.target = "b"} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = tosa.add %1, %2 {lockstep.target = "a"} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}

// -----

// Two inputs that do not depend on each other share a region, though other operations stand between them in the text;
// the region of `b` runs after it.
// CHECK-LABEL: func.func @main
// CHECK:       tosa.abs {{.*}}lockstep.region = 0
// CHECK:       tosa.ceil {{.*}}lockstep.region = 1
// CHECK:       tosa.negate {{.*}}lockstep.region = 0
// CHECK:       tosa.add {{.*}}lockstep.region = 1
func.func @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tosa.abs %x {lockstep.target = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = tosa.ceil %0 {lockstep.target = "b"} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.negate %y {lockstep.target = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = tosa.add %1, %2 {lockstep.target = "b"} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}

// -----

// A cycle that only regions would have: a0 feeds b0, b1 feeds a1. With a0, a1 in one region, b0 and b1 cannot be in one too.
// CHECK-LABEL: func.func @main
// CHECK:       tosa.abs {{.*}}lockstep.region = 1
// CHECK:       tosa.ceil {{.*}}lockstep.region = 0
// CHECK:       tosa.negate {{.*}}lockstep.region = 1
// CHECK:       tosa.floor {{.*}}lockstep.region = 2
func.func @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = tosa.abs %x {lockstep.target = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %1 = tosa.ceil %y {lockstep.target = "b"} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.negate %1 {lockstep.target = "a"} : (tensor<4xf32>) -> tensor<4xf32>
  %3 = tosa.floor %0 {lockstep.target = "b"} : (tensor<4xf32>) -> tensor<4xf32>
  return %2, %3 : tensor<4xf32>, tensor<4xf32>
}

// -----

// Scalars cannot be in a package: who makes one and who uses it share a region, of the last target.
// CHECK-LABEL: func.func @main
// CHECK:       tensor.extract {{.*}}lockstep.region = [[R:[0-9]+]]{{.*}}lockstep.target = "host"
// CHECK:       tensor.from_elements {{.*}}lockstep.region = [[R]]
func.func @main(%x: tensor<f32>) -> tensor<1xf32> {
  %0 = tensor.extract %x[] {lockstep.target = "host"} : tensor<f32>
  %1 = tensor.from_elements %0 {lockstep.target = "a"} : tensor<1xf32>
  return %1 : tensor<1xf32>
}
