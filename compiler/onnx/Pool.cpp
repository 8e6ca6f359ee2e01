// Pools. Of float32 over one or two axes without dilation they are TOSA's, all others linalg's.
#include "compiler/onnx/MatrixBuilder.h"
#include "compiler/onnx/PoolBuilder.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <fmt/format.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

namespace {

/// The node's window. With ceil_mode the end pads grow until the last output has its window; `declared_end`
/// is what the node says.
struct PoolWindow {
  Window window;
  Extents declared_end;
};

Result<PoolWindow> poolWindow(NodeContext &context) {
  const llvm::ArrayRef<int64_t> shape = context.input(0).shape();
  const std::vector<int64_t> kernel = context.intsAttribute("kernel_shape");
  if (shape.size() < 3)
    return context.unsupported(fmt::format("an input of rank {}, allowed: 3 and more", shape.size()));
  Result<Window> window = windowOf(context, shape.drop_front(2), kernel);
  if (!window)
    return window.error();
  PoolWindow result{*window, window->pads_end};
  if (context.intAttribute("ceil_mode", 0) == 0)
    return result;
  for (size_t i = 0; i < window->rank(); ++i) {
    const int64_t room = shape[i + 2] + window->pads_begin[i] + window->pads_end[i] - window->span(i);
    const int64_t rest = room % window->strides[i];
    if (rest != 0)
      result.window.pads_end[i] += window->strides[i] - rest;
  }
  return result;
}

/// The window over all spatial axes, which are one then: input [n, c, 1, product].
struct GlobalPool {
  mlir::Value input;
  Window window;
  Extents output; // [n, c, 1, ...]
};

Result<GlobalPool> globalPool(NodeContext &context) {
  const ImportedValue input = context.input(0);
  if (input.shape().size() < 2)
    return context.unsupported("an input without channels");
  const int64_t elements = countOf(input.shape().drop_front(2));
  if (elements == 0)
    return context.unsupported("an input without elements");
  GlobalPool result;
  result.input = reshaped(context, input.value, {input.shape()[0], input.shape()[1], 1, elements});
  result.window = Window{{1, elements}, {1, 1}, {1, 1}, {0, 0}, {0, 0}};
  result.output = Extents(input.shape().size(), 1);
  std::copy_n(input.shape().begin(), 2, result.output.begin());
  return result;
}

/// TOSA wants windows that end with the padded input (its average counts from there): what is behind them
/// goes, pads first.
mlir::Value withoutUnseen(NodeContext &context, mlir::Value input, Window &window) {
  Extents size(shapeOf(input));
  for (size_t i = 0; i < window.rank(); ++i) {
    const int64_t unseen = window.unseen(i, size[i + 2]), padding = std::min(unseen, window.pads_end[i]);
    window.pads_end[i] -= padding;
    size[i + 2] -= unseen - padding;
  }
  if (llvm::ArrayRef(size) == shapeOf(input))
    return input;
  return sliced(context, input, Extents(size.size(), 0), size, Extents(size.size(), 1));
}

/// One operation of TOSA, channels last, on one or two spatial axes.
template <typename Create>
mlir::Value channelsLast(NodeContext &context, mlir::Value input, Window window, const Create &create) {
  const bool flat = window.rank() == 1;
  input = withoutUnseen(context, input, window);
  Extents shape(shapeOf(input));
  Extents result{shape[0]};
  for (size_t i = 0; i < window.rank(); ++i)
    result.push_back(window.outputExtent(i, shape[i + 2]));
  if (flat) {
    shape.insert(shape.begin() + 2, 1);
    result.insert(result.begin() + 1, 1);
    for (auto *values : {&window.kernel, &window.strides})
      values->insert(values->begin(), 1);
    for (auto *values : {&window.pads_begin, &window.pads_end})
      values->insert(values->begin(), 0);
    input = reshaped(context, input, shape);
  }
  result.push_back(shape[1]);
  const auto type = mlir::RankedTensorType::get(result, elementOf(input));
  mlir::OpBuilder &builder = context.builder();
  const auto pads = builder.getDenseI64ArrayAttr(
      {window.pads_begin[0], window.pads_end[0], window.pads_begin[1], window.pads_end[1]});
  const mlir::Value pooled = transposed(context,
                                        create(type, transposed(context, input, {0, 2, 3, 1}),
                                               builder.getDenseI64ArrayAttr(window.kernel),
                                               builder.getDenseI64ArrayAttr(window.strides), pads),
                                        {0, 3, 1, 2});
  return flat ? reshaped(context, pooled, {result[0], shape[1], result[2]}) : pooled;
}

bool suitsTosa(const Window &window) { return window.rank() <= 2 && !window.isDilated(); }

/// The least value of a type, as a tensor of rank 0.
mlir::Value lowest(NodeContext &context, const ImportedValue &input) {
  mlir::OpBuilder &builder = context.builder();
  const mlir::Type element = elementOf(input.value);
  const auto type = mlir::RankedTensorType::get({}, element);
  mlir::DenseElementsAttr value;
  if (auto floating = mlir::dyn_cast<mlir::FloatType>(element))
    value = mlir::DenseElementsAttr::get(type, llvm::APFloat::getInf(floating.getFloatSemantics(), true));
  else if (input.isUnsigned())
    value = mlir::DenseElementsAttr::get(type, llvm::APInt::getZero(element.getIntOrFloatBitWidth()));
  else
    value =
        mlir::DenseElementsAttr::get(type, llvm::APInt::getSignedMinValue(element.getIntOrFloatBitWidth()));
  return builder.create<mlir::tosa::ConstOp>(context.loc(), type, value);
}

mlir::Value maximum(NodeContext &context, const ImportedValue &input, const Window &window) {
  const mlir::Type element = elementOf(input.value);
  if (suitsTosa(window) && (element.isF32() || (element.isInteger(8) && !input.isUnsigned())))
    return channelsLast(context, input.value, window,
                        [&](mlir::Type type, mlir::Value value, mlir::DenseI64ArrayAttr kernel,
                            mlir::DenseI64ArrayAttr strides, mlir::DenseI64ArrayAttr pads) -> mlir::Value {
                          return context.builder().create<mlir::tosa::MaxPool2dOp>(context.loc(), type, value,
                                                                                   kernel, strides, pads);
                        });
  const mlir::Value least = lowest(context, input);
  return foldWindows(context, input.value, window, least, least,
                     [&](mlir::ImplicitLocOpBuilder &b, mlir::Value best, mlir::Value x) {
                       return scalarMaximum(b, best, x, input.isUnsigned());
                     });
}

Status importMaxPool(NodeContext &context) {
  const ImportedValue input = context.input(0);
  Result<PoolWindow> pool = poolWindow(context);
  if (!pool)
    return pool.error();
  if (!context.hasOutput(1)) {
    context.setOutput(0, maximum(context, input, pool->window), input.element_type);
    return {};
  }
  const PlacedMaximum result = placedMaximum(context, input, pool->window, lowest(context, input),
                                             context.intAttribute("storage_order", 0) == 1);
  context.setOutput(0, result.values, input.element_type);
  context.setOutput(1, result.places, "int64");
  return {};
}

Status importGlobalMaxPool(NodeContext &context) {
  Result<GlobalPool> pool = globalPool(context);
  if (!pool)
    return pool.error();
  const std::string type = context.input(0).element_type;
  context.setOutput(0, reshaped(context, maximum(context, {pool->input, type}, pool->window), pool->output),
                    type);
  return {};
}

mlir::Value sumOfWindows(NodeContext &context, mlir::Value input, const Window &window) {
  const mlir::Value zero = splatTensor(context, {}, elementOf(input), 0);
  return foldWindows(
      context, input, window, zero, zero,
      [](mlir::ImplicitLocOpBuilder &b, mlir::Value sum, mlir::Value x) { return scalarAdd(b, sum, x); });
}

mlir::Value tosaAverage(NodeContext &context, mlir::Value input, const Window &window) {
  return channelsLast(context, input, window,
                      [&](mlir::Type type, mlir::Value value, mlir::DenseI64ArrayAttr kernel,
                          mlir::DenseI64ArrayAttr strides, mlir::DenseI64ArrayAttr pads) -> mlir::Value {
                        mlir::OpBuilder &builder = context.builder();
                        return builder.create<mlir::tosa::AvgPool2dOp>(
                            context.loc(), type, value, kernel, strides, pads,
                            mlir::TypeAttr::get(builder.getF32Type()), mlir::tosa::UnaryOpQuantizationAttr());
                      });
}

/// Input, float32 or float64, summed by windows and divided by the number of elements that count.
Result<mlir::Value> average(NodeContext &context, mlir::Value input, const PoolWindow &pool, bool countPads) {
  const mlir::Type element = elementOf(input);
  if (element.isF32() && suitsTosa(pool.window) && !(countPads && pool.window.isPadded()))
    return tosaAverage(context, input, pool.window);
  const Extents none(pool.window.rank(), 0);
  const std::optional<Tensor> counts =
      windowCounts(shapeOf(input).drop_front(2), pool.window, countPads ? pool.window.pads_begin : none,
                   countPads ? pool.declared_end : none);
  if (!counts)
    return context.unsupported("a window lies outside of the input");
  const mlir::Value sum = sumOfWindows(context, input, pool.window);
  return mapElements(context, {sum, context.constant(*counts)}, shapeOf(sum), element,
                     [&](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange x) {
                       return scalarDiv(b, x[0], scalarCast(b, x[1], false, element, false), false);
                     });
}

Status checkFloat(const NodeContext &context) {
  const std::string type = context.input(0).element_type;
  if (type.find("float") == std::string::npos)
    return context.unsupported(fmt::format("elements of {}, allowed: floats", type));
  return {};
}

Status importAveragePool(NodeContext &context) {
  if (Status status = checkFloat(context); !status)
    return status;
  Result<PoolWindow> pool = poolWindow(context);
  if (!pool)
    return pool.error();
  const ImportedValue input = context.input(0);
  Result<mlir::Value> result = average(context, widenedTensor(context, input), *pool,
                                       context.intAttribute("count_include_pad", 0) != 0);
  if (!result)
    return result.error();
  context.setOutput(0, narrowedTensor(context, *result, input.element_type), input.element_type);
  return {};
}

Status importGlobalAveragePool(NodeContext &context) {
  if (Status status = checkFloat(context); !status)
    return status;
  Result<GlobalPool> pool = globalPool(context);
  if (!pool)
    return pool.error();
  const std::string type = context.input(0).element_type;
  const bool isSquare = shapeOf(context.input(0).value).size() == 4; // height and width stay what they are
  mlir::Value input = pool->input;
  Window window = pool->window;
  if (isSquare) {
    input = context.input(0).value;
    window.kernel = Extents(shapeOf(input).drop_front(2));
  }
  Result<mlir::Value> result =
      average(context, widenedTensor(context, {input, type}), {window, window.pads_end}, false);
  if (!result)
    return result.error();
  context.setOutput(0, reshaped(context, narrowedTensor(context, *result, type), pool->output), type);
  return {};
}

/// (sum |x|^p)^(1/p).
mlir::Value norm(NodeContext &context, mlir::Value input, const Window &window, double p) {
  const mlir::Type element = elementOf(input);
  const auto power = [&](mlir::Value value, double exponent) {
    return mapElements(
        context, {value}, shapeOf(value), element, [&](mlir::ImplicitLocOpBuilder &b, mlir::ValueRange x) {
          const mlir::Value zero = scalarConstant(b, element, 0);
          const mlir::Value magnitude = scalarMaximum(b, x[0], scalarSub(b, zero, x[0]), false);
          return scalarPower(b, magnitude, false, scalarConstant(b, element, exponent), false);
        });
  };
  return power(sumOfWindows(context, power(input, p), window), 1 / p);
}

Status importLpPool(NodeContext &context) {
  if (Status status = checkFloat(context); !status)
    return status;
  Result<PoolWindow> pool = poolWindow(context);
  if (!pool)
    return pool.error();
  const ImportedValue input = context.input(0);
  const int64_t p = context.intAttribute("p", 2);
  if (p < 1)
    return context.unsupported(fmt::format("p = {}, allowed: 1 and more", p));
  const mlir::Value result =
      norm(context, widenedTensor(context, input), pool->window, static_cast<double>(p));
  context.setOutput(0, narrowedTensor(context, result, input.element_type), input.element_type);
  return {};
}

Status importGlobalLpPool(NodeContext &context) {
  if (Status status = checkFloat(context); !status)
    return status;
  Result<GlobalPool> pool = globalPool(context);
  if (!pool)
    return pool.error();
  const std::string type = context.input(0).element_type;
  const int64_t p = context.intAttribute("p", 2);
  if (p < 1)
    return context.unsupported(fmt::format("p = {}, allowed: 1 and more", p));
  const mlir::Value result =
      norm(context, widenedTensor(context, {pool->input, type}), pool->window, static_cast<double>(p));
  context.setOutput(0, reshaped(context, narrowedTensor(context, result, type), pool->output), type);
  return {};
}

} // namespace

void addPoolImporters(NodeImporters &importers) {
  importers["MaxPool"] = importMaxPool;
  importers["GlobalMaxPool"] = importGlobalMaxPool;
  importers["AveragePool"] = importAveragePool;
  importers["GlobalAveragePool"] = importGlobalAveragePool;
  importers["LpPool"] = importLpPool;
  importers["GlobalLpPool"] = importGlobalLpPool;
  addUnpoolImporter(importers);
}

} // namespace lockstep
