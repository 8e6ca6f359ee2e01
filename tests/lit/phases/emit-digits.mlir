// Every phase of the compiler can be printed. The model is the digits perceptron, quantized on the way.
// RUN: lockstep compile %S/../../../workloads/models/digits_mlp.onnx --calibrate %S/../../../workloads/models/digits_calibration.npz --emit import | FileCheck %s --check-prefix=IMPORT
// RUN: lockstep compile %S/../../../workloads/models/digits_mlp.onnx --calibrate %S/../../../workloads/models/digits_calibration.npz --emit quantized | FileCheck %s --check-prefix=QUANTIZED
// RUN: lockstep compile %S/../../../workloads/models/digits_mlp.onnx --calibrate %S/../../../workloads/models/digits_calibration.npz --emit partitioned | FileCheck %s --check-prefix=PARTITIONED
// RUN: lockstep compile %S/../../../workloads/models/digits_mlp.onnx --calibrate %S/../../../workloads/models/digits_calibration.npz --emit mapped | FileCheck %s --check-prefix=MAPPED
// RUN: lockstep compile %S/../../../workloads/models/digits_mlp.onnx --calibrate %S/../../../workloads/models/digits_calibration.npz --emit scheduled | FileCheck %s --check-prefix=SCHEDULED
// RUN: lockstep compile %S/../../../workloads/models/digits_mlp.onnx --calibrate %S/../../../workloads/models/digits_calibration.npz --emit program | FileCheck %s --check-prefix=PROGRAM
// RUN: not lockstep compile %S/../../../workloads/models/digits_mlp.onnx --emit dreams 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// IMPORT:      func.func @main(%{{.*}}: tensor<1x1x8x8xf32> {lockstep.name = "image", lockstep.type = "float32"})
// IMPORT:      "quant.qcast"
// IMPORT:      "quant.dcast"
// IMPORT:      tosa.matmul {{.*}} -> tensor<1x1x128xf32>
// IMPORT:      tosa.add
// IMPORT:      tosa.clamp

// Three products of int8 with bias, rescale and clamp, nothing between them; quantize and dequantize at the ends.
// QUANTIZED-NOT:   quant.
// QUANTIZED:       tosa.matmul {{.*}} -> tensor<1x1x128xi32>
// QUANTIZED-NEXT:  tosa.add
// QUANTIZED-NEXT:  tosa.rescale {{.*}} -> tensor<1x1x128xi8>
// QUANTIZED-NEXT:  tosa.clamp
// QUANTIZED-NEXT:  tosa.matmul
// QUANTIZED-NEXT:  tosa.add
// QUANTIZED-NEXT:  tosa.rescale
// QUANTIZED-NEXT:  tosa.clamp
// QUANTIZED-NEXT:  tosa.matmul {{.*}} -> tensor<1x1x10xi32>
// QUANTIZED-NEXT:  tosa.add
// QUANTIZED-NEXT:  tosa.rescale
// QUANTIZED-NOT:   tosa.matmul

// PARTITIONED:     func.func @main
// PARTITIONED-NEXT:  call @host_0
// PARTITIONED-NEXT:  call @accelerator_0
// PARTITIONED-NEXT:  call @host_1
// PARTITIONED-NEXT:  return
// PARTITIONED:     func.func private @accelerator_0({{.*}}lockstep.target = "accelerator"
// PARTITIONED-COUNT-3: tosa.matmul

// MAPPED:      accelerator_0
// MAPPED:      matmul 1x1x64 * 1x64x128
// MAPPED:      taken:
// MAPPED:      cycles

// SCHEDULED:   accelerator_0
// SCHEDULED:   cycles predicted
// SCHEDULED:   instructions

// PROGRAM:     .symbol in_0
// PROGRAM:     .symbol out_0
// PROGRAM:     halt

// UNKNOWN:     import, quantized, partitioned, mapped, scheduled, program
