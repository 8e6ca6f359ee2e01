// What lockstep-quantized-to-integer makes means the same: against the float meaning of quantize and
// dequantize, on the host, every stored integer is equal unless the real value lies next to a rounding tie.
// And it is integer throughout.
#include "compiler/host/HostModule.h"
#include "compiler/passes/Passes.h"
#include "tests/unit/passes/QdqText.h"

#include <gtest/gtest.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Quant/QuantOps.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>
#include <mlir/Parser/Parser.h>
#include <mlir/Pass/PassManager.h>

#include <cmath>
#include <cstring>
#include <functional>

namespace lockstep {
namespace {

/// A case writes one model; inputs are random in [-magnitude, magnitude].
struct Case {
  std::string name;
  std::function<void(QdqText &)> write;
  double magnitude = 4;
};

constexpr double kTie =
    2e-3; // of one integer step: float32's rounding and the multipliers' together are far below

std::unique_ptr<mlir::MLIRContext> newContext() {
  auto context = std::make_unique<mlir::MLIRContext>();
  context
      ->loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::linalg::LinalgDialect,
                    mlir::quant::QuantizationDialect, mlir::tensor::TensorDialect, mlir::tosa::TosaDialect>();
  return context;
}

mlir::OwningOpRef<mlir::ModuleOp> parse(const std::string &text, mlir::MLIRContext &context) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  EXPECT_TRUE(module) << text;
  return module;
}

bool toInteger(mlir::ModuleOp module) {
  mlir::PassManager manager(module.getContext(), mlir::ModuleOp::getOperationName());
  manager.addPass(createMoveDataMovementPass());
  manager.addPass(createQuantizedToIntegerPass());
  return mlir::succeeded(manager.run(module));
}

/// Operations that compute floats, quantize and dequantize excepted.
std::vector<std::string> floatOperations(mlir::ModuleOp module) {
  std::vector<std::string> found;
  module.walk([&](mlir::Operation *op) {
    if (op->getDialect() && op->getDialect()->getNamespace() == "tosa" && op->getNumOperands() > 0 &&
        mlir::getElementTypeOrSelf(op->getResult(0)).isF32())
      found.push_back(op->getName().getStringRef().str());
  });
  return found;
}

NamedTensors randomInputs(const QdqText &text, double magnitude, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> value(static_cast<float>(-magnitude), static_cast<float>(magnitude));
  NamedTensors inputs;
  for (size_t i = 0; i < text.inputShapes.size(); ++i) {
    const Shape &shape = text.inputShapes[i];
    Tensor tensor = zeroTensor("float32", std::vector<uint64_t>(shape.begin(), shape.end()));
    for (size_t at = 0; at < tensor.bytes.size(); at += sizeof(float)) {
      const float one = value(random);
      std::memcpy(&tensor.bytes[at], &one, sizeof(one));
    }
    inputs.push_back({"x" + std::to_string(i), std::move(tensor)});
  }
  return inputs;
}

std::vector<float> floats(const Tensor &tensor) {
  std::vector<float> values(tensor.bytes.size() / sizeof(float));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

NamedTensors runOnHost(mlir::ModuleOp module, const NamedTensors &inputs) {
  HostOptions options;
  options.optimization_level = 0;
  options.library_threshold = UINT64_MAX;
  auto program = HostProgram::compile(module, options);
  if (!program) {
    ADD_FAILURE() << program.error().message;
    return {};
  }
  auto outputs = program->run(inputs);
  if (!outputs) {
    ADD_FAILURE() << outputs.error().message;
    return {};
  }
  return *outputs;
}

/// Distance of `real` / scale from the nearest tie of rounding.
double tieDistance(double real, double scale) {
  const double steps = real / scale;
  return std::abs(steps - std::floor(steps) - 0.5);
}

class IntegerForm : public testing::TestWithParam<Case> {};

/// The result's scale, the same in all cases.
const Scale kResult{0.07, -11, false};

TEST_P(IntegerForm, EqualsQuantizedFloatButForTies) {
  const Case &one = GetParam();
  unsigned differences = 0, elements = 0;
  QdqText text(7, true);
  one.write(text);
  auto context = newContext();
  auto floatModule = parse(text.module(true), *context), integerModule = parse(text.module(false), *context);
  ASSERT_TRUE(floatModule && integerModule);
  ASSERT_TRUE(toInteger(*integerModule));
  EXPECT_EQ(floatOperations(*integerModule), std::vector<std::string>()) << text.module(false);
  const NamedTensors inputs = randomInputs(text, one.magnitude, 11);
  const NamedTensors expected = runOnHost(*floatModule, inputs), actual = runOnHost(*integerModule, inputs);
  ASSERT_EQ(expected.size(), 2u);
  ASSERT_EQ(actual.size(), 1u);
  const std::vector<float> real = floats(expected[1].tensor);
  for (size_t i = 0; i < real.size(); ++i, ++elements) {
    const int want = static_cast<int8_t>(expected[0].tensor.bytes[i]),
              got = static_cast<int8_t>(actual[0].tensor.bytes[i]);
    if (want == got)
      continue;
    ++differences;
    EXPECT_EQ(std::abs(want - got), 1) << "element " << i;
    EXPECT_LT(tieDistance(real[i], kResult.scale), kTie)
        << "element " << i << ": " << real[i] << " is no tie";
  }
  RecordProperty("elements", static_cast<int>(elements));
  RecordProperty("differences_at_ties", static_cast<int>(differences));
}

const std::string kSame =
    "dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>";
const std::string kNone = "pad = array<i64: 0, 0, 0, 0>";
const std::string kRelu6 = " {min_fp = 0.0 : f32, max_fp = 6.0 : f32, min_int = 0 : i64, max_int = 6 : i64}";

/// conv2d or depthwise_conv2d as the importer writes it: transposes around it, an activation behind.
void writeConvolution(QdqText &m, bool depthwise, int64_t axis, const Scale &input) {
  const Shape image = {1, 3, 6, 5}, last = {1, 6, 5, 3};
  const Shape kernel = depthwise ? Shape{3, 3, 3, 1} : Shape{4, 3, 3, 3};
  const Shape out = {1, 6, 5, depthwise ? 3 : 4};
  const std::string x = m.quantize(m.input(image), image, input);
  const std::string t = m.transpose(x, image, {0, 2, 3, 1});
  const std::string w = m.weights(kernel, axis, 0.01), b = m.constant({out[3]}, 1.0);
  const std::string y = m.op(std::string("tosa.") + (depthwise ? "depthwise_conv2d " : "conv2d ") + t + ", " +
                                 w + ", " + b + " {" + kSame + "}",
                             {last, kernel, {out[3]}}, out);
  const std::string back = m.transpose(y, out, {0, 3, 1, 2});
  const Shape first = {1, out[3], 6, 5};
  m.result(m.op("tosa.clamp " + back + kRelu6, {first}, first), first, kResult);
}

/// conv3d as the importer writes it; the depth is padded, strided and dilated.
void writeDeepConvolution(QdqText &m) {
  const Shape image = {2, 2, 7, 4, 3}, last = {2, 7, 4, 3, 2}, kernel = {3, 2, 3, 2, 2};
  const Shape out = {2, 4, 4, 3, 3}, first = {2, 3, 4, 4, 3};
  const std::string x = m.quantize(m.input(image), image, {0.03, 131, true});
  const std::string t = m.transpose(x, image, {0, 2, 3, 4, 1});
  const std::string y =
      m.op("tosa.conv3d " + t + ", " + m.weights(kernel, 0, 0.01) + ", " + m.constant({3}, 1.0) +
               " {dilation = array<i64: 2, 1, 2>, pad = array<i64: 1, 1, 1, 1, 1, 1>, "
               "stride = array<i64: 2, 1, 1>}",
           {last, kernel, {3}}, out);
  const std::string back = m.transpose(y, out, {0, 4, 1, 2, 3});
  m.result(m.op("tosa.clamp " + back + kRelu6, {first}, first), first, kResult);
}

void writeBinary(QdqText &m, const std::string &operation, const std::string &attributes) {
  const Shape shape = {2, 4, 16}, row = {1, 1, 16};
  const std::string a = m.quantize(m.input(shape), shape, {0.031, 5}),
                    b = m.quantize(m.input(row), row, {0.017, 200, true});
  m.result(m.op("tosa." + operation + " " + a + ", " + b + attributes, {shape, row}, shape), shape, kResult);
}

void writeUnary(QdqText &m, const std::string &operation) {
  const Shape shape = {4, 64};
  m.result(m.op("tosa." + operation + " " + m.quantize(m.input(shape), shape, {0.031, 5}), {shape}, shape),
           shape, kResult);
}

void writeMatMul(QdqText &m, bool constant) {
  const Shape a = {2, 5, 24}, b = {2, 24, 7}, c = {2, 5, 7}, bias = {1, 1, 7};
  const std::string x = m.quantize(m.input(a), a, {0.03, 140, true});
  const std::string y = constant ? m.weights(b, 2, 0.01) : m.quantize(m.input(b), b, {0.02, -3});
  const std::string p = m.op("tosa.matmul " + x + ", " + y, {a, b}, c);
  m.result(m.op("tosa.add " + p + ", " + m.constant(bias, 2.0), {c, bias}, c), c, kResult);
}

void writeFullyConnected(QdqText &m) {
  const Shape a = {3, 20}, w = {6, 20}, c = {3, 6};
  const std::string x = m.quantize(m.input(a), a, {0.03, -17});
  m.result(m.op("tosa.fully_connected " + x + ", " + m.weights(w, 0, 0.01) + ", " + m.constant({6}, 1.0),
                {a, w, {6}}, c),
           c, kResult);
}

void writePool(QdqText &m, const std::string &operation, bool identityBehind) {
  const Shape image = {1, 6, 6, 4}, out = {1, 3, 3, 4};
  const std::string x = m.quantize(m.input(image), image, {0.03, 9});
  const std::string attributes = " {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, " + kNone +
                                 (operation == "avg_pool2d" ? ", acc_type = f32}" : "}");
  std::string y = m.op("tosa." + operation + " " + x + attributes, {image}, out);
  if (identityBehind)
    y = m.quantize(y, out, {0.0213, 0});
  m.result(y, out, kResult);
}

void writeMean(QdqText &m) {
  const Shape image = {1, 6, 6, 4}, rows = {1, 1, 6, 4}, out = {1, 1, 1, 4};
  const std::string x = m.quantize(m.input(image), image, {0.03, 9});
  const std::string a = m.op("tosa.reduce_sum " + x + " {axis = 1 : i32}", {image}, rows);
  const std::string b = m.op("tosa.reduce_sum " + a + " {axis = 2 : i32}", {rows}, out);
  const std::string count =
      m.op("\"tosa.const\"() {value = dense<2.7777778e-2> : tensor<1x1x1x1xf32>}", {}, {1, 1, 1, 1});
  m.result(m.op("tosa.mul " + b + ", " + count + " {shift = 0 : i8}", {out, {1, 1, 1, 1}}, out), out,
           kResult);
}

void writeConcat(QdqText &m) {
  const Shape a = {2, 8}, b = {2, 5}, c = {2, 13};
  const std::string x = m.quantize(m.input(a), a, {0.03, 9}),
                    y = m.quantize(m.input(b), b, {0.01, 100, true});
  m.result(m.op("tosa.concat " + x + ", " + y + " {axis = 1 : i32}", {a, b}, c), c, kResult);
}

/// x / (1 + exp(-x)) of several operations, one tensor.
void writeSwish(QdqText &m) {
  const Shape shape = {4, 64};
  const std::string x = m.quantize(m.input(shape), shape, {0.06, -20});
  const std::string s = m.op("tosa.sigmoid " + x, {shape}, shape);
  m.result(m.op("tosa.mul " + x + ", " + s + " {shift = 0 : i8}", {shape, shape}, shape), shape, kResult);
}

/// Two convolutions with a residual connection, all NCHW between.
void writeResidual(QdqText &m) {
  const Shape image = {1, 4, 5, 5}, last = {1, 5, 5, 4}, kernel = {4, 3, 3, 4};
  const auto convolve = [&](const std::string &value) {
    const std::string t = m.transpose(value, image, {0, 2, 3, 1});
    const std::string y = m.op("tosa.conv2d " + t + ", " + m.weights(kernel, 0, 0.004) + ", " +
                                   m.constant({4}, 1.0) + " {" + kSame + "}",
                               {last, kernel, {4}}, last);
    return m.transpose(y, last, {0, 3, 1, 2});
  };
  const std::string x = m.quantize(m.input(image), image, {0.03, 0});
  const std::string a =
      m.quantize(m.op("tosa.clamp " + convolve(x) + kRelu6, {image}, image), image, {0.02, -128});
  const std::string b = m.quantize(convolve(a), image, {0.05, 3});
  m.result(m.op("tosa.add " + b + ", " + a, {image, image}, image), image, kResult);
}

const Case kCases[] = {
    {"Conv2d",
     [](QdqText &m) {
       writeConvolution(m, false, -1, {0.03, 4});
     }},
    {"Conv2dPerChannelUnsigned",
     [](QdqText &m) {
       writeConvolution(m, false, 0, {0.03, 131, true});
     }},
    {"DepthwiseConv2d",
     [](QdqText &m) {
       writeConvolution(m, true, 2, {0.03, -9});
     }},
    {"Conv3d", writeDeepConvolution},
    {"MatMul", [](QdqText &m) { writeMatMul(m, false); }, 2},
    {"MatMulPerChannel", [](QdqText &m) { writeMatMul(m, true); }, 2},
    {"FullyConnected", writeFullyConnected},
    {"Add", [](QdqText &m) { writeBinary(m, "add", ""); }},
    {"Sub", [](QdqText &m) { writeBinary(m, "sub", ""); }},
    {"Mul", [](QdqText &m) { writeBinary(m, "mul", " {shift = 0 : i8}"); }},
    {"Maximum", [](QdqText &m) { writeBinary(m, "maximum", ""); }},
    {"Minimum", [](QdqText &m) { writeBinary(m, "minimum", ""); }},
    {"Sigmoid", [](QdqText &m) { writeUnary(m, "sigmoid"); }},
    {"Tanh", [](QdqText &m) { writeUnary(m, "tanh"); }},
    {"Log", [](QdqText &m) { writeUnary(m, "log"); }},
    {"Swish", writeSwish, 8},
    {"Requantize",
     [](QdqText &m) {
       m.result(m.quantize(m.input({4, 64}), {4, 64}, {0.031, 5}), {4, 64}, kResult);
     }},
    {"MaxPool", [](QdqText &m) { writePool(m, "max_pool2d", false); }},
    {"AveragePool", [](QdqText &m) { writePool(m, "avg_pool2d", false); }},
    {"AveragePoolRequantized", [](QdqText &m) { writePool(m, "avg_pool2d", true); }},
    {"Mean", writeMean},
    {"Concat", writeConcat},
};
INSTANTIATE_TEST_SUITE_P(Operators, IntegerForm, testing::ValuesIn(kCases),
                         [](const auto &info) { return info.param.name; });

/// 10 log10 of signal over noise, in dB.
double sqnr(const std::vector<float> &signal, const std::vector<float> &other) {
  double power = 0, noise = 0;
  for (size_t i = 0; i < signal.size(); ++i) {
    power += double{signal[i]} * signal[i];
    noise += (double{signal[i]} - other[i]) * (double{signal[i]} - other[i]);
  }
  return 10 * std::log10(power / noise);
}

TEST(IntegerModel, OfAResidualNetworkIsCloseToTheFloatModel) {
  QdqText quantized(3, true), real(3, false);
  writeResidual(quantized);
  writeResidual(real);
  auto context = newContext();
  auto integerModule = parse(quantized.module(false), *context),
       floatModule = parse(real.module(true), *context);
  ASSERT_TRUE(toInteger(*integerModule));
  EXPECT_EQ(floatOperations(*integerModule), std::vector<std::string>());
  const NamedTensors inputs = randomInputs(quantized, 3.5, 5);
  const NamedTensors want = runOnHost(*floatModule, inputs), got = runOnHost(*integerModule, inputs);
  ASSERT_EQ(want.size(), 1u);
  ASSERT_EQ(got.size(), 1u);
  std::vector<float> dequantized;
  for (uint8_t byte : got[0].tensor.bytes)
    dequantized.push_back(
        static_cast<float>((static_cast<int8_t>(byte) - kResult.zero_point) * kResult.scale));
  EXPECT_GT(sqnr(floats(want[0].tensor), dequantized), 25);
}

} // namespace
} // namespace lockstep
