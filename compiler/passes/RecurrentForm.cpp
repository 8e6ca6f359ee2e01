#include "compiler/passes/RecurrentForm.h"

#include <mlir/IR/Builders.h>

#include <string>

namespace lockstep {

using namespace mlir;

namespace {

/// 12 where it is absent.
constexpr const char *kCellBits = "cell_fraction_bits";

int64_t gates(const RecurrentForm &form) { return gatesOf(form.problem.cell); }

/// Calls visit(key, member) for every flag, number and tensor; reader and writer are visitors.
template <typename Form, typename Visitor> void visitFlags(Form &form, Visitor &&visit) {
  auto &p = form.problem;
  visit("linear_before_reset", p.linear_before_reset);
  visit("reverse", p.reverse);
  visit("has_lengths", p.has_lengths);
  visit("initial_h", p.initial_h);
  visit("initial_c", p.initial_c);
  visit("state_int8", p.state_int8);
  visit("writes_y", p.writes_y);
  visit("writes_y_h", p.writes_y_h);
  visit("writes_y_c", p.writes_y_c);
}

template <typename Form, typename Visitor> void visitNumbers(Form &form, Visitor &&visit) {
  auto &p = form.problem;
  visit("hidden", p.hidden);
  visit("batch", p.batch);
  visit("steps", p.steps);
  visit("input", form.input);
  visit("x_zero_point", form.x_zero_point);
  visit("state_fraction_bits", p.state_fraction_bits);
  visit("clip", p.clip);
  visit("peephole_fraction_bits", p.peephole_fraction_bits);
  visit("shift", p.shift);
  visit("output_multiplier", p.output_multiplier);
  visit("output_zero_point", p.output_zero_point);
  visit("output_shift", p.output_shift);
}

/// After flags and numbers: the shapes follow from them.
template <typename Form, typename Visitor> void visitTensors(Form &form, Visitor &&visit) {
  const int64_t g = gates(form), h = form.problem.hidden;
  visit("projection_weights", form.projection.weights, {g * h, form.input});
  visit("projection_bias", form.projection.bias, {g * h});
  visit("projection_multiplier", form.projection.multiplier, {g * h});
  visit("projection_shift", form.projection.shift, {g * h});
  visit("weights", form.constants.weights, {g, h, h});
  visit("bias", form.constants.bias, {g, h});
  visit("multiplier", form.constants.multiplier, {g, h});
  if (form.problem.peepholes)
    visit("peepholes", form.constants.peepholes, {3, h});
  visit("f", form.constants.f, {513});
  visit("g", form.constants.g, {513});
  visit("h", form.constants.h, {513});
}

template <typename Values>
DenseElementsAttr denseOf(MLIRContext *context, const Values &values, ArrayRef<int64_t> shape) {
  using Element = typename Values::value_type;
  auto type = RankedTensorType::get(shape, IntegerType::get(context, 8 * sizeof(Element)));
  return DenseElementsAttr::get(type, ArrayRef<Element>(values.data(), values.size()));
}

/// Reads key by key and remembers the first thing that is wrong.
class Reader {
public:
  explicit Reader(DictionaryAttr dictionary) : dictionary(dictionary) {}

  std::string problem; // empty: none

  std::string text(StringRef key) {
    auto value = dictionary.getAs<StringAttr>(key);
    expect(bool(value), key, "a string");
    return value ? value.str() : "";
  }
  void flag(StringRef key, bool &member) {
    auto value = dictionary.getAs<BoolAttr>(key);
    expect(bool(value), key, "true or false");
    member = value && value.getValue();
  }
  template <typename T> void number(StringRef key, T &member) {
    auto value = dictionary.getAs<IntegerAttr>(key);
    const bool fits = value && value.getType().isSignlessInteger(64) &&
                      static_cast<int64_t>(static_cast<T>(value.getInt())) == value.getInt();
    expect(fits, key, "an i64 in its range");
    if (fits)
      member = static_cast<T>(value.getInt());
  }
  template <typename T> void tensor(StringRef key, std::vector<T> &member, ArrayRef<int64_t> shape) {
    if (auto values = dense(key, shape, 8 * sizeof(T)))
      member.assign(values.getValues<T>().begin(), values.getValues<T>().end());
  }
  void tensor(StringRef key, FunctionTable &member, ArrayRef<int64_t> shape) {
    if (auto values = dense(key, shape, 16))
      std::copy(values.getValues<int16_t>().begin(), values.getValues<int16_t>().end(), member.begin());
  }

private:
  DenseElementsAttr dense(StringRef key, ArrayRef<int64_t> shape, unsigned bits) {
    auto values = dictionary.getAs<DenseElementsAttr>(key);
    const bool fits =
        values && values.getType().getShape() == shape && values.getElementType().isSignlessInteger(bits);
    expect(fits, key, "a dense tensor of its shape and element type");
    return fits ? values : DenseElementsAttr();
  }
  void expect(bool holds, StringRef key, const std::string &wanted) {
    if (!holds && problem.empty())
      problem = "`" + key.str() + "` must be " + wanted;
  }

  DictionaryAttr dictionary;
};

bool setCell(const std::string &name, CellKind &cell) {
  for (CellKind kind : {CellKind::Gru, CellKind::Lstm, CellKind::Rnn})
    if (name == cellName(kind)) {
      cell = kind;
      return true;
    }
  return false;
}

} // namespace

DictionaryAttr recurrentAttribute(MLIRContext *context, const RecurrentForm &form) {
  Builder builder(context);
  NamedAttrList list;
  list.set("cell", builder.getStringAttr(cellName(form.problem.cell)));
  list.set("output", builder.getStringAttr(form.problem.output == RecurrentOutput::Int8 ? "int8" : "int16"));
  visitFlags(form, [&](StringRef key, bool member) { list.set(key, builder.getBoolAttr(member)); });
  visitNumbers(form, [&](StringRef key, auto member) {
    list.set(key, builder.getI64IntegerAttr(static_cast<int64_t>(member)));
  });
  if (form.problem.cell_fraction_bits != 12)
    list.set(kCellBits, builder.getI64IntegerAttr(form.problem.cell_fraction_bits));
  visitTensors(form, [&](StringRef key, const auto &values, std::initializer_list<int64_t> shape) {
    list.set(key, denseOf(context, values, ArrayRef<int64_t>(shape.begin(), shape.size())));
  });
  return list.getDictionary(context);
}

Result<RecurrentForm> recurrentFormOf(func::FuncOp function) {
  const std::string name = "function @" + function.getSymName().str() + ": ";
  auto dictionary = function->getAttrOfType<DictionaryAttr>(kRecurrentAttribute);
  if (!dictionary)
    return Error{ErrorKind::Model, name + "it has no dictionary attribute " + kRecurrentAttribute};
  RecurrentForm form;
  Reader reader(dictionary);
  const std::string output = reader.text("output");
  const bool known =
      setCell(reader.text("cell"), form.problem.cell) && (output == "int8" || output == "int16");
  form.problem.output = output == "int8" ? RecurrentOutput::Int8 : RecurrentOutput::Int16;
  form.problem.peepholes = bool(dictionary.get("peepholes"));
  visitFlags(form, [&](StringRef key, bool &member) { reader.flag(key, member); });
  visitNumbers(form, [&](StringRef key, auto &member) { reader.number(key, member); });
  if (dictionary.get(kCellBits))
    reader.number(kCellBits, form.problem.cell_fraction_bits);
  if (known && reader.problem.empty())
    visitTensors(form, [&](StringRef key, auto &values, std::initializer_list<int64_t> shape) {
      reader.tensor(key, values, ArrayRef<int64_t>(shape.begin(), shape.size()));
    });
  if (!known && reader.problem.empty())
    reader.problem = "`cell` must be gru, lstm or rnn, and `output` int16 or int8";
  if (!reader.problem.empty())
    return Error{ErrorKind::Model, name + kRecurrentAttribute + ": " + reader.problem};
  form.problem.h_is_g = form.problem.cell != CellKind::Lstm || form.constants.h == form.constants.g;
  return form;
}

} // namespace lockstep
