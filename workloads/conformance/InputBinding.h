// In ONNX's tests, what decides about shapes (axes, repeats, ...) comes as an input of the graph. The
// compiler wants it while compiling: such inputs are bound to their values, as few of them as possible.
#pragma once

#include "compiler/cases/TestCase.h"
#include "compiler/onnx/ImportOptions.h"
#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

namespace lockstep {

/// The inputs' shapes. Bound are the misfits alone: what is known has the shape of its value, whatever the
/// model declares.
ImportOptions optionsFor(const CaseData &data);

/// Binds what an error of the importer asks for: the input that it names, else all of integers. False: there
/// is nothing more to bind.
bool bindFor(const Error &error, const NamedTensors &inputs, ImportOptions &options);

/// Compiles, binding inputs for as long as that helps.
template <typename T, typename Compile>
Result<T> compileBinding(const NamedTensors &inputs, ImportOptions &options, const Compile &compile) {
  Result<T> result = compile(options);
  while (!result && bindFor(result.error(), inputs, options))
    result = compile(options);
  return result;
}

} // namespace lockstep
