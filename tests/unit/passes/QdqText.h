// Small quantized models as MLIR text, the way the importer writes them: quantize, dequantize around float
// operators.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace lockstep {

using Shape = std::vector<int64_t>;

/// Scale and zero point of int8 or uint8, per tensor.
struct Scale {
  double scale = 1;
  int64_t zero_point = 0;
  bool is_unsigned = false;
  std::string type() const; // !quant.uniform<...>
};

/// Writes @main line by line. Every tensor function returns the name of a float value.
class QdqText {
public:
  /// `quantized` false: quantize and dequantize are left out, constants are float: the float model.
  QdqText(unsigned seed, bool quantized) : random(seed), quantized(quantized) {}

  std::string input(const Shape &shape);
  std::string quantize(const std::string &value, const Shape &shape, const Scale &scale);
  /// Random int8 weights; one scale for each index of `axis`, or (axis -1) one for all.
  std::string weights(const Shape &shape, int64_t axis, double scale);
  /// A random float constant, values up to `magnitude`.
  std::string constant(const Shape &shape, double magnitude);
  std::string integers(const Shape &shape, const std::vector<int64_t> &values); // tensor of i32
  /// `%n = <operation> : (types of operands) -> result`; operands as in `text`.
  std::string op(const std::string &text, const std::vector<Shape> &operands, const Shape &result);
  std::string transpose(const std::string &value, const Shape &shape, const std::vector<int64_t> &perms);
  /// What @main gives: see module().
  void result(const std::string &value, const Shape &shape, const Scale &scale);

  /// `withReal`: the float value that the last quantize takes is a second result. Of a float model it is the
  /// only one.
  std::string module(bool withReal) const;
  std::vector<Shape> inputShapes;

private:
  std::string fresh() { return "%v" + std::to_string(next++); }
  std::string line(const std::string &operation);
  std::string store(const std::string &value, const Shape &shape, const Scale &scale);

  std::mt19937 random;
  bool quantized;
  unsigned next = 0;
  std::string arguments, body;
  struct Result {
    std::string name, type, attributes;
  } stored, real;
};

std::string tensorType(const Shape &shape, const std::string &element);

} // namespace lockstep
