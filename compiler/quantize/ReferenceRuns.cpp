#include "compiler/quantize/ReferenceRuns.h"

#include "compiler/onnx/OnnxImport.h"
#include "compiler/passes/Passes.h"

namespace lockstep {

namespace {

Result<HostProgram> compileHost(const onnx::ModelProto &model, const ImportOptions &options,
                                Arithmetic arithmetic) {
  mlir::MLIRContext context;
  auto module = importOnnx(model, options, context);
  if (!module)
    return module.error();
  if (arithmetic == Arithmetic::Integer) {
    mlir::PassManager manager(&context);
    addQuantizationPipeline(manager);
    if (mlir::failed(manager.run(**module)))
      return Error{ErrorKind::Model, "the quantized model could not be brought to integer operators"};
  }
  return HostProgram::compile(**module);
}

uint64_t bytesOf(const NamedTensors &tensors) {
  uint64_t sum = 0;
  for (const NamedTensor &named : tensors)
    sum += named.tensor.bytes.size();
  return sum;
}

std::map<std::string, const Tensor *> byName(const NamedTensors &tensors) {
  std::map<std::string, const Tensor *> map;
  for (const NamedTensor &named : tensors)
    map[named.name] = &named.tensor;
  return map;
}

} // namespace

Result<ReferenceRuns> ReferenceRuns::compile(const onnx::ModelProto &model, const BatchRuns &batch,
                                             const std::vector<std::string> &tensors, Arithmetic arithmetic) {
  ImportOptions options;
  options.input_shapes = batch.shapes();
  options.extra_outputs = tensors;
  auto program = compileHost(model, options, arithmetic);
  if (!program)
    return program.error();
  return ReferenceRuns(std::move(*program), batch);
}

Status ReferenceRuns::forEach(const Visit &visit) {
  for (uint64_t run = 0; run < batch.size(); ++run) {
    if (run < kept.size()) {
      visit(run, byName(kept[run]));
      continue;
    }
    auto results = program.run(batch.run(run));
    if (!results)
      return results.error();
    visit(run, byName(*results));
    kept_bytes += bytesOf(*results);
    if (run == kept.size() && kept_bytes <= kKeptBytes)
      kept.push_back(std::move(*results));
  }
  return {};
}

} // namespace lockstep
