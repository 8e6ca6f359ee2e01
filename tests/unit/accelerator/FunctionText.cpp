#include "tests/unit/accelerator/FunctionText.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace lockstep::test {
namespace {

std::string listOf(const std::vector<int64_t> &values) {
  std::string text;
  for (int64_t value : values)
    text += (text.empty() ? "" : ", ") + std::to_string(value);
  return text;
}

std::string arrayOf(const std::string &type, const std::vector<int64_t> &values) {
  return "array<" + type + ": " + listOf(values) + ">";
}

std::string typeOf(const Shape &shape, const std::string &type) {
  std::string text = "tensor<";
  for (int64_t extent : shape)
    text += std::to_string(extent) + "x";
  return text + type + ">";
}
std::string typeOf(const TextValue &value) { return typeOf(value.shape, value.type); }

int64_t productOf(const Shape &shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

std::string signature(const std::vector<TextValue> &operands, const Shape &shape, const std::string &type) {
  std::string text;
  for (const TextValue &operand : operands)
    text += (text.empty() ? "" : ", ") + typeOf(operand);
  return " : (" + text + ") -> " + typeOf(shape, type);
}

int64_t windows(int64_t extent, int64_t pads, int64_t dilation, int64_t kernel, int64_t stride) {
  return (extent + pads - dilation * (kernel - 1) - 1) / stride + 1;
}

} // namespace

TextValue FunctionText::result(const Shape &shape, const std::string &type, const std::string &operation) {
  const std::string name = "%" + std::to_string(count++);
  body += "    " + name + " = " + operation + "\n";
  return {name, shape, type};
}

TextValue FunctionText::argument(const Shape &shape, const std::string &type) {
  arguments.push_back({"%arg" + std::to_string(arguments.size()), shape, type});
  return arguments.back();
}

TextValue FunctionText::constantOf(const Shape &shape, const std::string &type,
                                   const std::vector<int64_t> &values) {
  std::vector<std::string> parts;
  for (int64_t value : values)
    parts.push_back(std::to_string(value));
  for (size_t axis = shape.size(); axis-- > 0;) { // brackets, from the innermost extent outwards
    std::vector<std::string> outer;
    const auto extent = static_cast<size_t>(shape[axis]);
    for (size_t i = 0; i < parts.size(); i += extent) {
      std::string group;
      for (size_t j = 0; j < extent; ++j)
        group += (j ? ", " : "") + parts[i + j];
      outer.push_back("[" + group + "]");
    }
    parts = outer;
  }
  const std::string tensor = typeOf(shape, type);
  return result(shape, type,
                "\"tosa.const\"() <{value = dense<" + parts[0] + "> : " + tensor + "}> : () -> " + tensor);
}

TextValue FunctionText::constant(const Shape &shape, const std::string &type) {
  std::vector<int64_t> values(static_cast<size_t>(productOf(shape)));
  for (int64_t &value : values)
    value = type == "i32"     ? pick(-1048576, 1048576)
            : pick(0, 5) == 0 ? (pick(0, 1) ? 127 : -128)
                              : pick(-128, 127);
  return constantOf(shape, type, values);
}

TextValue FunctionText::matmul(const TextValue &a, const TextValue &b, int64_t aZeroPoint,
                               int64_t bZeroPoint) {
  const Shape shape = {a.shape[0], a.shape[1], b.shape[2]};
  return result(shape, "i32",
                "\"tosa.matmul\"(" + a.name + ", " + b.name +
                    ") {quantization_info = #tosa.matmul_quant<a_zp = " + std::to_string(aZeroPoint) +
                    ", b_zp = " + std::to_string(bZeroPoint) + ">}" + signature({a, b}, shape, "i32"));
}

TextValue FunctionText::fullyConnected(const TextValue &input, int64_t outputs, int64_t zeroPoint) {
  const TextValue weights = constant({outputs, input.shape[1]}), bias = constant({outputs}, "i32");
  const Shape shape = {input.shape[0], outputs};
  return result(shape, "i32",
                "\"tosa.fully_connected\"(" + input.name + ", " + weights.name + ", " + bias.name +
                    ") {quantization_info = #tosa.conv_quant<input_zp = " + std::to_string(zeroPoint) +
                    ", weight_zp = 0>}" + signature({input, weights, bias}, shape, "i32"));
}

TextValue FunctionText::convolution(const std::string &name, const TextValue &input, const TextValue &weights,
                                    const Shape &output, const WindowText &window, int64_t zeroPoint) {
  const TextValue bias = constant({output[3]}, "i32");
  return result(output, "i32",
                "\"tosa." + name + "\"(" + input.name + ", " + weights.name + ", " + bias.name +
                    ") {pad = " + arrayOf("i64", window.pad) + ", stride = " + arrayOf("i64", window.stride) +
                    ", dilation = " + arrayOf("i64", window.dilation) +
                    ", quantization_info = #tosa.conv_quant<input_zp = " + std::to_string(zeroPoint) +
                    ", weight_zp = 0>}" + signature({input, weights, bias}, output, "i32"));
}

TextValue FunctionText::conv2d(const TextValue &input, int64_t outputs, int64_t height, int64_t width,
                               const WindowText &w, int64_t zeroPoint) {
  const TextValue weights = constant({outputs, height, width, input.shape[3]});
  const Shape output = {
      input.shape[0], windows(input.shape[1], w.pad[0] + w.pad[1], w.dilation[0], height, w.stride[0]),
      windows(input.shape[2], w.pad[2] + w.pad[3], w.dilation[1], width, w.stride[1]), outputs};
  return convolution("conv2d", input, weights, output, w, zeroPoint);
}

TextValue FunctionText::depthwise(const TextValue &input, int64_t multiplier, int64_t height, int64_t width,
                                  const WindowText &w, int64_t zeroPoint) {
  const TextValue weights = constant({height, width, input.shape[3], multiplier});
  const Shape output = {input.shape[0],
                        windows(input.shape[1], w.pad[0] + w.pad[1], w.dilation[0], height, w.stride[0]),
                        windows(input.shape[2], w.pad[2] + w.pad[3], w.dilation[1], width, w.stride[1]),
                        input.shape[3] * multiplier};
  return convolution("depthwise_conv2d", input, weights, output, w, zeroPoint);
}

TextValue FunctionText::add(const TextValue &a, const TextValue &b) {
  Shape shape = a.shape;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    shape[axis] = std::max(a.shape[axis], b.shape[axis]);
  return result(shape, a.type,
                "\"tosa.add\"(" + a.name + ", " + b.name + ")" + signature({a, b}, shape, a.type));
}

TextValue FunctionText::rescale(const TextValue &sum, const RescaleText &scale) {
  const bool perChannel = scale.multipliers.size() > 1;
  return result(sum.shape, "i8",
                "\"tosa.rescale\"(" + sum.name +
                    ") {input_zp = 0 : i32, output_zp = " + std::to_string(scale.output_zero_point) +
                    " : i32, multiplier = " + arrayOf("i32", scale.multipliers) +
                    ", shift = " + arrayOf("i8", scale.shifts) +
                    ", scale32 = true, double_round = " + (scale.double_round ? "true" : "false") +
                    ", per_channel = " + (perChannel ? "true" : "false") + "}" +
                    signature({sum}, sum.shape, "i8"));
}

TextValue FunctionText::rescaleAtRandom(const TextValue &sum, int64_t terms, bool perChannel) {
  RescaleText scale;
  const int64_t count = perChannel ? sum.shape.back() : 1;
  const auto spread = static_cast<int64_t>(std::log2(4096.0 * std::sqrt(static_cast<double>(terms))) - 6);
  for (int64_t i = 0; i < count; ++i) {
    scale.multipliers.push_back(pick(1 << 30, 2147483647));
    scale.shifts.push_back(pick(30, 31) + std::max<int64_t>(spread, 0));
  }
  scale.output_zero_point = pick(-20, 20);
  return rescale(sum, scale);
}

TextValue FunctionText::clamp(const TextValue &value, int64_t low, int64_t high) {
  return result(value.shape, value.type,
                "\"tosa.clamp\"(" + value.name + ") {min_int = " + std::to_string(low) +
                    " : i64, max_int = " + std::to_string(high) +
                    " : i64, min_fp = 0.0 : f32, max_fp = 0.0 : f32}" +
                    signature({value}, value.shape, value.type));
}

TextValue FunctionText::reshape(const TextValue &value, const Shape &shape) {
  return result(shape, value.type,
                "\"tosa.reshape\"(" + value.name + ") {new_shape = " + arrayOf("i64", shape) + "}" +
                    signature({value}, shape, value.type));
}

TextValue FunctionText::slice(const TextValue &value, const Shape &start, const Shape &size) {
  return result(size, value.type,
                "\"tosa.slice\"(" + value.name + ") {start = " + arrayOf("i64", start) +
                    ", size = " + arrayOf("i64", size) + "}" + signature({value}, size, value.type));
}

TextValue FunctionText::concat(const std::vector<TextValue> &values, int64_t axis) {
  Shape shape = values[0].shape;
  std::string names = values[0].name;
  for (size_t i = 1; i < values.size(); ++i) {
    shape[static_cast<size_t>(axis)] += values[i].shape[static_cast<size_t>(axis)];
    names += ", " + values[i].name;
  }
  return result(shape, values[0].type,
                "\"tosa.concat\"(" + names + ") {axis = " + std::to_string(axis) + " : i32}" +
                    signature(values, shape, values[0].type));
}

TextValue FunctionText::transpose(const TextValue &value, const Shape &order) {
  const TextValue permutation = constantOf({static_cast<int64_t>(order.size())}, "i32", order);
  Shape shape;
  for (int64_t axis : order)
    shape.push_back(value.shape[static_cast<size_t>(axis)]);
  return result(shape, value.type,
                "\"tosa.transpose\"(" + value.name + ", " + permutation.name + ")" +
                    signature({value, permutation}, shape, value.type));
}

std::string FunctionText::returning(const std::vector<TextValue> &results) const {
  std::string parameters, names, types;
  for (const TextValue &argument : arguments)
    parameters += (parameters.empty() ? "" : ", ") + argument.name + ": " + typeOf(argument);
  for (const TextValue &value : results) {
    names += (names.empty() ? "" : ", ") + value.name;
    types += (types.empty() ? "" : ", ") + typeOf(value);
  }
  return "module {\n  func.func @main(" + parameters + ") -> (" + types + ") {\n" + body + "    return " +
         names + " : " + types + "\n  }\n}\n";
}

} // namespace lockstep::test
