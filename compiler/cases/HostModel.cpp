#include "compiler/cases/HostModel.h"

#include "compiler/host/HostModule.h"
#include "compiler/onnx/OnnxImport.h"
#include "compiler/onnx/OnnxModel.h"

#include <mlir/IR/MLIRContext.h>

namespace lockstep {

namespace {

using Call = std::function<Result<NamedTensors>(const NamedTensors &)>;

Result<Call> compileModelProto(const Result<onnx::ModelProto> &model, const ImportOptions &options) {
  if (!model)
    return model.error();
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  auto module = importOnnx(*model, options, context);
  if (!module)
    return module.error();
  auto program = HostProgram::compile(**module);
  if (!program)
    return program.error();
  return Call([program = *program](const NamedTensors &inputs) { return program.run(inputs); });
}

} // namespace

Result<HostModel> HostModel::compile(const std::string &file, const ImportOptions &options) {
  auto call = compileModelProto(readModel(file), options);
  if (!call)
    return call.error();
  HostModel result;
  result.call = *call;
  return result;
}

Result<HostModel> HostModel::compileBytes(const std::string &bytes, const ImportOptions &options) {
  onnx::ModelProto model;
  if (!model.ParseFromString(bytes))
    return Error{ErrorKind::Model, "the bytes are not an ONNX model"};
  auto call = compileModelProto(prepareModel(std::move(model), "the model", ""), options);
  if (!call)
    return call.error();
  HostModel result;
  result.call = *call;
  return result;
}

} // namespace lockstep
