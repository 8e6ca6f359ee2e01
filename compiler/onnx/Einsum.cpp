// Einsum: one loop for each letter, products summed over the letters that the result does not have.
#include "compiler/onnx/ElementwiseBuilder.h"
#include "compiler/onnx/ElementwiseScalars.h"
#include "compiler/onnx/MatrixBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>
#include <map>
#include <mlir/Dialect/Linalg/IR/Linalg.h>

namespace lockstep {

namespace {

/// Letters of one term; an ellipsis stands where `ellipsis` says, with `ellipsis_rank` axes.
struct Term {
  std::string letters;
  size_t ellipsis = std::string::npos;
  size_t ellipsis_rank = 0;
};

std::optional<Term> parseTerm(const std::string &text) {
  Term term;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 3, "...") == 0 && term.ellipsis == std::string::npos) {
      term.ellipsis = term.letters.size();
      i += 2;
    } else if (std::isalpha(static_cast<unsigned char>(text[i]))) {
      term.letters += text[i];
    } else {
      return std::nullopt;
    }
  }
  return term;
}

/// The node's equation with the loops that it asks for.
class Equation {
public:
  explicit Equation(NodeContext &context) : context(context) {}

  Status import() {
    if (Status status = parse(); !status)
      return status;
    for (size_t i = 0; i < inputs.size(); ++i)
      if (Status status = measure(i); !status)
        return status;
    if (result.ellipsis == std::string::npos)
      widest = 0; // its axes are summed over only if nobody has any
    for (const Term &term : inputs)
      if (result.ellipsis == std::string::npos && term.ellipsis_rank > 0)
        return context.unsupported("the result leaves out the axes of the ellipsis");
    emit();
    return {};
  }

private:
  Status parse() {
    std::string equation;
    for (char letter : context.stringAttribute("equation", ""))
      if (letter != ' ')
        equation += letter;
    const size_t arrow = equation.find("->");
    std::string left = equation.substr(0, arrow);
    for (size_t begin = 0; begin <= left.size();) {
      const size_t end = std::min(left.find(',', begin), left.size());
      const std::optional<Term> term = parseTerm(left.substr(begin, end - begin));
      if (!term)
        return context.unsupported(fmt::format("the equation '{}'", equation));
      inputs.push_back(*term);
      begin = end + 1;
    }
    const std::optional<Term> output =
        arrow == std::string::npos ? implicitResult() : parseTerm(equation.substr(arrow + 2));
    if (!output || inputs.size() != context.numInputs())
      return context.unsupported(
          fmt::format("the equation '{}' for {} inputs", equation, context.numInputs()));
    result = *output;
    return {};
  }

  /// The ellipsis, then all letters that appear once, in the alphabet's order.
  Term implicitResult() const {
    std::map<char, int> counts;
    Term term;
    for (const Term &input : inputs) {
      for (char letter : input.letters)
        ++counts[letter];
      if (input.ellipsis != std::string::npos)
        term.ellipsis = 0;
    }
    for (const auto &[letter, count] : counts)
      if (count == 1)
        term.letters += letter;
    return term;
  }

  /// Extents of the letters and of the ellipsis' axes, counted from its last one.
  Status measure(size_t index) {
    Term &term = inputs[index];
    const llvm::ArrayRef<int64_t> shape = context.input(index).shape();
    const bool hasEllipsis = term.ellipsis != std::string::npos;
    if (shape.size() < term.letters.size() || (!hasEllipsis && shape.size() != term.letters.size()))
      return context.unsupported(
          fmt::format("input {} has {} axes, the equation {}", index, shape.size(), term.letters.size()));
    term.ellipsis_rank = shape.size() - term.letters.size();
    widest = std::max(widest, term.ellipsis_rank);
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      const bool isDots = hasEllipsis && axis >= term.ellipsis && axis < term.ellipsis + term.ellipsis_rank;
      int64_t &extent = isDots
                            ? dots[term.ellipsis + term.ellipsis_rank - 1 - axis]
                            : letters[term.letters[axis < term.ellipsis ? axis : axis - term.ellipsis_rank]];
      if (extent == 0 || (isDots && extent == 1))
        extent = shape[axis];
      if (extent != shape[axis] && !(isDots && shape[axis] == 1))
        return context.unsupported(fmt::format("extents {} and {} of one letter", extent, shape[axis]));
    }
    for (char letter : result.letters)
      if (index + 1 == inputs.size() && (!letters.count(letter) || letters[letter] == 0))
        return context.unsupported(fmt::format("letter '{}' of the result is in no input", letter));
    return {};
  }

  void emit() {
    number();
    llvm::SmallVector<mlir::Value> values;
    llvm::SmallVector<mlir::AffineMap> maps;
    for (size_t i = 0; i < inputs.size(); ++i) {
      values.push_back(widenedTensor(context, context.input(i)));
      maps.push_back(mapOf(inputs[i], inputs[i].ellipsis_rank, shapeOf(values.back())));
    }
    Extents shape;
    for (size_t i = 0; i <= result.letters.size(); ++i) {
      for (size_t axis = widest; i == result.ellipsis && axis-- > 0;)
        shape.push_back(dots[axis]);
      if (i < result.letters.size())
        shape.push_back(letters[result.letters[i]]);
    }
    maps.push_back(mapOf(result, widest, shape));
    const mlir::Value zero = splatTensor(context, shape, elementOf(values[0]), 0);
    auto generic = context.builder().create<mlir::linalg::GenericOp>(
        context.loc(), mlir::TypeRange{zero.getType()}, values, mlir::ValueRange{zero}, maps, kinds,
        [&](mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange arguments) {
          mlir::ImplicitLocOpBuilder b(loc, builder);
          mlir::Value product = arguments[0];
          for (size_t i = 1; i < inputs.size(); ++i)
            product = scalarMul(b, product, arguments[i]);
          b.create<mlir::linalg::YieldOp>(scalarAdd(b, arguments[inputs.size()], product));
        });
    const std::string type = context.input(0).element_type;
    context.setOutput(0, narrowedTensor(context, generic.getResult(0), type), type);
  }

  /// Loops: the ellipsis' axes, then the letters.
  void number() {
    kinds.assign(widest, mlir::utils::IteratorType::parallel);
    for (const auto &[letter, extent] : letters) {
      loops[letter] = static_cast<unsigned>(kinds.size());
      kinds.push_back(result.letters.find(letter) == std::string::npos ? mlir::utils::IteratorType::reduction
                                                                       : mlir::utils::IteratorType::parallel);
    }
  }

  mlir::AffineMap mapOf(const Term &term, size_t rank, llvm::ArrayRef<int64_t> shape) const {
    mlir::MLIRContext *ir = context.builder().getContext();
    llvm::SmallVector<mlir::AffineExpr> places;
    for (size_t i = 0; i <= term.letters.size(); ++i) {
      for (size_t axis = rank; i == term.ellipsis && axis-- > 0;) {
        const bool isRepeated = shape[places.size()] == 1 && dots.at(axis) != 1;
        places.push_back(isRepeated ? mlir::getAffineConstantExpr(0, ir)
                                    : mlir::getAffineDimExpr(static_cast<unsigned>(axis), ir));
      }
      if (i < term.letters.size())
        places.push_back(mlir::getAffineDimExpr(loops.at(term.letters[i]), ir));
    }
    return mlir::AffineMap::get(static_cast<unsigned>(kinds.size()), 0, places, ir);
  }

  NodeContext &context;
  std::vector<Term> inputs;
  Term result;
  size_t widest = 0;
  std::map<char, int64_t> letters; // extents
  std::map<size_t, int64_t> dots;  // extents, from the last axis
  std::map<char, unsigned> loops;
  llvm::SmallVector<mlir::utils::IteratorType> kinds;
};

Status importEinsum(NodeContext &context) {
  for (size_t i = 0; i < context.numInputs(); ++i)
    if (countOf(context.input(i).shape()) == 0)
      return context.unsupported("an input without elements");
  return Equation(context).import();
}

} // namespace

void addEinsumImporter(NodeImporters &importers) { importers["Einsum"] = importEinsum; }

} // namespace lockstep
