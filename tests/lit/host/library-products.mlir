// Heavy products keep their names until they are calls; light ones become general.
// RUN: lockstep-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(lockstep-select-library-products))' | FileCheck %s --check-prefix=SELECT
// RUN: lockstep-opt %s --split-input-file --lockstep-call-library | FileCheck %s --check-prefix=CALL

// SELECT-LABEL: func.func @heavy
// SELECT:       linalg.matmul
func.func @heavy(%a: tensor<32x32xf32>, %c: tensor<32x32xf32>) -> tensor<32x32xf32> {
  %0 = linalg.matmul ins(%a, %a : tensor<32x32xf32>, tensor<32x32xf32>) outs(%c : tensor<32x32xf32>) -> tensor<32x32xf32>
  return %0 : tensor<32x32xf32>
}

// SELECT-LABEL: func.func @light
// SELECT:       linalg.generic
func.func @light(%a: tensor<2x2xf32>, %c: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = linalg.matmul ins(%a, %a : tensor<2x2xf32>, tensor<2x2xf32>) outs(%c : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// CALL:       func.func private @lockstep_onednn_matmul_i8(i64, i64, i64, i64, i64, i64, i64, i64, i64)
// CALL-LABEL: func.func @on_buffers
// CALL:       memref.extract_aligned_pointer_as_index
// CALL:       call @lockstep_onednn_matmul_i8
// CALL-NOT:   linalg.quantized_matmul
func.func @on_buffers(%a: memref<4x8xi8>, %b: memref<8x2xi8>, %c: memref<4x2xi32>) {
  %za = arith.constant -128 : i32
  %zb = arith.constant 3 : i32
  linalg.quantized_matmul ins(%a, %b, %za, %zb : memref<4x8xi8>, memref<8x2xi8>, i32, i32) outs(%c : memref<4x2xi32>)
  return
}
