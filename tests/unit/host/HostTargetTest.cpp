// The processor as targets: what the library takes, and why not.
#include "HostTesting.h"

#include "compiler/host/HostTarget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/BuiltinOps.h>

namespace lockstep {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const char kText[] = R"(
  func.func @main(%a: tensor<1x64x32xf32>, %b: tensor<1x32x64xf32>, %c: tensor<1x4x4xi16>) -> tensor<1x64x64xf32> {
    %0 = tosa.matmul %a, %b : (tensor<1x64x32xf32>, tensor<1x32x64xf32>) -> tensor<1x64x64xf32>
    %1 = tosa.exp %0 : (tensor<1x64x64xf32>) -> tensor<1x64x64xf32>
    %2 = tosa.matmul %c, %c {quantization_info = #tosa.matmul_quant<a_zp = 0, b_zp = 0>}
      : (tensor<1x4x4xi16>, tensor<1x4x4xi16>) -> tensor<1x4x4xi48>
    return %1 : tensor<1x64x64xf32>
  })";

class HostTargets : public testing::Test {
protected:
  HostTargets() : parsed(parseModule(kText)) {
    auto main = parsed.module->lookupSymbol<mlir::func::FuncOp>("main");
    for (mlir::Operation &op : main.getBody().front())
      operations.push_back(&op);
  }
  ParsedModule parsed;
  std::vector<mlir::Operation *> operations;
};

TEST_F(HostTargets, HostTakesEveryOperation) {
  for (mlir::Operation *op : operations)
    EXPECT_EQ(makeHostTarget()->match(op).operations, std::vector<mlir::Operation *>{op});
}

TEST_F(HostTargets, LibraryTakesHeavyProducts) {
  auto target = makeOneDnnTarget(64 * 64 * 32);
  EXPECT_EQ(target->match(operations[0]).operations, std::vector<mlir::Operation *>{operations[0]});
  EXPECT_THAT(target->match(operations[0]).refusal, IsEmpty());
  EXPECT_THAT(target->match(operations[1]).operations, IsEmpty());
  EXPECT_THAT(target->match(operations[1]).refusal, IsEmpty());
  EXPECT_TRUE(target->inHostObject());
}

TEST_F(HostTargets, LibrarySaysWhyItRefuses) {
  EXPECT_THAT(makeOneDnnTarget(64 * 64 * 32 + 1)->match(operations[0]).refusal, HasSubstr("131072 multiply"));
  EXPECT_THAT(makeOneDnnTarget(0)->match(operations[2]).refusal, HasSubstr("element types"));
}

} // namespace
} // namespace lockstep
