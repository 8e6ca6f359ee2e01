#include "compiler/cases/HostModel.h"

#include "compiler/host/HostModule.h"
#include "compiler/onnx/OnnxImport.h"
#include "compiler/onnx/OnnxModel.h"

#include <mlir/IR/MLIRContext.h>

namespace lockstep {

Result<HostModel> HostModel::compile(const std::string &file, const ImportOptions &options) {
  auto model = readModel(file);
  if (!model)
    return model.error();
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  auto module = importOnnx(*model, options, context);
  if (!module)
    return module.error();
  auto program = HostProgram::compile(**module);
  if (!program)
    return program.error();
  HostModel result;
  result.call = [program = *program](const NamedTensors &inputs) { return program.run(inputs); };
  return result;
}

} // namespace lockstep
