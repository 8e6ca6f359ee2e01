// A recurrent layer between dequantize and quantize becomes a call of an integer function that has all of its numbers;
// its results are int8 where everybody quantizes them alike.
// RUN: lockstep-opt %s --split-input-file --lockstep-recurrent-to-integer | FileCheck %s

!x = !quant.uniform<i8:f32, 0.03125:-3>
!w = !quant.uniform<i8:f32:1, {0.0078125, 0.015625}>
!r = !quant.uniform<i8:f32, 0.0078125>
!y = !quant.uniform<i8:f32, 0.0078125:5>

// CHECK-LABEL: func.func @main
// CHECK-SAME:    %[[X:.*]]: tensor<4x3x2xi8>, %[[H:.*]]: tensor<3x2xf32>, %[[LENGTHS:.*]]: tensor<3xi32>
// CHECK:       %[[ROUNDED:.*]] = "quant.qcast"(%[[H]]) : (tensor<3x2xf32>) -> tensor<3x2x!quant.uniform<i16:f32, 3.0517578125E-5>>
// CHECK:       %[[INITIAL:.*]] = "quant.scast"(%[[ROUNDED]])
// CHECK:       %[[Y:.*]]:2 = call @lockstep_recurrent_0(%{{.*}}, %[[INITIAL]], %[[LENGTHS]])
// CHECK-SAME:    (tensor<4x3x2xi8>, tensor<3x2xi16>, tensor<3xi32>) -> (tensor<4x3x2xi8>, tensor<3x2xi8>)
// CHECK:       "quant.scast"(%[[Y]]#0)
// CHECK:       "quant.scast"(%[[Y]]#1)
// CHECK-NOT:   @layer
// CHECK:       func.func private @lockstep_recurrent_0
// CHECK-SAME:    lockstep.recurrent = {batch = 3 : i64,
// CHECK-SAME:    bias = dense<
// CHECK-SAME:    cell = "rnn", clip = 32767 : i64,
// CHECK-SAME:    has_lengths = true, hidden = 2 : i64, initial_c = false, initial_h = true, input = 2 : i64
// CHECK-SAME:    output = "int8", output_multiplier = 16384 : i64, output_shift = 22 : i64, output_zero_point = 5 : i64
// CHECK-SAME:    reverse = true
// CHECK-SAME:    state_fraction_bits = 15 : i64, state_int8 = false, steps = 4 : i64
// CHECK-SAME:    weights = dense<{{\[\[\[}}1, 2], [3, 4]]]> : tensor<1x2x2xi8>, writes_y = true, writes_y_c = false, writes_y_h = true, x_zero_point = -3 : i64
// CHECK:       tosa.matmul {{.*}} {quantization_info = #tosa.matmul_quant<a_zp = -3, b_zp = 0>}
// CHECK:       tosa.rescale {{.*}} -> tensor<1x12x2xi16>
// CHECK:       scf.for
// CHECK:         tosa.matmul {{.*}} : (tensor<1x6x2xi8>, tensor<1x2x2xi8>) -> tensor<1x6x2xi32>
func.func @main(%x: tensor<4x3x2xi8>, %h: tensor<3x2xf32>, %lengths: tensor<3xi32>) -> (tensor<4x3x2xi8>, tensor<3x2xi8>) {
  %w = "tosa.const"() {value = dense<[[[1, -2], [3, -4]]]> : tensor<1x2x2xi8>} : () -> tensor<1x2x2xi8>
  %r = "tosa.const"() {value = dense<[[[1, 2], [3, 4]]]> : tensor<1x2x2xi8>} : () -> tensor<1x2x2xi8>
  %0 = "quant.scast"(%x) : (tensor<4x3x2xi8>) -> tensor<4x3x2x!x>
  %1 = "quant.dcast"(%0) : (tensor<4x3x2x!x>) -> tensor<4x3x2xf32>
  %2 = "quant.scast"(%w) : (tensor<1x2x2xi8>) -> tensor<1x2x2x!w>
  %3 = "quant.dcast"(%2) : (tensor<1x2x2x!w>) -> tensor<1x2x2xf32>
  %4 = "quant.scast"(%r) : (tensor<1x2x2xi8>) -> tensor<1x2x2x!r>
  %5 = "quant.dcast"(%4) : (tensor<1x2x2x!r>) -> tensor<1x2x2xf32>
  %y:2 = func.call @layer(%1, %3, %5, %lengths, %h) : (tensor<4x3x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<3xi32>, tensor<3x2xf32>) -> (tensor<4x3x2xf32>, tensor<3x2xf32>)
  %6 = "quant.qcast"(%y#0) : (tensor<4x3x2xf32>) -> tensor<4x3x2x!y>
  %7 = "quant.scast"(%6) : (tensor<4x3x2x!y>) -> tensor<4x3x2xi8>
  %8 = "quant.qcast"(%y#1) : (tensor<3x2xf32>) -> tensor<3x2x!y>
  %9 = "quant.scast"(%8) : (tensor<3x2x!y>) -> tensor<3x2xi8>
  return %7, %9 : tensor<4x3x2xi8>, tensor<3x2xi8>
}
func.func private @layer(%x: tensor<4x3x2xf32>, %w: tensor<1x2x2xf32>, %r: tensor<1x2x2xf32>, %lengths: tensor<3xi32>, %h: tensor<3x2xf32>) -> (tensor<4x3x2xf32>, tensor<3x2xf32>)
    attributes {lockstep.recurrent_layer = {activations = ["tanh"], alphas = array<f32: 0.0>, betas = array<f32: 0.0>, cell = "rnn", clip = 0.0 : f32, input_forget = false, inputs = array<i64: 0, 1, 2, 4, 5>, linear_before_reset = false, place = 0 : i64, reverse = true}} {
  return %x, %h : tensor<4x3x2xf32>, tensor<3x2xf32>
}

// -----

// One float user makes all results int16, with 15 fraction bits; nobody asks for Y_h.
// CHECK-LABEL: func.func @main
// CHECK:       %[[Y:.*]] = call @lockstep_recurrent_0(%{{.*}}) : (tensor<4x3x2xi8>) -> tensor<4x3x2xi16>
// CHECK:       %[[Q:.*]] = "quant.scast"(%[[Y]]) : (tensor<4x3x2xi16>) -> tensor<4x3x2x!quant.uniform<i16:f32, 3.0517578125E-5>>
// CHECK:       %[[F:.*]] = "quant.dcast"(%[[Q]])
// CHECK:       "quant.qcast"(%[[F]])
// CHECK:       return %[[F]]
func.func @main(%x: tensor<4x3x2xi8>) -> (tensor<4x3x2xf32>, tensor<4x3x2xi8>) {
  %w = "tosa.const"() {value = dense<[[[1, -2], [3, -4]]]> : tensor<1x2x2xi8>} : () -> tensor<1x2x2xi8>
  %0 = "quant.scast"(%x) : (tensor<4x3x2xi8>) -> tensor<4x3x2x!quant.uniform<i8:f32, 0.03125>>
  %1 = "quant.dcast"(%0) : (tensor<4x3x2x!quant.uniform<i8:f32, 0.03125>>) -> tensor<4x3x2xf32>
  %2 = "quant.scast"(%w) : (tensor<1x2x2xi8>) -> tensor<1x2x2x!quant.uniform<i8:f32, 0.0078125>>
  %3 = "quant.dcast"(%2) : (tensor<1x2x2x!quant.uniform<i8:f32, 0.0078125>>) -> tensor<1x2x2xf32>
  %y:2 = func.call @layer(%1, %3, %3) : (tensor<4x3x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> (tensor<4x3x2xf32>, tensor<3x2xf32>)
  %6 = "quant.qcast"(%y#0) : (tensor<4x3x2xf32>) -> tensor<4x3x2x!quant.uniform<i8:f32, 0.0078125>>
  %7 = "quant.scast"(%6) : (tensor<4x3x2x!quant.uniform<i8:f32, 0.0078125>>) -> tensor<4x3x2xi8>
  return %y#0, %7 : tensor<4x3x2xf32>, tensor<4x3x2xi8>
}
func.func private @layer(%x: tensor<4x3x2xf32>, %w: tensor<1x2x2xf32>, %r: tensor<1x2x2xf32>) -> (tensor<4x3x2xf32>, tensor<3x2xf32>)
    attributes {lockstep.recurrent_layer = {activations = ["tanh"], alphas = array<f32: 0.0>, betas = array<f32: 0.0>, cell = "rnn", clip = 0.0 : f32, input_forget = false, inputs = array<i64: 0, 1, 2>, linear_before_reset = false, place = 0 : i64, reverse = false}} {
  %h = arith.constant dense<0.0> : tensor<3x2xf32>
  return %x, %h : tensor<4x3x2xf32>, tensor<3x2xf32>
}

// -----

// A float input: the body comes back in the place of the call, and its loop says why.
// CHECK-LABEL: func.func @main
// CHECK-NOT:   call
// CHECK:       scf.for
// CHECK:       lockstep.reason = "float32: the input is not quantized per tensor to int8"
// CHECK-NOT:   func.func
func.func @main(%x: tensor<4x3x2xf32>, %w: tensor<1x2x2xf32>) -> tensor<4x3x2xf32> {
  %y:2 = func.call @layer(%x, %w, %w) : (tensor<4x3x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> (tensor<4x3x2xf32>, tensor<3x2xf32>)
  return %y#0 : tensor<4x3x2xf32>
}
func.func private @layer(%x: tensor<4x3x2xf32>, %w: tensor<1x2x2xf32>, %r: tensor<1x2x2xf32>) -> (tensor<4x3x2xf32>, tensor<3x2xf32>)
    attributes {lockstep.recurrent_layer = {activations = ["tanh"], alphas = array<f32: 0.0>, betas = array<f32: 0.0>, cell = "rnn", clip = 0.0 : f32, input_forget = false, inputs = array<i64: 0, 1, 2>, linear_before_reset = false, place = 0 : i64, reverse = false}} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %four = arith.constant 4 : index
  %h = arith.constant dense<0.0> : tensor<3x2xf32>
  %last = scf.for %i = %zero to %four step %one iter_args(%all = %x) -> tensor<4x3x2xf32> {
    scf.yield %all : tensor<4x3x2xf32>
  }
  return %last, %h : tensor<4x3x2xf32>, tensor<3x2xf32>
}

// -----

// A file's attribute that makes no sense: float again.
// CHECK-LABEL: func.func @main
// CHECK-NOT:   call
func.func @main(%x: tensor<4x3x2xf32>) -> tensor<4x3x2xf32> {
  %y = func.call @layer(%x) : (tensor<4x3x2xf32>) -> tensor<4x3x2xf32>
  return %y : tensor<4x3x2xf32>
}
func.func private @layer(%x: tensor<4x3x2xf32>) -> tensor<4x3x2xf32> attributes {lockstep.recurrent_layer = {cell = 7 : i64, inputs = array<i64: 3, 9>, activations = [1, 2]}} {
  return %x : tensor<4x3x2xf32>
}
