#include "compiler/onnx/ShapeArithmetic.h"

#include "compiler/onnx/OnnxModel.h"

#include <cmath>
#include <cstring>
#include <functional>
#include <map>

namespace lockstep {

namespace {

constexpr uint64_t kMostElements = 1024;
using Shape = std::vector<uint64_t>;

/// A tensor's elements: integers (bool as 0 and 1) or float32.
struct Numbers {
  std::string element_type;
  Shape shape;
  std::vector<int64_t> integers;
  std::vector<float> floats;

  bool isFloat() const { return element_type == "float32"; }
  uint64_t count() const { return elementCount(shape); }
};
using MaybeNumbers = std::optional<Numbers>;

template <typename T, typename To> void load(const Tensor &tensor, std::vector<To> &values) {
  for (size_t i = 0; i < tensor.bytes.size(); i += sizeof(T)) {
    T value;
    std::memcpy(&value, &tensor.bytes[i], sizeof(T));
    values.push_back(static_cast<To>(value));
  }
}

template <typename T, typename From> void store(const std::vector<From> &values, Tensor &tensor) {
  for (size_t i = 0; i < values.size(); ++i) {
    const T value = static_cast<T>(values[i]);
    std::memcpy(&tensor.bytes[i * sizeof(T)], &value, sizeof(T));
  }
}

MaybeNumbers numbersOf(const Tensor &tensor) {
  Numbers numbers{tensor.element_type, tensor.shape, {}, {}};
  if (tensor.element_type == "float32")
    load<float>(tensor, numbers.floats);
  else if (tensor.element_type == "int64")
    load<int64_t>(tensor, numbers.integers);
  else if (tensor.element_type == "int32")
    load<int32_t>(tensor, numbers.integers);
  else if (tensor.element_type == "bool")
    load<uint8_t>(tensor, numbers.integers);
  else
    return std::nullopt;
  return numbers;
}

Tensor tensorOfNumbers(const Numbers &numbers) {
  Tensor tensor = zeroTensor(numbers.element_type, numbers.shape);
  if (numbers.isFloat())
    store<float>(numbers.floats, tensor);
  else if (numbers.element_type == "int64")
    store<int64_t>(numbers.integers, tensor);
  else if (numbers.element_type == "int32")
    store<int32_t>(numbers.integers, tensor); // wraps
  else
    store<uint8_t>(numbers.integers, tensor);
  return tensor;
}

const onnx::AttributeProto *attributeOf(const onnx::NodeProto &node, const std::string &name) {
  for (const onnx::AttributeProto &attribute : node.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

int64_t integerOf(const onnx::NodeProto &node, const std::string &name, int64_t otherwise) {
  const onnx::AttributeProto *attribute = attributeOf(node, name);
  return attribute ? attribute->i() : otherwise;
}

std::optional<Shape> broadcast(const Shape &a, const Shape &b) {
  Shape result(std::max(a.size(), b.size()), 1);
  for (size_t i = 1; i <= result.size(); ++i) {
    const uint64_t x = i <= a.size() ? a[a.size() - i] : 1, y = i <= b.size() ? b[b.size() - i] : 1;
    if (x != y && x != 1 && y != 1)
      return std::nullopt;
    result[result.size() - i] = x == 1 ? y : x;
  }
  return result;
}

/// Elements repeated up to a shape to which they broadcast.
template <typename T>
std::vector<T> repeated(const std::vector<T> &values, const Shape &from, const Shape &to) {
  std::vector<T> result;
  for (uint64_t flat = 0; flat < elementCount(to); ++flat) {
    uint64_t rest = flat, source = 0, distance = 1;
    for (size_t i = 1; i <= to.size(); ++i) {
      const uint64_t index = rest % to[to.size() - i], extent = i <= from.size() ? from[from.size() - i] : 1;
      rest /= to[to.size() - i];
      source += extent == 1 ? 0 : index * distance;
      distance *= extent;
    }
    result.push_back(values[source]);
  }
  return result;
}

/// To a common shape; none if there is none, or it is large.
std::optional<std::vector<Numbers>> aligned(std::vector<Numbers> inputs) {
  Shape shape;
  for (const Numbers &input : inputs) {
    const std::optional<Shape> wider = broadcast(shape, input.shape);
    if (!wider || elementCount(*wider) > kMostElements)
      return std::nullopt;
    shape = *wider;
  }
  for (Numbers &input : inputs) {
    input.integers = input.isFloat() ? input.integers : repeated(input.integers, input.shape, shape);
    input.floats = input.isFloat() ? repeated(input.floats, input.shape, shape) : input.floats;
    input.shape = shape;
  }
  return inputs;
}

/// An operator on two numbers, of integers and of floats; an integer result may not exist.
struct Binary {
  std::function<std::optional<int64_t>(int64_t, int64_t)> integers;
  std::function<float(float, float)> floats;
};

int64_t wrapped(uint64_t value) { return static_cast<int64_t>(value); }

std::optional<int64_t> quotient(int64_t x, int64_t y) {
  if (y == 0 || (x == INT64_MIN && y == -1))
    return std::nullopt;
  return x / y;
}

std::optional<int64_t> modulo(int64_t x, int64_t y) {
  if (y == 0 || (x == INT64_MIN && y == -1))
    return std::nullopt;
  const int64_t rest = x % y;
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

const std::map<std::string, Binary> &binaries() {
  static const std::map<std::string, Binary> table = {
      {"Add", {[](int64_t x, int64_t y) { return wrapped(uint64_t(x) + uint64_t(y)); }, std::plus<float>()}},
      {"Sub", {[](int64_t x, int64_t y) { return wrapped(uint64_t(x) - uint64_t(y)); }, std::minus<float>()}},
      {"Mul",
       {[](int64_t x, int64_t y) { return wrapped(uint64_t(x) * uint64_t(y)); }, std::multiplies<float>()}},
      {"Div", {quotient, std::divides<float>()}},
      {"Mod", {modulo, nullptr}},
      {"Min", {[](int64_t x, int64_t y) { return std::min(x, y); }, nullptr}},
      {"Max", {[](int64_t x, int64_t y) { return std::max(x, y); }, nullptr}},
      {"And", {[](int64_t x, int64_t y) { return x & y; }, nullptr}},
      {"Or", {[](int64_t x, int64_t y) { return x | y; }, nullptr}},
      {"Xor", {[](int64_t x, int64_t y) { return x ^ y; }, nullptr}}};
  return table;
}

/// Which of the three orders of two numbers make the comparison true.
struct Comparing {
  bool less, equal, greater;
};
const std::map<std::string, Comparing> &comparisons() {
  static const std::map<std::string, Comparing> table = {{"Equal", {false, true, false}},
                                                         {"Less", {true, false, false}},
                                                         {"LessOrEqual", {true, true, false}},
                                                         {"Greater", {false, false, true}},
                                                         {"GreaterOrEqual", {false, true, true}}};
  return table;
}

MaybeNumbers evaluateBinary(const Binary &operation, const Numbers &x, const Numbers &y) {
  Numbers result{x.element_type, x.shape, {}, {}};
  if (x.element_type != y.element_type || (x.isFloat() && !operation.floats))
    return std::nullopt;
  for (uint64_t i = 0; i < x.count(); ++i) {
    if (x.isFloat()) {
      result.floats.push_back(operation.floats(x.floats[i], y.floats[i]));
      continue;
    }
    const std::optional<int64_t> value = operation.integers(x.integers[i], y.integers[i]);
    if (!value)
      return std::nullopt;
    result.integers.push_back(*value);
  }
  return result;
}

template <typename T> bool holds(const Comparing &comparison, T x, T y) {
  return (comparison.less && x < y) || (comparison.equal && x == y) || (comparison.greater && x > y);
}

MaybeNumbers evaluateComparison(const Comparing &comparison, const Numbers &x, const Numbers &y) {
  if (x.element_type != y.element_type)
    return std::nullopt;
  Numbers result{"bool", x.shape, {}, {}};
  for (uint64_t i = 0; i < x.count(); ++i)
    result.integers.push_back(x.isFloat() ? holds(comparison, x.floats[i], y.floats[i])
                                          : holds(comparison, x.integers[i], y.integers[i]));
  return result;
}

MaybeNumbers evaluateWhere(const std::vector<Numbers> &inputs) {
  if (inputs[0].element_type != "bool" || inputs[1].element_type != inputs[2].element_type)
    return std::nullopt;
  Numbers result = inputs[1];
  for (uint64_t i = 0; i < result.count(); ++i)
    if (!inputs[0].integers[i])
      (result.isFloat() ? void(result.floats[i] = inputs[2].floats[i])
                        : void(result.integers[i] = inputs[2].integers[i]));
  return result;
}

/// Truncated; none where the type does not hold the number.
std::optional<int64_t> integerOfFloat(float value, const std::string &type) {
  if (type == "bool")
    return value != 0;
  const double whole = std::trunc(static_cast<double>(value));
  const double limit = type == "int32" ? 2147483648.0 : 9223372036854775808.0;
  if (!(whole >= -limit && whole < limit))
    return std::nullopt;
  return static_cast<int64_t>(whole);
}

MaybeNumbers evaluateCast(const onnx::NodeProto &node, const Numbers &x) {
  Numbers result{elementTypeName(static_cast<int>(integerOf(node, "to", 0))), x.shape, {}, {}};
  if (result.element_type != "int64" && result.element_type != "int32" && result.element_type != "bool" &&
      !result.isFloat())
    return std::nullopt;
  for (uint64_t i = 0; i < x.count(); ++i) {
    if (result.isFloat()) {
      result.floats.push_back(x.isFloat() ? x.floats[i] : static_cast<float>(x.integers[i]));
      continue;
    }
    const std::optional<int64_t> value = x.isFloat() ? integerOfFloat(x.floats[i], result.element_type)
                                                     : std::optional<int64_t>(x.integers[i]);
    if (!value)
      return std::nullopt;
    result.integers.push_back(result.element_type == "bool" ? *value != 0 : *value);
  }
  return result;
}

/// An operator on one number, of integers and of floats.
struct Unary {
  std::function<int64_t(int64_t)> integers;
  std::function<float(float)> floats;
};

const std::map<std::string, Unary> &unaries() {
  static const std::map<std::string, Unary> table = {
      {"Not", {[](int64_t x) { return x == 0; }, nullptr}},
      {"Neg", {[](int64_t x) { return wrapped(0 - uint64_t(x)); }, [](float x) { return -x; }}},
      {"Abs",
       {[](int64_t x) { return x < 0 ? wrapped(0 - uint64_t(x)) : x; },
        [](float x) { return std::fabs(x); }}},
      {"Relu", {[](int64_t x) { return std::max<int64_t>(x, 0); }, [](float x) { return x < 0 ? 0 : x; }}},
      {"Floor", {nullptr, [](float x) { return std::floor(x); }}},
      {"Ceil", {nullptr, [](float x) { return std::ceil(x); }}},
      {"Sqrt", {nullptr, [](float x) { return std::sqrt(x); }}}};
  return table;
}

MaybeNumbers evaluateUnary(const onnx::NodeProto &node, Numbers x) {
  if (node.op_type() == "Cast")
    return evaluateCast(node, x);
  const auto found = unaries().find(node.op_type());
  if (found == unaries().end() || (x.isFloat() ? !found->second.floats : !found->second.integers))
    return std::nullopt;
  for (int64_t &value : x.integers)
    value = found->second.integers(value);
  for (float &value : x.floats)
    value = found->second.floats(value);
  return x;
}

/// From the attribute, or the second input; counted from the front.
std::optional<std::vector<bool>> reducedAxes(const onnx::NodeProto &node,
                                             const std::vector<Numbers> &inputs) {
  std::vector<int64_t> axes;
  if (const onnx::AttributeProto *attribute = attributeOf(node, "axes"))
    axes.assign(attribute->ints().begin(), attribute->ints().end());
  else if (inputs.size() > 1)
    axes = inputs[1].integers;
  const auto rank = static_cast<int64_t>(inputs[0].shape.size());
  std::vector<bool> reduced(inputs[0].shape.size(),
                            axes.empty() && !integerOf(node, "noop_with_empty_axes", 0));
  for (int64_t axis : axes) {
    if (axis < -rank || axis >= rank)
      return std::nullopt;
    reduced[static_cast<size_t>(axis < 0 ? axis + rank : axis)] = true;
  }
  return reduced;
}

/// Integers only: the order in which floats are summed is the importer's.
MaybeNumbers evaluateReduction(const onnx::NodeProto &node, const std::vector<Numbers> &inputs) {
  static const std::map<std::string, std::string> folds = {
      {"ReduceProd", "Mul"}, {"ReduceSum", "Add"}, {"ReduceMin", "Min"}, {"ReduceMax", "Max"}};
  const auto fold = folds.find(node.op_type());
  if (fold == folds.end() || inputs[0].isFloat() || inputs[0].element_type == "bool" ||
      inputs[0].count() == 0)
    return std::nullopt;
  const Numbers &x = inputs[0];
  const std::optional<std::vector<bool>> reduced = reducedAxes(node, inputs);
  if (!reduced)
    return std::nullopt;
  std::map<uint64_t, int64_t> results; // by flat index with the reduced axes at 0: in the result's order
  for (uint64_t flat = 0; flat < x.count(); ++flat) {
    uint64_t rest = flat, place = 0, distance = 1;
    for (size_t i = x.shape.size(); i-- > 0;) {
      place += (*reduced)[i] ? 0 : rest % x.shape[i] * distance;
      rest /= x.shape[i];
      distance *= x.shape[i];
    }
    const auto [found, isNew] = results.emplace(place, x.integers[flat]);
    if (!isNew)
      found->second = *binaries().at(fold->second).integers(found->second, x.integers[flat]);
  }
  Numbers result{x.element_type, {}, {}, {}};
  for (const auto &[place, value] : results)
    result.integers.push_back(value);
  for (size_t i = 0; i < x.shape.size(); ++i)
    if (!(*reduced)[i])
      result.shape.push_back(x.shape[i]);
    else if (integerOf(node, "keepdims", 1))
      result.shape.push_back(1);
  return result;
}

MaybeNumbers evaluateRange(const std::vector<Numbers> &inputs) {
  for (const Numbers &input : inputs)
    if (input.element_type != "int64" || input.count() != 1)
      return std::nullopt;
  const int64_t start = inputs[0].integers[0], limit = inputs[1].integers[0], step = inputs[2].integers[0];
  constexpr int64_t kLargest = int64_t(1) << 40;
  if (step == 0 || std::max({std::abs(start / 2), std::abs(limit / 2), std::abs(step / 2)}) > kLargest)
    return std::nullopt;
  Numbers result{"int64", {}, {}, {}};
  for (int64_t value = start; step > 0 ? value < limit : value > limit; value += step) {
    if (result.integers.size() >= kMostElements)
      return std::nullopt;
    result.integers.push_back(value);
  }
  result.shape = {result.integers.size()};
  return result;
}

MaybeNumbers evaluateNumbers(const onnx::NodeProto &node, const std::vector<Numbers> &inputs) {
  const std::string &type = node.op_type();
  if (type.rfind("Reduce", 0) == 0)
    return evaluateReduction(node, inputs);
  if (type == "Range" && inputs.size() == 3)
    return evaluateRange(inputs);
  if (inputs.size() == 1)
    return evaluateUnary(node, inputs[0]);
  const std::optional<std::vector<Numbers>> operands = aligned(inputs);
  if (!operands)
    return std::nullopt;
  if (type == "Where" && operands->size() == 3)
    return evaluateWhere(*operands);
  if (operands->size() != 2 || (type == "Mod" && integerOf(node, "fmod", 0)))
    return std::nullopt;
  if (const auto found = comparisons().find(type); found != comparisons().end())
    return evaluateComparison(found->second, (*operands)[0], (*operands)[1]);
  if (const auto found = binaries().find(type); found != binaries().end())
    return evaluateBinary(found->second, (*operands)[0], (*operands)[1]);
  return std::nullopt;
}

} // namespace

std::optional<Tensor> evaluateNode(const onnx::NodeProto &node,
                                   const std::vector<std::optional<Tensor>> &inputs) {
  std::vector<Numbers> numbers;
  for (const std::optional<Tensor> &input : inputs) {
    if (!input || elementCount(input->shape) > kMostElements)
      return std::nullopt;
    MaybeNumbers known = numbersOf(*input);
    if (!known)
      return std::nullopt;
    numbers.push_back(std::move(*known));
  }
  if (numbers.empty())
    return std::nullopt;
  const MaybeNumbers result = evaluateNumbers(node, numbers);
  return result ? std::optional<Tensor>(tensorOfNumbers(*result)) : std::nullopt;
}

} // namespace lockstep
