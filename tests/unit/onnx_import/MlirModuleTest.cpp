// MLIR files as inputs: what is missing is added, what cannot be is named.
#include "compiler/onnx/OnnxImport.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <llvm/Support/raw_ostream.h>
#include <mlir/IR/MLIRContext.h>

namespace lockstep {

namespace {

std::string read(const std::string &text) {
  const auto file =
      std::filesystem::temp_directory_path() / ("lockstep_module_" + std::to_string(::getpid()) + ".mlir");
  std::ofstream(file) << text;
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  auto module = readMlirModule(file.string(), context);
  std::filesystem::remove(file);
  if (!module)
    return "error: " + module.error().message;
  std::string printed;
  llvm::raw_string_ostream stream(printed);
  (*module)->print(stream);
  return printed;
}

TEST(MlirModule, NamesAndTypesAreAdded) {
  const std::string text = read("func.func @main(%a: tensor<2xi8>, %b: tensor<2xi8> {lockstep.name = \"b\", "
                                "lockstep.type = \"uint8\"}) -> tensor<2xi8> {\n"
                                "  %0 = tosa.add %a, %b : (tensor<2xi8>, tensor<2xi8>) -> tensor<2xi8>\n"
                                "  return %0 : tensor<2xi8>\n}\n");
  EXPECT_NE(text.find("lockstep.name = \"input_0\", lockstep.type = \"int8\""), std::string::npos) << text;
  EXPECT_NE(text.find("lockstep.name = \"b\", lockstep.type = \"uint8\""), std::string::npos) << text;
  EXPECT_NE(text.find("lockstep.name = \"output_0\", lockstep.type = \"int8\""), std::string::npos) << text;
}

TEST(MlirModule, PrivateFunctionsAreInlined) {
  const std::string twice = "func.func private @twice(%a: tensor<2xf32>) -> tensor<2xf32> {\n"
                            "  %0 = tosa.add %a, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>\n"
                            "  return %0 : tensor<2xf32>\n}\n";
  const std::string call = " = func.call @twice(%a) : (tensor<2xf32>) -> tensor<2xf32>\n";
  const std::string begin = "func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {\n";
  const std::string end = "  return %0 : tensor<2xf32>\n}\n";
  const std::string text = read(begin + "  %0" + call + end + twice);
  EXPECT_NE(text.find("tosa.add"), std::string::npos) << text;
  EXPECT_EQ(text.find("twice"), std::string::npos) << text;
  const std::string external = "func.func private @twice(tensor<2xf32>) -> tensor<2xf32>\n";
  EXPECT_NE(read(begin + "  %0" + call + end + external).find("has no body of one block"), std::string::npos);
  const std::string circle =
      "func.func private @twice(%a: tensor<2xf32>) -> tensor<2xf32> {\n  %0" + call + end;
  EXPECT_NE(read(begin + "  %0" + call + end + circle).find("never end"), std::string::npos);
}

TEST(MlirModule, ErrorsTellThePlace) {
  EXPECT_NE(read("func.func @main() { tosa.nothing }").find(":1:"), std::string::npos);
  EXPECT_NE(read("func.func @other() { return }").find("no public function @main"), std::string::npos);
  EXPECT_NE(read("func.func @main(%a: tensor<?xf32>) -> tensor<?xf32> { return %a : tensor<?xf32> }")
                .find("input 0 of @main is not a tensor of static shape"),
            std::string::npos);
  EXPECT_NE(read("func.func @main(%a: tensor<2xi8> {lockstep.type = \"float32\"}) -> tensor<2xi8> "
                 "{ return %a : tensor<2xi8> }")
                .find("'float32' is not its element type"),
            std::string::npos);
}

TEST(MlirModule, AMissingFileIsAnError) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  const auto module = readMlirModule("/nowhere/at/all.mlir", context);
  ASSERT_FALSE(module);
  EXPECT_EQ(module.error().kind, ErrorKind::Model);
}

} // namespace

} // namespace lockstep
