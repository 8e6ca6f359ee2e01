#include "HostTesting.h"

#include <gtest/gtest.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Quant/QuantOps.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/BuiltinOps.h>
#include <mlir/Parser/Parser.h>

namespace lockstep {

ParsedModule parseModule(const std::string &text) {
  ParsedModule parsed;
  parsed.context = std::make_unique<mlir::MLIRContext>(mlir::MLIRContext::Threading::DISABLED);
  parsed.context->loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::linalg::LinalgDialect,
                              mlir::math::MathDialect, mlir::quant::QuantizationDialect,
                              mlir::scf::SCFDialect, mlir::tensor::TensorDialect, mlir::tosa::TosaDialect>();
  parsed.module = mlir::parseSourceString<mlir::ModuleOp>(text, parsed.context.get());
  EXPECT_TRUE(parsed.module) << text;
  return parsed;
}

std::vector<Tensor> runText(const std::string &text, const std::vector<Tensor> &inputs,
                            const HostOptions &options) {
  ParsedModule parsed = parseModule(text);
  if (!parsed.module)
    return {};
  Result<HostProgram> program = HostProgram::compile(*parsed.module, options);
  EXPECT_TRUE(program) << (program ? "" : program.error().message);
  if (!program)
    return {};
  NamedTensors named;
  for (size_t i = 0; i < inputs.size(); ++i)
    named.push_back({"input_" + std::to_string(i), inputs[i]});
  Result<NamedTensors> outputs = program->run(named);
  EXPECT_TRUE(outputs) << (outputs ? "" : outputs.error().message);
  std::vector<Tensor> results;
  if (outputs)
    for (NamedTensor &output : *outputs)
      results.push_back(std::move(output.tensor));
  return results;
}

std::string compileError(const std::string &text, const HostOptions &options) {
  ParsedModule parsed = parseModule(text);
  if (!parsed.module)
    return "";
  Result<HostProgram> program = HostProgram::compile(*parsed.module, options);
  return program ? "" : program.error().message;
}

} // namespace lockstep
