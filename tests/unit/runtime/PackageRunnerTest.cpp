// Pieces of several targets, tensors in between.
#include "compiler/runtime/PackageRunner.h"
#include "compiler/host/HostModule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/BuiltinOps.h>
#include <mlir/IR/MLIRContext.h>
#include <mlir/Parser/Parser.h>

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// y = x + 1, byte by byte; keeps count.
class Increment final : public PieceRunner {
public:
  Status run(const Package &, const Piece &, const std::vector<const Tensor *> &inputs,
             const std::vector<Tensor *> &outputs) override {
    ++calls;
    for (size_t i = 0; i < inputs[0]->bytes.size(); ++i)
      outputs[0]->bytes[i] = inputs[0]->bytes[i] + 1;
    return {};
  }
  int calls = 0;
};

/// x -> increment -> a -> increment -> b; outputs b, a and x.
Package chain() {
  Package package;
  package.tensors = {{"x", "uint8", {2}}, {"a", "uint8", {2}}, {"b", "uint8", {2}}};
  package.inputs = {0};
  package.outputs = {2, 1, 0};
  package.pieces = {{"one", "increment", {0}, {1}, {}, {}}, {"two", "increment", {1}, {2}, {}, {}}};
  return package;
}

NamedTensors input(const std::string &name = "x") { return {{name, {"uint8", {2}, {7, 255}}}}; }

std::string errorOf(const Result<NamedTensors> &result) { return result ? "" : result.error().message; }

TEST(PackageRunner, HandsTensorsFromPieceToPiece) {
  auto runner = std::make_shared<Increment>();
  Result<NamedTensors> outputs = runPackage(chain(), {{"increment", runner}}, input());
  ASSERT_TRUE(outputs) << errorOf(outputs);
  EXPECT_EQ(runner->calls, 2);
  EXPECT_EQ((*outputs)[0].name, "b");
  EXPECT_THAT((*outputs)[0].tensor.bytes, ElementsAre(9, 1));
  EXPECT_THAT((*outputs)[1].tensor.bytes, ElementsAre(8, 0));
  EXPECT_THAT((*outputs)[2].tensor.bytes, ElementsAre(7, 255));
}

TEST(PackageRunner, SaysWhichInputIsMissingUnknownOrOfAnotherShape) {
  const PieceRunners runners = {{"increment", std::make_shared<Increment>()}};
  EXPECT_THAT(errorOf(runPackage(chain(), runners, {})), HasSubstr("`x` is missing"));
  EXPECT_THAT(errorOf(runPackage(chain(), runners, input("y"))), HasSubstr("no input `y`"));
  NamedTensors wrong = input();
  wrong[0].tensor.shape = {1, 2};
  EXPECT_THAT(errorOf(runPackage(chain(), runners, wrong)), HasSubstr("[1, 2]"));
  wrong = input();
  wrong[0].tensor.bytes.pop_back();
  EXPECT_THAT(errorOf(runPackage(chain(), runners, wrong)), HasSubstr("1 bytes"));
}

TEST(PackageRunner, SaysWhichTargetNobodyRuns) {
  EXPECT_THAT(errorOf(runPackage(chain(), {}, input())), HasSubstr("`increment`"));
}

TEST(PackageRunner, DoesNotDieOfTensorsThatDoNotFitIntoMemory) {
  Package package = chain();
  package.tensors[1].shape = {uint64_t{1} << 60};
  EXPECT_THAT(errorOf(runPackage(package, {{"increment", std::make_shared<Increment>()}}, input())),
              HasSubstr("memory"));
}

std::vector<uint8_t> doublingObject(const std::string &triple = "") {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect>();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(R"(
    func.func @host_0(%a: tensor<2xi8>) -> tensor<2xi8> {
      %0 = arith.addi %a, %a : tensor<2xi8>
      return %0 : tensor<2xi8>
    })",
                                                        &context);
  HostOptions options;
  options.triple = triple;
  auto object = compileHostObject(*module, options);
  EXPECT_TRUE(object) << (object ? "" : object.error().message);
  return object ? *object : std::vector<uint8_t>();
}

Package hostPackage() {
  Package package = chain();
  package.pieces[1] = {"host_0", "host", {1}, {2}, {}, {}};
  package.host_object = doublingObject();
  return package;
}

TEST(HostRunner, RunsFunctionsOfThePackagesObject) {
  const Package package = hostPackage();
  auto host = makeHostRunner(package);
  ASSERT_TRUE(host) << host.error().message;
  auto outputs =
      runPackage(package, {{"increment", std::make_shared<Increment>()}, {"host", *host}}, input());
  ASSERT_TRUE(outputs) << errorOf(outputs);
  EXPECT_THAT((*outputs)[0].tensor.bytes, ElementsAre(16, 0));
}

TEST(HostRunner, RefusesObjectsOfOtherMachinesAndFunctionsThatAreNotThere) {
  Package package = hostPackage();
  package.pieces[1].name = "host_1";
  auto host = makeHostRunner(package);
  ASSERT_TRUE(host);
  EXPECT_THAT(
      errorOf(runPackage(package, {{"increment", std::make_shared<Increment>()}, {"host", *host}}, input())),
      HasSubstr("`host_1`"));
  package.host_object = doublingObject("riscv64-linux-gnu");
  auto refused = makeHostRunner(package);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("riscv64"));
  package.host_object.resize(package.host_object.size() / 2);
  EXPECT_FALSE(makeHostRunner(package));
  package.host_object = {1, 2, 3};
  EXPECT_FALSE(makeHostRunner(package));
  package.host_object.clear();
  host = makeHostRunner(package);
  ASSERT_TRUE(host);
  EXPECT_THAT(
      errorOf(runPackage(package, {{"increment", std::make_shared<Increment>()}, {"host", *host}}, input())),
      HasSubstr("no host object"));
}

} // namespace
} // namespace lockstep
