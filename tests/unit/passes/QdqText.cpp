#include "tests/unit/passes/QdqText.h"

#include <iomanip>
#include <sstream>

namespace lockstep {

namespace {

std::string number(double value) {
  std::ostringstream text;
  text << std::scientific << std::setprecision(17) << value;
  return text.str();
}

int64_t sizeOf(const Shape &shape) {
  int64_t size = 1;
  for (int64_t extent : shape)
    size *= extent;
  return size;
}

/// dense<[...]> of the shape, from flat texts of the elements.
std::string dense(const std::vector<std::string> &elements, const Shape &shape, size_t depth, size_t &at) {
  if (depth == shape.size())
    return elements[at++];
  std::string text = "[";
  for (int64_t i = 0; i < shape[depth]; ++i)
    text += (i ? ", " : "") + dense(elements, shape, depth + 1, at);
  return text + "]";
}

std::string constantText(const std::vector<std::string> &elements, const Shape &shape,
                         const std::string &element) {
  size_t at = 0;
  const std::string type = tensorType(shape, element);
  return "\"tosa.const\"() {value = dense<" + dense(elements, shape, 0, at) + "> : " + type + "} : () -> " +
         type;
}

} // namespace

std::string tensorType(const Shape &shape, const std::string &element) {
  std::string text = "tensor<";
  for (int64_t extent : shape)
    text += std::to_string(extent) + "x";
  return text + element + ">";
}

std::string Scale::type() const {
  return std::string("!quant.uniform<") + (is_unsigned ? "u8" : "i8") + ":f32, " + number(scale) + ":" +
         std::to_string(zero_point) + ">";
}

std::string QdqText::line(const std::string &operation) {
  const std::string name = fresh();
  body += "  " + name + " = " + operation + "\n";
  return name;
}

std::string QdqText::input(const Shape &shape) {
  const std::string name = "%x" + std::to_string(inputShapes.size());
  arguments += (inputShapes.empty() ? "" : ", ") + name + ": " + tensorType(shape, "f32") +
               " {lockstep.name = \"" + name.substr(1) + "\", lockstep.type = \"float32\"}";
  inputShapes.push_back(shape);
  return name;
}

std::string QdqText::store(const std::string &value, const Shape &shape, const Scale &scale) {
  const std::string real = tensorType(shape, "f32"), type = tensorType(shape, scale.type());
  const std::string cast = line("\"quant.qcast\"(" + value + ") : (" + real + ") -> " + type);
  return line("\"quant.scast\"(" + cast + ") : (" + type + ") -> " + tensorType(shape, "i8"));
}

std::string QdqText::quantize(const std::string &value, const Shape &shape, const Scale &scale) {
  if (!quantized)
    return value;
  const std::string stored = store(value, shape, scale), type = tensorType(shape, scale.type());
  const std::string cast =
      line("\"quant.scast\"(" + stored + ") : (" + tensorType(shape, "i8") + ") -> " + type);
  return line("\"quant.dcast\"(" + cast + ") : (" + type + ") -> " + tensorType(shape, "f32"));
}

std::string QdqText::weights(const Shape &shape, int64_t axis, double scale) {
  std::uniform_int_distribution<int> integer(-127, 127);
  std::uniform_real_distribution<double> factor(0.2, 1.0);
  std::vector<double> scales(axis < 0 ? 1 : shape[axis]);
  for (double &one : scales)
    one = scale * factor(random);
  int64_t inner = 1;
  for (size_t i = axis < 0 ? shape.size() : axis + 1; i < shape.size(); ++i)
    inner *= shape[i];
  std::vector<std::string> elements;
  for (int64_t i = 0; i < sizeOf(shape); ++i) {
    const int value = integer(random);
    const auto one = static_cast<float>(scales[axis < 0 ? 0 : i / inner % shape[axis]]);
    elements.push_back(quantized ? std::to_string(value) : number(static_cast<float>(value) * one));
  }
  if (!quantized)
    return line(constantText(elements, shape, "f32"));
  std::string type = "!quant.uniform<i8:f32";
  if (axis < 0)
    type += ", " + number(scales[0]);
  else {
    type += ":" + std::to_string(axis) + ", {";
    for (size_t i = 0; i < scales.size(); ++i)
      type += (i ? "," : "") + number(scales[i]);
    type += "}";
  }
  type = tensorType(shape, type + ">");
  const std::string stored = line(constantText(elements, shape, "i8"));
  const std::string cast =
      line("\"quant.scast\"(" + stored + ") : (" + tensorType(shape, "i8") + ") -> " + type);
  return line("\"quant.dcast\"(" + cast + ") : (" + type + ") -> " + tensorType(shape, "f32"));
}

std::string QdqText::constant(const Shape &shape, double magnitude) {
  std::uniform_real_distribution<float> value(static_cast<float>(-magnitude), static_cast<float>(magnitude));
  std::vector<std::string> elements;
  for (int64_t i = 0; i < sizeOf(shape); ++i)
    elements.push_back(number(value(random)));
  return line(constantText(elements, shape, "f32"));
}

std::string QdqText::integers(const Shape &shape, const std::vector<int64_t> &values) {
  std::vector<std::string> elements;
  for (int64_t value : values)
    elements.push_back(std::to_string(value));
  return line(constantText(elements, shape, "i32"));
}

std::string QdqText::op(const std::string &text, const std::vector<Shape> &operands, const Shape &result) {
  std::string types;
  for (const Shape &shape : operands)
    types += (types.empty() ? "" : ", ") + tensorType(shape, "f32");
  return line(text + " : (" + types + ") -> " + tensorType(result, "f32"));
}

std::string QdqText::transpose(const std::string &value, const Shape &shape,
                               const std::vector<int64_t> &perms) {
  const auto rank = static_cast<int64_t>(perms.size());
  const std::string order = integers({rank}, perms);
  Shape result;
  for (int64_t dimension : perms)
    result.push_back(shape[dimension]);
  return line("tosa.transpose " + value + ", " + order + " : (" + tensorType(shape, "f32") + ", " +
              tensorType({rank}, "i32") + ") -> " + tensorType(result, "f32"));
}

void QdqText::result(const std::string &value, const Shape &shape, const Scale &scale) {
  real = {value, tensorType(shape, "f32"), "{lockstep.name = \"real\", lockstep.type = \"float32\"}"};
  if (quantized)
    stored = {store(value, shape, scale), tensorType(shape, "i8"),
              "{lockstep.name = \"stored\", lockstep.type = \"int8\"}"};
}

std::string QdqText::module(bool withReal) const {
  std::string names, types, attributed;
  for (const Result *one : {&stored, &real}) {
    if (one->name.empty() || (one == &real && quantized && !withReal))
      continue;
    const std::string comma = names.empty() ? "" : ", ";
    names += comma + one->name;
    types += comma + one->type;
    attributed += comma + one->type + " " + one->attributes;
  }
  return "func.func @main(" + arguments + ") -> (" + attributed + ") {\n" + body + "  return " + names +
         " : " + types + "\n}\n";
}

} // namespace lockstep
