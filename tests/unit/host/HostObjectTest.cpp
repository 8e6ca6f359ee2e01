// Objects: for which machine they are, what they refer to, and what they cost.
#include "HostTesting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <mlir/IR/BuiltinOps.h>

#include <algorithm>
#include <ctime>

namespace lockstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const char kNetwork[] = R"(
  func.func @main(%a: tensor<1x8x8x4xi8>, %w: tensor<8x3x3x4xi8>, %b: tensor<8xi32>) -> tensor<1x8x8x8xf32> {
    %0 = tosa.conv2d %a, %w, %b {dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>,
      quantization_info = #tosa.conv_quant<input_zp = 1, weight_zp = 0>} : (tensor<1x8x8x4xi8>, tensor<8x3x3x4xi8>, tensor<8xi32>) -> tensor<1x8x8x8xi32>
    %1 = arith.sitofp %0 : tensor<1x8x8x8xi32> to tensor<1x8x8x8xf32>
    %2 = tosa.sigmoid %1 : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    return %2 : tensor<1x8x8x8xf32>
  })";

std::vector<uint8_t> objectFor(const std::string &triple) {
  ParsedModule parsed = parseModule(kNetwork);
  HostOptions options;
  options.triple = triple;
  options.library_threshold = 0;
  auto object = compileHostObject(*parsed.module, options);
  EXPECT_TRUE(object) << (object ? "" : object.error().message);
  return object ? *object : std::vector<uint8_t>();
}

/// e_machine of an ELF header, or 0.
unsigned elfMachine(const std::vector<uint8_t> &object) {
  const bool isElf =
      object.size() > 64 && object[0] == 0x7f && object[1] == 'E' && object[2] == 'L' && object[3] == 'F';
  return isElf && object[16] == 1 /* relocatable */ ? object[18] | object[19] << 8 : 0;
}

bool mentions(const std::vector<uint8_t> &object, const std::string &text) {
  return std::search(object.begin(), object.end(), text.begin(), text.end()) != object.end();
}

TEST(HostObject, IsElfOfTheMachineThatItIsFor) {
  EXPECT_EQ(elfMachine(objectFor("x86_64-linux-gnu")), 62u);
  EXPECT_EQ(elfMachine(objectFor("aarch64-linux-gnu")), 183u);
  EXPECT_EQ(elfMachine(objectFor("riscv64-linux-gnu")), 243u);
}

TEST(HostObject, RefersToTheLibraryOnThisMachineOnly) {
  EXPECT_TRUE(mentions(objectFor(""), "lockstep_onednn_conv_i8"));
  EXPECT_FALSE(mentions(objectFor("aarch64-linux-gnu"), "lockstep_onednn"));
  EXPECT_TRUE(mentions(objectFor("aarch64-linux-gnu"), "lockstep_main"));
}

TEST(HostObject, IsNotMadeForAnUnknownTriple) {
  for (const char *triple : {"pdp11-linux-gnu", "nonsense", "x86_64-apple-darwin"}) {
    ParsedModule parsed = parseModule(kNetwork);
    HostOptions options;
    options.triple = triple;
    auto object = compileHostObject(*parsed.module, options);
    ASSERT_FALSE(object) << triple;
    EXPECT_EQ(object.error().kind, ErrorKind::Usage);
    EXPECT_THAT(object.error().message, HasSubstr(triple));
  }
}

TEST(HostObject, IsNotLoadedIfCutOffOrChanged) {
  const std::vector<uint8_t> object = objectFor("");
  for (size_t length = 0; length < object.size(); length += 97)
    EXPECT_FALSE(loadHostObject({object.begin(), object.begin() + length})) << length;
}

TEST(HostObject, NamesTheSymbolThatNobodyDefines) {
  const std::string message = compileError(R"(
    func.func private @nobody_defines_this(i64) -> i64
    func.func @main(%a: tensor<i64>) -> tensor<i64> {
      %0 = tensor.extract %a[] : tensor<i64>
      %1 = call @nobody_defines_this(%0) : (i64) -> i64
      %2 = tensor.from_elements %1 : tensor<i64>
      return %2 : tensor<i64>
    })");
  EXPECT_THAT(message, HasSubstr("nobody_defines_this"));
}

TEST(HostObject, HasAFunctionForEachPublicOne) {
  ParsedModule parsed = parseModule(R"(
    func.func @host_0(%a: tensor<2xi32>) -> tensor<2xi32> {
      %0 = arith.addi %a, %a : tensor<2xi32>
      return %0 : tensor<2xi32> }
    func.func @host_1(%a: tensor<2xi32>) -> tensor<2xi32> {
      %0 = arith.muli %a, %a : tensor<2xi32>
      return %0 : tensor<2xi32> })");
  auto object = compileHostObject(*parsed.module, {});
  ASSERT_TRUE(object);
  auto loaded = loadHostObject(*object);
  ASSERT_TRUE(loaded);
  const Tensor input = tensorOf<int32_t>("int32", {2}, {3, -5});
  Tensor output = zeroTensor("int32", {2});
  ASSERT_TRUE((*loaded)->call("host_0", {&input}, {&output}));
  EXPECT_THAT(valuesOf<int32_t>(output), ElementsAre(6, -10));
  ASSERT_TRUE((*loaded)->call("host_1", {&input}, {&output}));
  EXPECT_THAT(valuesOf<int32_t>(output), ElementsAre(9, 25));
  Status missing = (*loaded)->call("host_2", {&input}, {&output});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::Usage);
}

size_t bytesInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(HostProgram, FreesAllItsBuffersAlsoThoseOfLoops) {
  ParsedModule parsed = parseModule(R"(
    func.func @main(%x: tensor<50x1000xf32>) -> tensor<1000xf32> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c50 = arith.constant 50 : index
      %h0 = tensor.extract_slice %x[0, 0] [1, 1000] [1, 1] : tensor<50x1000xf32> to tensor<1000xf32>
      %r:2 = scf.for %t = %c0 to %c50 step %c1 iter_args(%h = %h0, %g = %h0) -> (tensor<1000xf32>, tensor<1000xf32>) {
        %s = tensor.extract_slice %x[%t, 0] [1, 1000] [1, 1] : tensor<50x1000xf32> to tensor<1000xf32>
        %n = tosa.add %s, %g : (tensor<1000xf32>, tensor<1000xf32>) -> tensor<1000xf32>
        %m = tosa.tanh %n : (tensor<1000xf32>) -> tensor<1000xf32>
        scf.yield %m, %h : tensor<1000xf32>, tensor<1000xf32>
      }
      %0 = tosa.reverse %r#0 {axis = 0 : i32} : (tensor<1000xf32>) -> tensor<1000xf32>
      return %0 : tensor<1000xf32>
    })");
  auto program = HostProgram::compile(*parsed.module);
  ASSERT_TRUE(program) << program.error().message;
  const NamedTensors inputs = {{"input_0", zeroTensor("float32", {50, 1000})}};
  ASSERT_TRUE(program->run(inputs));
  const size_t before = bytesInUse();
  for (int i = 0; i < 10; ++i)
    ASSERT_TRUE(program->run(inputs));
  EXPECT_LT(bytesInUse(), before + 100000);
}

TEST(HostProgram, CompilesMegabytesOfWeightsWithoutReadingThemOneByOne) {
  std::string weights(2 * 8000000, 'A'); // hexadecimal: 8 MB
  for (size_t i = 0; i < weights.size(); i += 3)
    weights[i] = "0123456789BCDEF"[i / 3 % 15];
  ParsedModule parsed = parseModule("func.func @main(%a: tensor<1x1000xf32>) -> tensor<1x2000xf32> {\n"
                                    "%w = arith.constant dense<\"0x" +
                                    weights + "\"> : tensor<1000x2000xf32>\n" + R"(
      %c = arith.constant dense<0.0> : tensor<1x2000xf32>
      %0 = linalg.matmul ins(%a, %w : tensor<1x1000xf32>, tensor<1000x2000xf32>) outs(%c : tensor<1x2000xf32>) -> tensor<1x2000xf32>
      return %0 : tensor<1x2000xf32> })");
  const std::clock_t start = std::clock();
  auto program = HostProgram::compile(*parsed.module);
  const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
  ASSERT_TRUE(program) << program.error().message;
  RecordProperty("compile_cpu_seconds", std::to_string(seconds));
  Tensor input = tensorOf<float>("float32", {1, 1000}, std::vector<float>(1000, 0.f));
  auto outputs = program->run({{"input_0", input}});
  ASSERT_TRUE(outputs);
}

} // namespace
} // namespace lockstep
