// Upstream's lowering of integer TOSA to linalg gives the ways that the schedulers' problems give.
#include "compiler/map/LinalgExpression.h"
#include "compiler/map/Matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mlir/Conversion/TosaToLinalg/TosaToLinalg.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Linalg/Passes.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/IR/BuiltinOps.h>
#include <mlir/Parser/Parser.h>
#include <mlir/Pass/PassManager.h>

namespace lockstep {
namespace {

/// Index expressions of all linalg operations that a TOSA function becomes, generalized or as they are.
class Lowered {
public:
  Lowered(const std::string &body, bool generalized) {
    context.loadDialect<mlir::func::FuncDialect, mlir::tosa::TosaDialect, mlir::linalg::LinalgDialect,
                        mlir::tensor::TensorDialect, mlir::arith::ArithDialect, mlir::math::MathDialect,
                        mlir::scf::SCFDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(body, &context);
    mlir::PassManager manager(&context);
    manager.addNestedPass<mlir::func::FuncOp>(mlir::tosa::createTosaToLinalgNamed());
    if (generalized)
      manager.addNestedPass<mlir::func::FuncOp>(mlir::createLinalgGeneralizeNamedOpsPass());
    if (!module || mlir::failed(manager.run(*module)))
      return;
    module->walk([&](mlir::Operation *operation) {
      if (auto found = linalgExpression(operation))
        expressions.push_back(*found);
    });
  }

  /// Signature of all ways: roles by extents, so that names do not matter.
  static std::vector<std::string> waysOf(const IndexExpression &e, mlir::MLIRContext &context) {
    const ArchitectureGraph machine(*loadParameters("base"));
    std::vector<std::string> list;
    for (const MappingWay &way : matchUnit(e, *machine.abilities("matmul").at(0).capability, context)) {
      std::string text = way.refusal.empty() ? std::to_string(way.array_cycles) : "refused";
      for (const auto *role : {&way.rows, &way.columns, &way.streams})
        text += " / " + std::to_string(e.extent(*role));
      list.push_back(text);
    }
    return list;
  }

  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<IndexExpression> expressions;
};

class Linalg : public testing::TestWithParam<bool> {};

TEST_P(Linalg, OfAMatmulMapsLikeTheProduct) {
  Lowered lowered(R"(func.func @main(%a: tensor<3x16x40xi8>, %b: tensor<3x40x24xi8>) -> tensor<3x16x24xi32> {
    %0 = "tosa.matmul"(%a, %b) {quantization_info = #tosa.matmul_quant<a_zp = 3, b_zp = -1>} :
        (tensor<3x16x40xi8>, tensor<3x40x24xi8>) -> tensor<3x16x24xi32>
    return %0 : tensor<3x16x24xi32> })",
                  GetParam());
  ASSERT_EQ(lowered.expressions.size(), 1u);
  GemmProblem p;
  p.m = 16, p.n = 24, p.k = 40;
  p.output = GemmOutput::Int32;
  EXPECT_EQ(Lowered::waysOf(lowered.expressions[0], lowered.context),
            Lowered::waysOf(productExpression(p, 3, false, lowered.context), lowered.context));
}

TEST_P(Linalg, OfAConvolutionMapsLikeTheConvolution) {
  Lowered lowered(R"(func.func @main(%x: tensor<1x12x12x8xi8>) -> tensor<1x10x10x24xi32> {
    %w = "tosa.const"() {value = dense<1> : tensor<24x3x3x8xi8>} : () -> tensor<24x3x3x8xi8>
    %b = "tosa.const"() {value = dense<0> : tensor<24xi32>} : () -> tensor<24xi32>
    %0 = "tosa.conv2d"(%x, %w, %b) {pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>,
        dilation = array<i64: 1, 1>, quantization_info = #tosa.conv_quant<input_zp = 3, weight_zp = 0>} :
        (tensor<1x12x12x8xi8>, tensor<24x3x3x8xi8>, tensor<24xi32>) -> tensor<1x10x10x24xi32>
    return %0 : tensor<1x10x10x24xi32> })",
                  GetParam());
  ASSERT_EQ(lowered.expressions.size(), 1u);
  ConvProblem p;
  p.in_height = p.in_width = 12, p.in_channels = 8, p.out_channels = 24, p.kernel_height = p.kernel_width = 3;
  p.output = GemmOutput::Int32;
  IndexExpression &found = lowered.expressions[0];
  found.right.is_constant = true; // tosa.const has no lowering in these passes, but may hide behind a cast
  EXPECT_EQ(Lowered::waysOf(found, lowered.context).front(),
            Lowered::waysOf(convolutionExpression(p, lowered.context), lowered.context).front());
}

INSTANTIATE_TEST_SUITE_P(Operations, Linalg, testing::Bool(),
                         [](const auto &info) { return info.param ? "Generalized" : "Named"; });

TEST(LinalgExpressions, AreNotFoundInOtherBodies) {
  Lowered lowered(R"(func.func @main(%a: tensor<4x4xf32>) -> tensor<4x4xf32> {
    %e = tensor.empty() : tensor<4x4xf32>
    %0 = linalg.exp ins(%a : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
    return %0 : tensor<4x4xf32> })",
                  false);
  ASSERT_TRUE(bool(lowered.module));
  EXPECT_TRUE(lowered.expressions.empty());
}

} // namespace
} // namespace lockstep
