// From a module over annotate, merge, outline and generate to a run, with the example target beside the host.
#include "tests/unit/partition/AddTarget.h"
#include "compiler/host/HostTarget.h"
#include "compiler/partition/Partition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/Parser/Parser.h>

#include <cstring>

namespace lockstep {
namespace {

using testing::ElementsAre;

const char *const kTwoAdditions = R"(
func.func @main(%x: tensor<4xf32> {lockstep.name = "x", lockstep.type = "float32"},
                %y: tensor<4xf32> {lockstep.name = "y", lockstep.type = "float32"})
    -> (tensor<4xf32> {lockstep.name = "sum", lockstep.type = "float32"}) {
  %c = "tosa.const"() {value = dense<2.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.abs %x : (tensor<4xf32>) -> tensor<4xf32> loc("magnitude")
  %1 = tosa.add %0, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> loc("first")
  %2 = tosa.add %1, %c : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32> loc("broadcast")
  %3 = tosa.add %2, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> loc("second")
  return %3 : tensor<4xf32>
})";

class Partitioning : public testing::Test {
protected:
  Partitioning() {
    context.loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::tensor::TensorDialect,
                        mlir::tosa::TosaDialect>();
  }

  Result<Package> compile(const char *text) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    annotateTargets(*module, targets);
    places = placedOperations(*module);
    mergeRegions(*module, targets);
    EXPECT_TRUE(mlir::succeeded(outlineRegions(*module)));
    return generatePieces(*module, targets, "test");
  }

  NamedTensors run(const Package &package, const NamedTensors &inputs) {
    auto host = makeHostRunner(package);
    EXPECT_TRUE(host) << (host ? "" : host.error().message);
    PieceRunners runners = {{"adder", std::make_shared<AddRunner>()}};
    if (host)
      runners["host"] = *host;
    auto outputs = runPackage(package, runners, inputs);
    EXPECT_TRUE(outputs) << (outputs ? "" : outputs.error().message);
    return outputs ? *outputs : NamedTensors();
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Targets targets = {std::make_shared<AddTarget>(), makeHostTarget()};
  std::vector<PlacedOperation> places;
};

NamedTensor vectorOf(const std::string &name, const std::vector<float> &values) {
  Tensor tensor = zeroTensor("float32", {values.size()});
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return {name, tensor};
}

std::vector<float> valuesOf(const NamedTensor &named) {
  std::vector<float> values(named.tensor.bytes.size() / sizeof(float));
  std::memcpy(values.data(), named.tensor.bytes.data(), named.tensor.bytes.size());
  return values;
}

TEST_F(Partitioning, GivesEachTargetItsPiecesAndRunsThemInOrder) {
  auto package = compile(kTwoAdditions);
  ASSERT_TRUE(package) << package.error().message;
  std::vector<std::string> pieces;
  for (const Piece &piece : package->pieces)
    pieces.push_back(piece.name);
  EXPECT_THAT(pieces, ElementsAre("host_0", "adder_0", "host_1", "adder_1"));
  EXPECT_THAT(package->pieces[1].layers, ElementsAre("first"));
  auto outputs = run(*package, {vectorOf("x", {-1, 2, -3, 4}), vectorOf("y", {10, 20, 30, 40})});
  ASSERT_EQ(outputs.size(), 1u);
  EXPECT_EQ(outputs[0].name, "sum");
  EXPECT_THAT(valuesOf(outputs[0]), ElementsAre(26, 48, 70, 92));
}

TEST_F(Partitioning, SaysWhyAnOperationIsNotOnThePreferredTarget) {
  ASSERT_TRUE(compile(kTwoAdditions));
  ASSERT_EQ(places.size(), 4u);
  EXPECT_EQ(places[0].label, "magnitude");
  EXPECT_EQ(places[0].target, "host");
  EXPECT_EQ(places[0].reason, "works on floats");
  EXPECT_EQ(places[1].target, "adder");
  EXPECT_EQ(places[1].reason, "");
  EXPECT_EQ(places[2].target, "host");
  EXPECT_EQ(places[2].reason, "the adder does not broadcast");
}

TEST_F(Partitioning, NamesEveryOutputThoughValuesAreShared) {
  auto package = compile(R"(
func.func @main(%x: tensor<2xf32> {lockstep.name = "x", lockstep.type = "float32"})
    -> (tensor<2xf32> {lockstep.name = "same", lockstep.type = "float32"},
        tensor<2xf32> {lockstep.name = "constant", lockstep.type = "float32"},
        tensor<2xf32> {lockstep.name = "double", lockstep.type = "float32"},
        tensor<2xf32> {lockstep.name = "again", lockstep.type = "float32"}) {
  %c = "tosa.const"() {value = dense<[7.0, 8.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = tosa.add %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %x, %c, %0, %0 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
})");
  ASSERT_TRUE(package) << package.error().message;
  auto outputs = run(*package, {vectorOf("x", {1, 2})});
  ASSERT_EQ(outputs.size(), 4u);
  EXPECT_EQ(outputs[0].name, "same");
  EXPECT_THAT(valuesOf(outputs[0]), ElementsAre(1, 2));
  EXPECT_EQ(outputs[1].name, "constant");
  EXPECT_THAT(valuesOf(outputs[1]), ElementsAre(7, 8));
  EXPECT_EQ(outputs[2].name, "double");
  EXPECT_THAT(valuesOf(outputs[2]), ElementsAre(2, 4));
  EXPECT_EQ(outputs[3].name, "again");
  EXPECT_THAT(valuesOf(outputs[3]), ElementsAre(2, 4));
}

TEST_F(Partitioning, NamesATargetThatIsMissing) {
  ASSERT_TRUE(compile(kTwoAdditions));
  auto package = generatePieces(*module, {makeHostTarget()}, "test");
  ASSERT_FALSE(package);
  EXPECT_EQ(package.error().message,
            "piece adder_0 is for target adder, which is not among the targets given");
}

TEST_F(Partitioning, NeedsAMainFunction) {
  module = mlir::parseSourceString<mlir::ModuleOp>("module {}", &context);
  annotateTargets(*module, targets);
  mergeRegions(*module, targets);
  auto package = generatePieces(*module, targets, "test");
  ASSERT_FALSE(package);
  EXPECT_EQ(package.error().kind, ErrorKind::Model);
}

/// Twice the function: 4 x.
const char *const kCalls = R"(
func.func @main(%x: tensor<4xf32> {lockstep.name = "x", lockstep.type = "float32"})
    -> (tensor<4xf32> {lockstep.name = "y", lockstep.type = "float32"}) {
  %0 = call @layer(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = tosa.abs %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = call @layer(%1) : (tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
})";

TEST_F(Partitioning, PutsBodiesOfRecurrentLayersIntoThePiecesOfTheHost) {
  const std::string layer = R"(
func.func private @layer(%x: tensor<4xf32>) -> tensor<4xf32> attributes {lockstep.recurrent = {}} {
  %c = "tosa.const"() {value = dense<2.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %0 = tosa.mul %x, %c {shift = 0 : i8} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
})";
  auto package = compile((kCalls + layer).c_str());
  ASSERT_TRUE(package) << package.error().message;
  EXPECT_EQ(package->pieces.size(), 1u);
  for (mlir::Operation &op : module->lookupSymbol<mlir::func::FuncOp>("main").getBody().front())
    EXPECT_TRUE(mlir::isa<mlir::func::ReturnOp>(op) ||
                mlir::cast<mlir::func::CallOp>(op).getCallee() == "host_0");
  auto outputs = run(*package, {vectorOf("x", {-1, 2, -3, 4})});
  ASSERT_EQ(outputs.size(), 1u);
  EXPECT_THAT(valuesOf(outputs[0]), ElementsAre(4, 8, 12, 16));
}

TEST_F(Partitioning, RefusesRecurrentLayersWithoutABodyOnTheHost) {
  auto package = compile((std::string(kCalls) + R"(
func.func private @layer(tensor<4xf32>) -> tensor<4xf32> attributes {lockstep.recurrent = {}})")
                             .c_str());
  ASSERT_FALSE(package);
  EXPECT_EQ(package.error().message,
            "function @layer has no body of one block, which the host needs to compute it");
}

} // namespace
} // namespace lockstep
